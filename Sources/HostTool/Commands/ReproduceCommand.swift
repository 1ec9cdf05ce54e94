import ChipDescription
import Learning

extension Command {
  static let reproduce = Command(
    name: "reproduce",
    summary: "published results beside our own, with mean and spread over seeds",
    discussion: """
      Without EXPERIMENT the experiments are listed, with rough times. `all` runs every one.

      An experiment is a list of cells: a training, with all that is evaluated after it. Every
      finished cell is a file in DIR/cells, named after all that it depends on, and is not run
      again: a run that was interrupted goes on where it was, and experiments share cells. The
      table goes to standard output; DIR/EXPERIMENT/results.json and results.csv have every cell.
      Cells run in parallel, and the results are the same whatever the number of jobs.

      Schedules were chosen on the validation split; the test split serves the tables alone.
      Published figures are the authors' own or were measured with their code and networks.
      """,
    positionals: [.optional("EXPERIMENT", "one of the list, or all")],
    options: [
      .flag("--quick", "fewer seeds, epochs and points: a few minutes"),
      .value("--chips", "N", "chips or seeds of every point (default: the experiment's)"),
      .value("--epochs", "N", "epochs of every training (default: the experiment's)"),
      .value("--samples", "N", "only the first N samples of each split, to try it out"),
      .value("--jobs", "N", "cells that run at a time (default: one per core)"),
      .value("--firmware", "DIR", "where the programs are (default firmware)"),
      .value("--output", short: "-o", "DIR", "where the results go (default reproduced)"),
    ] + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier reproduce", "ranvier reproduce eventprop-yinyang --quick",
      "ranvier reproduce all -o results",
    ],
    run: { invocation in
      guard let word = invocation.arguments.optional("EXPERIMENT") else {
        invocation.print(ExperimentList(invocation).text)
        return .done
      }
      let reproduction = try Reproduction(invocation, names: try ExperimentList.names(word))
      let reports = try reproduction.run()
      if invocation.wantsJSON {
        invocation.print(
          reports.count == 1 ? reports[0].json : .array(reports.map(\.json)))
      }
      return .done
    })
}

/// What can be reproduced.
struct ExperimentList {
  let wantsJSON: Bool

  init(_ invocation: Invocation) { wantsJSON = invocation.wantsJSON }

  static func names(_ word: String) throws(ToolError) -> [Experiment.Name] {
    if word == "all" { return Experiment.Name.allCases }
    guard let name = Experiment.Name(rawValue: word) else {
      let known = Experiment.Name.allCases.map(\.rawValue) + ["all"]
      throw ToolError(
        "there is no experiment '\(word)'",
        hint: Spelling.suggestion(for: word, among: known)
          ?? "there are: \(known.joined(separator: ", "))")
    }
    return [name]
  }

  var text: String {
    let experiments = Experiment.Name.allCases
    guard !wantsJSON else {
      return JSONValue.array(
        experiments.map { name in
          [
            "experiment": .string(name.rawValue), "summary": .string(name.summary),
            "minutes_quick": .number(name.minutes.quick),
            "minutes_full": .number(name.minutes.full),
            "published": .array(published(name).map { .string($0) }),
          ]
        }
      ).text
    }
    let width = experiments.map(\.rawValue.count).max() ?? 0
    var lines: [String] = []
    for name in experiments {
      lines.append(TextTable.left(name.rawValue, width) + "  " + name.summary)
      let indent = String(repeating: " ", count: width + 2)
      lines += published(name).map { indent + "published: " + $0 }
      lines.append(
        indent + "on two cores: "
          + "\(ProgressLine.duration(60 * name.minutes.full)), with --quick "
          + ProgressLine.duration(60 * name.minutes.quick))
    }
    return lines.joined(separator: "\n")
  }

  private func published(_ name: Experiment.Name) -> [String] {
    let figures = name.published.map { figure in
      ReproductionReport.number(figure.value, figure.deviation, .testAccuracy)
        + " (\(figure.note))"
    }
    return figures + (name.claim.map { [$0] } ?? [])
  }
}
