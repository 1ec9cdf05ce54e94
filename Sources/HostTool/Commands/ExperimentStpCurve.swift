import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry

extension Command {
  static let experimentStpCurve = Command(
    name: "experiment stp-curve",
    summary: "measure short-term plasticity on the chip and compare it with the closed form",
    discussion: """
      A train of events reaches 256 synapses through a driver with short-term plasticity, then a pause
      and one more event; once with the facilitating and once with the depressing default potentials.
      PROGRAM, firmware/membranes.s or one with the same parameters and table, reads the membranes
      through the column converters 1.5 us after each event. An efficacy is such a reading, less
      that without weights, over that of full pulses.

      The table has for each event its time, the mean efficacy, what the closed form says with the
      constants that this chip's driver has, and the largest difference between the two among the
      columns.

      Exit status 1 if an efficacy differs by more than rounding and five deviations of the noise of the
      readings allow, or the mean of the columns by more than 0.01.

      --json: program, program_sha256, chip_seed, noise_seed, curves (a list of voltages and points,
      a list of time_us, efficacy, expected, deviation_max), tolerance, mean_tolerance, analog_reads,
      within, state_sha256.
      """,
    positionals: [.one("PROGRAM", "assembly source or ELF file, such as firmware/membranes.s")],
    options: [
      .value("--events", "N", "events of the train, 2 to 31 (default 12)"),
      .value("--interval", "T", "from event to event, 20us to 10ms (default 20us)"),
      .value("--pause", "T", "after the train, 20us to 100ms (default 100us)"),
    ] + ChipArguments.options + LoadedProgram.options + [.json],
    examples: [
      "ranvier experiment stp-curve firmware/membranes.s",
      "ranvier experiment stp-curve firmware/membranes.s --interval 50us --chip-seed 3 --json",
    ],
    run: { invocation in
      let report = try StpCurveReport(invocation)
      return report.write(to: invocation)
    })
}

/// What `ranvier experiment stp-curve` measures and says.
private struct StpCurveReport {
  let file: LoadedProgram
  let curve: StpCurve
  let result: StpCurve.Result

  init(_ invocation: Invocation) throws {
    let arguments = invocation.arguments
    file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    var curve = StpCurve(
      configuration: try ChosenChip(arguments).configuration())
    func ticks(_ option: String, _ otherwise: Int, to longest: Int) throws -> Int {
      guard let text = arguments.value(option) else { return otherwise }
      let time = try ChipArguments.time(option, text)
      guard (2500...UInt64(longest)).contains(time.ticks) else {
        throw ToolError("\(option): '\(text)' is not a time from 20us to \(longest / 125_000)ms")
      }
      return Int(time.ticks)
    }
    curve.eventCount = try arguments.integer("--events", in: 2...31) ?? curve.eventCount
    curve.intervalTicks = try ticks("--interval", curve.intervalTicks, to: 1_250_000)
    curve.pauseTicks = try ticks("--pause", curve.pauseTicks, to: 12_500_000)
    self.curve = curve
    result = try curve.run(file)
  }

  private var isWithin: Bool {
    result.curves.flatMap(\.points).allSatisfy {
      $0.deviation <= curve.tolerance
        && ($0.efficacy - $0.expected).magnitude <= StpCurve.meanTolerance
    }
  }

  private static func name(_ voltages: ShortTermPlasticity.VoltageSet) -> String {
    switch voltages {
    case .first: "first"
    case .second: "second"
    }
  }

  func write(to invocation: Invocation) -> ExitStatus {
    if invocation.wantsJSON {
      invocation.print(json)
    } else {
      func cell(_ value: Double, _ digits: Int) -> String {
        TextTable.right(ProgressLine.decimal(value, digits), 12)
      }
      for curve in result.curves {
        invocation.print("\(Self.name(curve.voltages)) set of potentials")
        invocation.print("  time in us    efficacy    expected   deviation")
        for point in curve.points {
          invocation.print(
            cell(point.time, 1) + cell(point.efficacy, 4) + cell(point.expected, 4)
              + cell(point.deviation, 4))
        }
      }
      invocation.print(
        (isWithin ? "every efficacy within " : "not within ")
          + "\(ProgressLine.decimal(curve.tolerance, 3)) of the closed form, "
          + "\(StpCurve.meanTolerance) in the mean"
      )
    }
    return isWithin ? .done : .checkFailed
  }

  private var json: JSONValue {
    [
      "program": .string(file.path), "program_sha256": .string(file.image.sha256),
      "chip_seed": .unsigned(curve.configuration.analog.chipSeed),
      "noise_seed": .unsigned(curve.configuration.analog.noiseSeed),
      "curves": .array(
        result.curves.map { curve in
          [
            "voltages": .string(Self.name(curve.voltages)),
            "points": .array(
              curve.points.map {
                [
                  "time_us": .number($0.time), "efficacy": .number($0.efficacy),
                  "expected": .number($0.expected), "deviation_max": .number($0.deviation),
                ]
              }),
          ]
        }),
      "tolerance": .number(curve.tolerance), "mean_tolerance": .number(StpCurve.meanTolerance),
      "analog_reads": .unsigned(result.analogReads), "within": .bool(isWithin),
      "state_sha256": .string(result.stateHash),
    ]
  }
}
