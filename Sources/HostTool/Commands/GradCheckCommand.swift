import ChipDescription
import Foundation
import Learning

extension Command {
  static let gradcheck = Command(
    name: "gradcheck",
    summary: "compare a program's gradients with a reference in double precision",
    discussion: """
      Each case is a network (120, 60, 30, 16 or 8 hidden neurons in turn, at most 30 where each
      synapse has its own delay; every other one trained before) on a chip of its own, and one batch
      of 40 samples. The program's gradient is compared with a reference in double precision on the
      same observed spikes: EventProp, or DelGrad for programs that have its slope (own_slope). Once
      with the program's documented bounds (limited jumps, limited 1/(I - theta)), and once without
      bounds. The reference itself is compared with central differences of the analog core in exact
      mode, for the weights of --differences hidden neurons; samples that are too close to a change
      of their spikes are redrawn and counted.

      Of a program that learns delays the delay gradients are compared too, and their invariant: in
      each sample the gradients by the delays of a spike's causes add up to its error. What deviates
      is compared with the largest rounding that the program's formats allow.

      Then a table of the precision that fixed point has lost in these batches, updates included, by
      symbol and by instruction: how often it was executed; its results that are not zero; of these,
      in percent, those that saturated, that wrapped (overflowed without saturation), and that
      underflowed (a result of zero that should not be); lanes that a minimum or maximum limited to
      a scalar; the error of all results relative to the exact ones (root mean square); bits of
      the largest magnitude and of the format. What wraps on purpose, such as times modulo 2^16,
      is not told apart.

      The relative error of a batch is |program - reference| / |reference| over all its weights: a
      gradient that is right but for a factor is not right. Entries count the hidden layer first,
      [input][neuron], then the output layer; units are those of the reference.

      Exit status 1 if a cosine is below 0.999, a relative error above 0.05, the reference off by
      more than 1e-6, delay gradients add up to something else than the error, or no batch has a
      gradient at all.
      """,
    positionals: [.one("PROGRAM", "a learning program: .s or ELF")],
    options: [
      .value("--cases", "N", "batches to compare (default 200)"),
      .value("--seed", "SEED", "of networks, chips and samples (default 1)"),
      .value(
        "--differences", "N", "hidden neurons checked by differences per case (default 8; 0: none)"),
      .value("--top", "N", "instructions listed in the table (default 12)"),
    ] + SessionOptions.options.filter { !["--hidden", "--chips", "--chip-seed"].contains($0.name) }
      + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier gradcheck firmware/eventprop.s",
      "ranvier gradcheck firmware/eventprop.s --spikes-per-neuron 4 --cases 50 --json",
    ],
    run: { invocation in
      let check = try GradientComparison(invocation)
      return try check.report(try check.run())
    })
}

