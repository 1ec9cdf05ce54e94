import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry

extension Command {
  static let experimentRstdp = Command(
    name: "experiment rstdp",
    summary: "learn what to do in each of some states from rewards alone",
    discussion: """
      In each trial the host shows the chip a random state: a train of 20 spikes in the state's own
      synapse row. Action neurons inhibit each other, and random background makes them explore; the one
      that spikes most often is what the chip does. The host rewards the one right action of each
      state, and PROGRAM, firmware/rstdp.s or one with the same parameters and events, moves the
      weights of the state's row by reward less expected reward times what the correlation sensors
      have stored.

      The table has the part of right actions in ten successive parts of the trials.

      Exit status 1 if less than 80 % of the last tenth are right. By chance it is one in the number of
      states.

      --json: program, program_sha256, chip_seed, noise_seed, seed, states, trials, success (a list of
      ten), success_last, right_actions, weights ([state][action]), analog_reads, learned,
      state_sha256.
      """,
    positionals: [.one("PROGRAM", "assembly source or ELF file, such as firmware/rstdp.s")],
    options: [
      .value("--trials", "N", "100 to 100000 (default 2000)"),
      .value("--states", "N", "states and actions, 2 to 16 (default 8)"),
      .value("--seed", "N", "of the task and the initial weights (default 1)"),
    ] + ChipArguments.options + LoadedProgram.options + [.json],
    examples: [
      "ranvier experiment rstdp firmware/rstdp.s",
      "ranvier experiment rstdp firmware/rstdp.s --chip-seed 3 --states 4 --trials 500 --json",
    ],
    run: { invocation in
      let report = try RewardReport(invocation)
      return report.write(to: invocation)
    })
}

/// What `ranvier experiment rstdp` measures and says.
private struct RewardReport {
  let file: LoadedProgram
  let run: RewardLearning
  let result: RewardLearning.Result

  private static let demanded = 0.8
  private static let parts = 10

  init(_ invocation: Invocation) throws {
    let arguments = invocation.arguments
    file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    var run = RewardLearning(
      configuration: try ChosenChip(arguments).configuration())
    run.trialCount = try arguments.integer("--trials", in: 100...100_000) ?? run.trialCount
    run.stateCount = try arguments.integer("--states", in: 2...16) ?? run.stateCount
    run.seed = UInt64(try arguments.integer("--seed", in: 0...Int.max / 2) ?? 1)
    self.run = run
    result = try run.run(file)
  }

  /// The part of right actions, part by part of the trials.
  private var success: [Double] {
    let count = result.successes.count
    return (0..<Self.parts).map { part in
      let trials = result.successes[
        (count * part / Self.parts)..<(count * (part + 1) / Self.parts)]
      return Double(trials.count { $0 }) / Double(trials.count)
    }
  }

  private var last: Double { success.last ?? 0 }

  func write(to invocation: Invocation) -> ExitStatus {
    if invocation.wantsJSON {
      invocation.print(json)
    } else {
      invocation.print("  trials to       right")
      for (part, share) in success.enumerated() {
        invocation.print(
          TextTable.right("\(result.successes.count * (part + 1) / Self.parts)", 11)
            + TextTable.right(ProgressLine.decimal(100 * share, 1) + " %", 12))
      }
    }
    return last >= Self.demanded ? .done : .checkFailed
  }

  private var json: JSONValue {
    [
      "program": .string(file.path), "program_sha256": .string(file.image.sha256),
      "chip_seed": .unsigned(run.configuration.analog.chipSeed),
      "noise_seed": .unsigned(run.configuration.analog.noiseSeed), "seed": .unsigned(run.seed),
      "states": .integer(run.stateCount), "trials": .integer(run.trialCount),
      "success": .array(success.map { .number($0) }), "success_last": .number(last),
      "right_actions": .array(result.rightActions.map { .integer($0) }),
      "weights": .array(result.weights.map { .array($0.map { .integer($0) }) }),
      "analog_reads": .unsigned(result.analogReads), "learned": .bool(last >= Self.demanded),
      "state_sha256": .string(result.stateHash),
    ]
  }
}
