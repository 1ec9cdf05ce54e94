import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry

extension Command {
  static let experimentStdpCurve = Command(
    name: "experiment stdp-curve",
    summary: "measure the window of STDP on the chip and compare it with the closed form",
    discussion: """
      Pairs of an event at a synapse and a spike of its neuron, a time T apart, charge the correlation
      sensors of a synapse row, 256 synapses at once. PROGRAM, firmware/correlation_stdp.s or one with
      the same parameters, then reads the sensors through the column converters and moves the weights.

      The table has for each T the mean time from event to spike as measured, the mean change of the
      weights in codes, what the closed form eta exp(-|T| / tau) says with the eta and tau that each
      synapse of this chip has, and the largest difference between the two among the synapses. Below,
      eta and tau as fitted to the means.

      Exit status 1 if a weight differs by more than rounding and five deviations of the noise of the
      readings allow, the mean of a row by more than 0.25 (where there is noise, which makes rounding
      average out), or a neuron does not spike once per pair.

      --json: program, program_sha256, chip_seed, noise_seed, pairs, points (a list of interval_us,
      change, expected, deviation_max, synapses), fit (causal and acausal, each with amplitude in
      steps of the converter per pair and tau_us), nominal (the same), tolerance, mean_tolerance,
      analog_reads, within, state_sha256.
      """,
    positionals: [
      .one("PROGRAM", "assembly source or ELF file, such as firmware/correlation_stdp.s")
    ],
    options: [
      .value("--pairs", "N", "pairs per time difference, 1 to 200 (default 80)"),
      .value("--points", "N", "time differences on each side, 2 to 50 (default 10)"),
      .value("--longest", "T", "longest time difference, such as 20us (default)"),
    ] + ChipArguments.options + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier experiment stdp-curve firmware/correlation_stdp.s",
      "ranvier experiment stdp-curve firmware/correlation_stdp.s --uncalibrated --json",
    ],
    run: { invocation in
      let report = try StdpCurveReport(invocation)
      return report.write(to: invocation)
    })
}

/// What `ranvier experiment stdp-curve` measures and says.
private struct StdpCurveReport {
  let file: LoadedProgram
  let curve: StdpCurve
  let result: StdpCurve.Result

  init(_ invocation: Invocation) throws {
    let arguments = invocation.arguments
    file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    let configuration = try ChosenChip(arguments).configuration()
    let longest = try ChipArguments.time("--longest", arguments.value("--longest") ?? "20us")
    guard (125...12_500).contains(longest.ticks) else {
      throw ToolError("--longest: expected a time from 1us to 100us")
    }
    let count = try arguments.integer("--points", in: 2...50) ?? 10
    let side = (0..<count).map { index in
      // Denser where the curve is steep.
      let part = (Double(index) + 0.5) / Double(count)
      return longest.seconds * 1e6 * part * (0.5 + 0.5 * part)
    }
    var curve = StdpCurve(
      configuration: configuration, intervals: side.reversed().map { -$0 } + side)
    curve.pairCount = try arguments.integer("--pairs", in: 1...200) ?? 80
    self.curve = curve
    result = try curve.run(file)
  }

  private func fit(_ isCausal: Bool) -> ExponentialFit {
    let points = result.points.filter { ($0.interval >= 0) == isCausal }.map {
      (
        x: $0.interval.magnitude,
        y: $0.change.magnitude * 256 / Double(curve.gain) / Double(curve.pairCount)
      )
    }
    return ExponentialFit(points, timeConstants: 0.2...200)
  }

  private var isWithin: Bool {
    result.points.allSatisfy {
      $0.synapses == ChipSize.columns && $0.deviation <= curve.tolerance
        && ($0.change - $0.expected).magnitude <= curve.meanTolerance
    }
  }

  func write(to invocation: Invocation) -> ExitStatus {
    if invocation.wantsJSON {
      invocation.print(json)
    } else {
      func cell(_ value: Double, _ digits: Int) -> String {
        TextTable.right(ProgressLine.decimal(value, digits), 12)
      }
      invocation.print("  time in us      change    expected   deviation")
      for point in result.points {
        invocation.print(
          cell(point.interval, 3) + cell(point.change, 3) + cell(point.expected, 3)
            + cell(point.deviation, 3))
      }
      for (name, isCausal) in [("causal", true), ("acausal", false)] {
        let fit = fit(isCausal)
        invocation.print(
          "\(name): \(ProgressLine.decimal(fit.amplitude, 3)) steps of the converter per pair, "
            + "tau \(ProgressLine.decimal(fit.timeConstant, 2)) us")
      }
      invocation.print(
        isWithin
          ? "every weight within \(ProgressLine.decimal(curve.tolerance, 2)) codes of the closed form, "
            + "every mean within \(curve.meanTolerance)"
          : "not within \(ProgressLine.decimal(curve.tolerance, 2)) codes of the closed form, "
            + "\(curve.meanTolerance) in the mean")
    }
    return isWithin ? .done : .checkFailed
  }

  private var json: JSONValue {
    func sensor(_ amplitude: Double, _ timeConstant: Double) -> JSONValue {
      ["amplitude": .number(amplitude), "tau_us": .number(timeConstant)]
    }
    let (causal, acausal) = (fit(true), fit(false))
    let nominal = sensor(curve.common.amplitude, curve.common.timeConstant / 250)
    return [
      "program": .string(file.path), "program_sha256": .string(file.image.sha256),
      "chip_seed": .unsigned(curve.configuration.analog.chipSeed),
      "noise_seed": .unsigned(curve.configuration.analog.noiseSeed),
      "pairs": .integer(curve.pairCount),
      "points": .array(
        result.points.map {
          [
            "interval_us": .number($0.interval), "change": .number($0.change),
            "expected": .number($0.expected), "deviation_max": .number($0.deviation),
            "synapses": .integer($0.synapses),
          ]
        }),
      "fit": [
        "causal": sensor(causal.amplitude, causal.timeConstant),
        "acausal": sensor(acausal.amplitude, acausal.timeConstant),
      ],
      "nominal": ["causal": nominal, "acausal": nominal],
      "tolerance": .number(curve.tolerance), "mean_tolerance": .number(curve.meanTolerance),
      "analog_reads": .unsigned(result.analogReads), "within": .bool(isWithin),
      "state_sha256": .string(result.stateHash),
    ]
  }
}