/// The work of `ranvier gradcheck`.
struct GradientComparison: Sendable {
  let invocation: Invocation
  let file: LoadedProgram
  let check: FirmwareGradientCheck
  let caseCount: Int
  let top: Int

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    let program = file.learningProgram
    for symbol in ["gradient_hidden", "gradient_output"]
    where program.address(of: symbol) == nil {
      throw ToolError(
        "\(program.name): computes no gradient: it has no symbol \(symbol)",
        hint:
          "programs with gradients: firmware/eventprop.s, delgrad.s, delgrad_synaptic.s, fastdeep.s"
      )
    }
    top = try arguments.integer("--top", in: 1...100_000) ?? 12
    var check = FirmwareGradientCheck(program)
    caseCount = try arguments.integer("--cases", in: 1...1_000_000) ?? 200
    check.seed = UInt64(try arguments.integer("--seed", in: 0...Int.max / 2) ?? 1)
    check.differenceNeurons = try arguments.integer("--differences", in: 0...120) ?? 8
    check.options.session = try SessionOptions.configuration(
      arguments, program, ChosenChip(arguments).configuration(seed: check.seed), hidden: 120)
    check.options.session.parameters += try SessionOptions.settings(arguments)
    self.check = check
  }

  func run() throws -> [FirmwareGradientCheck.Case] {
    let progress = invocation.progress(total: caseCount, unit: "cases")
    defer { progress.finish() }
    let jobs = try SessionOptions.jobs(invocation.arguments)
    do {
      return try ChipWorkers.map(caseCount, jobs: jobs) { index in
        defer { progress.advance() }
        return try check.run(index)
      }
    } catch let error as SessionError {
      throw error.toolError(check.program)
    }
  }

  func report(_ cases: [FirmwareGradientCheck.Case]) throws -> ExitStatus {
    let cosine = cases.map(\.bounded.cosine).min() ?? 0
    let error = cases.map(\.bounded.relativeError).max() ?? 0
    let unbounded = cases.map(\.unbounded.cosine)
    let differences = cases.compactMap { $0.differences?.agreement.relativeError }.max()
    let delays = cases.compactMap(\.delays)
    let delayCosine = delays.map(\.cosine).min() ?? 1
    let rows = cases.reduce([]) { $0.merged(with: $1.precision) }
    let precision = PrecisionTable(rows, file)
    if invocation.wantsJSON {
      invocation.print(json(cases, cosine, error, differences, precision))
    } else {
      let redrawn = cases.compactMap(\.differences).map { $0.shallowCrossings + $0.changedOrders }
      func cosines(_ values: [Double]) -> String {
        "lowest \(Self.decimals(values.min() ?? 0)), mean "
          + Self.decimals(TrainingSummary.mean(values))
      }
      invocation.print(
        """
        cases                               \(cases.count) batches of \(check.batch) samples
        cosine, program and reference       \(cosines(cases.map(\.bounded.cosine)))
        relative error                      largest \(Self.decimals(error))
        cosine without the bounds           \(cosines(unbounded))
        reference and central differences   \
        \(differences.map { "largest relative error " + String(format: "%.2e", $0) } ?? "-")
        samples redrawn                     \(redrawn.reduce(0, +))
        \(worst(cases))
        """)
      if !delays.isEmpty {
        let invariants = cases.compactMap(\.invariant)
        let share = 100 * (invariants.map(\.boundShare).max() ?? 0)
        invocation.print(
          """
          delays: cosine                      \(cosines(delays.map(\.cosine)))
          delays: relative error              largest \
          \(Self.decimals(delays.map(\.relativeError).max() ?? 0))
          delays: sums and errors             largest deviation \
          \(Self.decimals(invariants.map(\.relativeError).max() ?? 0)) per batch; \
          \(FixedPoint.text(share, digits: 1)) % of the bound per sample
          """)
      }
      invocation.print("\n" + precision.text(top: top))
    }
    let empty = cases.count { $0.bounded.isEmpty }
    if empty > 0 {
      invocation.warn("\(empty) of \(cases.count) batches have no gradient to be compared")
    }
    let hasInvariant = cases.allSatisfy { $0.invariant?.boundShare ?? 0 <= 1 }
    let largest = max(error, delays.map(\.relativeError).max() ?? 0)
    let isClose =
      min(cosine, delayCosine) >= 0.999 && largest <= 0.05 && differences ?? 0 <= 1e-6
    return isClose && hasInvariant && empty < cases.count ? .done : .checkFailed
  }

  private func worst(_ cases: [FirmwareGradientCheck.Case]) -> String {
    guard let worst = cases.min(by: { $0.bounded.cosine < $1.bounded.cosine }),
      let entry = worst.bounded.worst
    else { return "" }
    return "worst case                          \(worst.index) (\(worst.hiddenCount) hidden, "
      + (worst.isTrained ? "trained" : "untrained")
      + "): entry \(entry.index) is \(String(format: "%.5g", entry.value)), reference "
      + String(format: "%.5g", entry.reference)
  }

  private func json(
    _ cases: [FirmwareGradientCheck.Case], _ cosine: Double, _ error: Double,
    _ differences: Double?, _ precision: PrecisionTable
  ) -> JSONValue {
    let reports = cases.compactMap(\.differences)
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let delays = cases.compactMap(\.delays)
    return [
      "tool_version": .string(HostTool.version), "program": .string(check.program.name),
      "program_sha256": .string(check.program.sha256), "cases": .integer(cases.count),
      "cosine_min": .number(cosine), "relative_error_max": .number(error),
      "cosine_unbounded_min": .number(cases.map(\.unbounded.cosine).min() ?? 0),
      "cosine_unbounded_mean": .number(TrainingSummary.mean(cases.map(\.unbounded.cosine))),
      "reference_vs_differences_max": number(differences),
      "delay_cosine_min": number(delays.map(\.cosine).min()),
      "delay_relative_error_max": number(delays.map(\.relativeError).max()),
      "delay_invariant_error_max": number(cases.compactMap(\.invariant?.relativeError).max()),
      "delay_invariant_bound_share_max": number(cases.compactMap(\.invariant?.boundShare).max()),
      "redrawn_shallow": .integer(reports.map(\.shallowCrossings).reduce(0, +)),
      "redrawn_order": .integer(reports.map(\.changedOrders).reduce(0, +)),
      "repeated_spikes": .integer(reports.map(\.repeatedSpikes).reduce(0, +)),
      "precision": precision.json,
    ]
  }

  private static func decimals(_ value: Double) -> String { ProgressLine.decimal(value, 6) }
}
