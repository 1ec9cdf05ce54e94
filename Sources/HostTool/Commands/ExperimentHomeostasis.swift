import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry

extension Command {
  static let experimentHomeostasis = Command(
    name: "experiment homeostasis",
    summary: "bring neurons of very different rates to a target rate",
    discussion: """
      Neurons of the top hemisphere hear the same 64 random sources (background generators) with
      weights that differ from neuron to neuron. PROGRAM, firmware/homeostasis.s or one with the same
      parameters, reads and clears the spike counters once in 2 ms and moves the weights of each
      neuron towards its target.

      The table has for each period the mean and the standard deviation of the spikes per neuron,
      and the part of the neurons within 25 % of the target.

      Exit status 1 if over the last five periods less than 95 % of the neurons are within 20 % of
      the target.

      --json: program, program_sha256, chip_seed, noise_seed, seed, neurons, target, periods (a list
      of mean, deviation, share_within_25), share_before, share_after (of the first and the last
      five periods, within 20 %), analog_reads, reached, state_sha256.
      """,
    positionals: [.one("PROGRAM", "assembly source or ELF file, such as firmware/homeostasis.s")],
    options: [
      .value("--neurons", "N", "2 to 256 (default)"),
      .value("--updates", "N", "periods, 10 to 1000 (default 20)"),
      .value("--target", "N", "spikes per period, 10 to 200 (default 40)"),
      .value("--gain", "N", "1/256 weight code per spike, -127 to 127 (default 24)"),
      .value("--seed", "N", "of the initial weights (default 1)"),
    ] + ChipArguments.options + LoadedProgram.options + [.json],
    examples: [
      "ranvier experiment homeostasis firmware/homeostasis.s",
      "ranvier experiment homeostasis firmware/homeostasis.s --uncalibrated --target 60 --json",
    ],
    run: { invocation in
      let report = try HomeostasisReport(invocation)
      return report.write(to: invocation)
    })
}

/// What `ranvier experiment homeostasis` measures and says.
private struct HomeostasisReport {
  let file: LoadedProgram
  let run: HomeostasisRun
  let result: HomeostasisRun.Result

  private static let window = 5
  private static let nearness = 0.2
  private static let demanded = 0.95

  init(_ invocation: Invocation) throws {
    let arguments = invocation.arguments
    file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    var run = HomeostasisRun(
      configuration: try ChosenChip(arguments).configuration())
    run.neuronCount = try arguments.integer("--neurons", in: 2...256) ?? run.neuronCount
    run.updateCount =
      try arguments.integer("--updates", in: 2 * Self.window...1000) ?? run.updateCount
    run.target = try arguments.integer("--target", in: 10...200) ?? run.target
    run.gain = try arguments.integer("--gain", in: -127...127) ?? run.gain
    run.seed = UInt64(try arguments.integer("--seed", in: 0...Int.max / 2) ?? 1)
    self.run = run
    result = try run.run(file)
  }

  /// The part of the neurons near the target in the sum of some periods.
  private func share(_ periods: ArraySlice<HomeostasisRun.Period>) -> Double {
    let sums = (0..<run.neuronCount).map { column in
      periods.reduce(0) { $0 + $1.counts[column] }
    }
    return HomeostasisRun.Period(counts: sums)
      .share(within: Self.nearness, of: run.target * periods.count)
  }

  private var before: Double { share(result.periods.prefix(Self.window)) }
  private var after: Double { share(result.periods.suffix(Self.window)) }
  private var isReached: Bool { after >= Self.demanded }

  func write(to invocation: Invocation) -> ExitStatus {
    if invocation.wantsJSON {
      invocation.print(json)
    } else {
      invocation.print("  period        mean   deviation  within 25 %")
      for (index, period) in result.periods.enumerated() {
        invocation.print(
          TextTable.right("\(index + 1)", 8)
            + TextTable.right(ProgressLine.decimal(period.mean, 2), 12)
            + TextTable.right(ProgressLine.decimal(period.deviation, 2), 12)
            + TextTable.right(percent(period.share(within: 0.25, of: run.target)), 13))
      }
      invocation.print(
        "within 20 % of \(run.target) spikes per period: \(percent(before)) of the neurons in the "
          + "first \(Self.window) periods, \(percent(after)) in the last")
    }
    return isReached ? .done : .checkFailed
  }

  private func percent(_ share: Double) -> String { ProgressLine.decimal(100 * share, 1) + " %" }

  private var json: JSONValue {
    [
      "program": .string(file.path), "program_sha256": .string(file.image.sha256),
      "chip_seed": .unsigned(run.configuration.analog.chipSeed),
      "noise_seed": .unsigned(run.configuration.analog.noiseSeed), "seed": .unsigned(run.seed),
      "neurons": .integer(run.neuronCount),
      "target": .integer(run.target),
      "periods": .array(
        result.periods.map {
          [
            "mean": .number($0.mean), "deviation": .number($0.deviation),
            "share_within_25": .number($0.share(within: 0.25, of: run.target)),
          ]
        }), "share_before": .number(before), "share_after": .number(after),
      "analog_reads": .unsigned(result.analogReads), "reached": .bool(isReached),
      "state_sha256": .string(result.stateHash),
    ]
  }
}
