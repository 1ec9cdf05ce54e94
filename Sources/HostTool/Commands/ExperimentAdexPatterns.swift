import AnalogCore
import Chip
import ChipDescription
import Experiments

extension Command {
  static let experimentAdexPatterns = Command(
    name: "experiment adex-patterns",
    summary: "let neurons fire in the patterns of the adaptive exponential model",
    discussion: """
      Eight neurons with the parameters of Naud et al. 2008, table 1, each driven by a step of current:
      tonic spiking, adapting, initial burst, regular bursting, delayed accelerating, delayed regular
      bursting, transient and irregular spiking. From the intervals of its spikes alone each is told
      what it does; exit status 1 if that is not what its parameters are published for. Times are
      milliseconds of biological time, microseconds of the chip.

      Without options the chip is an ideal one. Mismatch moves neurons from one pattern to another:
      --chip-seed 1 or --uncalibrated show how many.

      --json: patterns (a list of name, found, spikes, latency_ms, intervals_ms, cv), as_named,
      chip_seed.
      """,
    options: ChipArguments.options + [.json],
    examples: [
      "ranvier experiment adex-patterns", "ranvier experiment adex-patterns --chip-seed 3",
    ],
    run: { invocation in
      let chosen = try ChosenChip(invocation.arguments)
      var experiment = FiringPatternExperiment()
      let options = ["--chip"] + ChipArguments.modifiers.map(\.name)
      if options.contains(where: { invocation.arguments.flag($0) }) {
        experiment.chip = try chosen.configuration()
      }
      let results = experiment.run()
      let isAsNamed = results.allSatisfy(\.isAsNamed)
      if invocation.wantsJSON {
        invocation.print(json(results, seed: experiment.chip.analog.chipSeed))
      } else {
        for line in lines(results) { invocation.print(line) }
      }
      return isAsNamed ? .done : .checkFailed
    })
}

private func lines(_ results: [FiringPatternExperiment.Result]) -> [String] {
  var lines = [
    TextTable.left("pattern", 26) + TextTable.right("spikes", 7) + TextTable.right("first/ms", 10)
      + TextTable.right("CV", 7) + "  intervals/ms"
  ]
  for result in results {
    let features = result.features
    let intervals = features.intervals.prefix(6).map { ProgressLine.decimal($0, 1) }
    var line = TextTable.left(result.pattern.kind.rawValue, 26)
    line += TextTable.right("\(features.spikeCount)", 7)
    line += TextTable.right(ProgressLine.decimal(features.latency, 1), 10)
    line += TextTable.right(ProgressLine.decimal(features.variation, 2), 7)
    line += "  " + intervals.joined(separator: " ") + (features.intervals.count > 6 ? " …" : "")
    if !result.isAsNamed { line += "  -> " + (features.kind?.rawValue ?? "silent") }
    lines.append(line)
  }
  lines.append("\(results.count(where: \.isAsNamed)) of \(results.count) fire as published")
  return lines
}

private func json(_ results: [FiringPatternExperiment.Result], seed: UInt64) -> JSONValue {
  [
    "patterns": .array(
      results.map { result in
        [
          "name": .string(result.pattern.kind.rawValue),
          "found": result.features.kind.map { .string($0.rawValue) } ?? .null,
          "spikes": .integer(result.features.spikeCount),
          "latency_ms": .number(result.features.latency),
          "intervals_ms": .array(result.features.intervals.map { .number($0) }),
          "cv": .number(result.features.variation),
        ]
      }),
    "as_named": .integer(results.count(where: \.isAsNamed)), "chip_seed": .unsigned(seed),
  ]
}
