import Chip
import ChipDescription
import Experiments

extension Command {
  static let experimentSampling = Command(
    name: "experiment sampling",
    summary: "let noisy neurons sample from a Boltzmann distribution",
    discussion: """
      Leaky neurons under Poisson noise, on for the refractory time after each spike, sample from
      p(z) ~ exp(sum of W_ij z_i z_j + sum of b_i z_i) (Petrovici et al. 2016). Activation curves are
      measured first, by spikes, on the circuits of the chip that then sample; from them follow leak
      potentials and 6-bit weights. Weights and biases of the machines are random, 1.2 (x - 1/2) with x
      from a beta distribution.

      The table has the Kullback-Leibler divergence of what was sampled from the distribution after
      so much time of the chip, the mean over the machines: it falls with the inverse of time until what
      the neurons do differently is left. Beside it (2^N - 1) T / t, T the refractory time: about what
      independent samples, one in 2 T, would have.

      Exit status 1 if the last divergence is above --limit.

      --json: machines (a list of seed, divergence, activations, probabilities, expected), times (a
      list of time_us, divergence_mean, divergence_max), limit, chip_seed.
      """,
    options: [
      .value("--units", "N", "neurons, 2 to 8 (default 4)"),
      .value("--machines", "N", "distributions with seeds from 1 on (default 5)"),
      .value("--time", "TIME", "of sampling (default 100ms)"),
      .value("--limit", "D", "largest mean divergence at the end (default 0.05)"),
      .value("--jobs", "N", "machines that are simulated at a time (default: one per core)"),
    ] + ChipArguments.options + [.progress, .json],
    examples: [
      "ranvier experiment sampling",
      "ranvier experiment sampling --units 3 --time 1s --chip-seed 2",
    ],
    run: { invocation in
      try SamplingReport(invocation).write(to: invocation)
    })
}

/// What `ranvier experiment sampling` measures and says.
private struct SamplingReport {
  private let seeds: [UInt64]
  private let results: [BoltzmannSampling.Result]
  private let limit: Double
  private let chipSeed: UInt64

  init(_ invocation: Invocation) throws {
    let arguments = invocation.arguments
    let units = try arguments.integer("--units", in: 2...8) ?? 4
    let count = try arguments.integer("--machines", in: 1...1000) ?? 5
    limit = try arguments.number("--limit", in: 0...100) ?? 0.05
    var sampling = BoltzmannSampling()
    let chosen = try ChosenChip(arguments)
    // What a network leaves to a description, checked.
    _ = try chosen.configuration()
    sampling.chip = chosen.description
    chipSeed = chosen.seed
    if let ticks = try TraceArguments.ticks("--time", arguments) {
      guard ticks >= 125_000 else { throw ToolError("--time: expected at least 1ms") }
      sampling.samplingTicks = ticks
    }
    let seeds = (1...UInt64(count)).map { $0 }
    self.seeds = seeds
    let progress = invocation.progress(total: count, unit: "machines")
    defer { progress.finish() }
    let jobs = try arguments.integer("--jobs", in: 1...256) ?? ChipWorkers.coreCount
    let work = sampling
    do {
      results = try ChipWorkers.map(count, jobs: jobs) { index in
        defer { progress.advance() }
        return try work.run(BoltzmannMachine(unitCount: units, seed: seeds[index]))
      }
    } catch let error as MappingError {
      throw ToolError("the machine does not fit: \(error)")
    }
  }

  private struct Row {
    var microseconds: Double
    var mean: Double
    var largest: Double
  }

  private var rows: [Row] {
    results[0].divergences.indices.map { index in
      let values = results.map { $0.divergences[index].divergence }
      return Row(
        microseconds: Double(results[0].divergences[index].ticks) * 0.008,
        mean: values.reduce(0, +) / Double(values.count), largest: values.max() ?? 0)
    }
  }

  func write(to invocation: Invocation) throws -> ExitStatus {
    let rows = rows
    let states = 1 << results[0].machine.unitCount
    if invocation.wantsJSON {
      invocation.print(json(rows))
    } else {
      invocation.print(
        TextTable.right("time/ms", 10) + TextTable.right("divergence", 12)
          + TextTable.right("largest", 10) + TextTable.right("independent", 13))
      for row in rows {
        let independent = Double(states - 1) * 20 / row.microseconds
        invocation.print(
          TextTable.right(ProgressLine.decimal(row.microseconds / 1000, 1), 10)
            + TextTable.right(ProgressLine.decimal(row.mean, 4), 12)
            + TextTable.right(ProgressLine.decimal(row.largest, 4), 10)
            + TextTable.right(ProgressLine.decimal(independent, 4), 13))
      }
      invocation.print(
        "\(results.count) machines of \(results[0].machine.unitCount) units on chip \(chipSeed)")
    }
    return (rows.last?.mean ?? 0) <= limit ? .done : .checkFailed
  }

  private func json(_ rows: [Row]) -> JSONValue {
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    return [
      "machines": .array(
        zip(seeds, results).map { seed, result in
          [
            "seed": .unsigned(seed),
            "divergence": .number(result.divergences.last?.divergence ?? 0),
            "activations": .array(
              result.activations.map {
                ["center": .number($0.center), "width": .number($0.width)]
              }),
            "probabilities": numbers(result.probabilities),
            "expected": numbers(result.machine.probabilities),
          ]
        }),
      "times": .array(
        rows.map {
          [
            "time_us": .number($0.microseconds), "divergence_mean": .number($0.mean),
            "divergence_max": .number($0.largest),
          ]
        }),
      "limit": .number(limit), "chip_seed": .unsigned(chipSeed),
    ]
  }
}
