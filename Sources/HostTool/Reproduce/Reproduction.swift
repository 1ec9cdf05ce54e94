import ChipDescription
import Foundation
import Learning
import Synchronization

/// The work of `ranvier reproduce`.
struct Reproduction: Sendable {
  let invocation: Invocation
  let names: [Experiment.Name]
  let scale: Experiment.Scale
  let jobs: Int
  let folder: String
  let firmware: String

  init(_ invocation: Invocation, names: [Experiment.Name]) throws(ToolError) {
    self.invocation = invocation
    self.names = names
    let arguments = invocation.arguments
    var scale = Experiment.Scale()
    scale.isQuick = arguments.flag("--quick")
    scale.seedCount = try arguments.integer("--chips", in: 1...1000)
    scale.epochs = try arguments.integer("--epochs", in: 1...100_000)
    scale.samples = try arguments.integer("--samples", in: 1...5000)
    self.scale = scale
    jobs = try arguments.integer("--jobs", in: 1...256) ?? ChipWorkers.coreCount
    folder = arguments.value("--output") ?? "reproduced"
    firmware = arguments.value("--firmware") ?? "firmware"
  }

  func run() throws -> [ReproductionReport] {
    // All programs first: a missing one is found before hours of work.
    let experiments = try names.map { try Experiment.make($0, scale, program: program) }
    let store = CellStore(folder: "\(folder)/cells")
    try createFolder(store.folder)
    try OutputFile.check(store.path("check"))
    for name in names {
      try createFolder("\(folder)/\(name.rawValue)")
      try OutputFile.check("\(folder)/\(name.rawValue)/results.json")
      try OutputFile.check("\(folder)/\(name.rawValue)/results.csv")
    }
    return try zip(names, experiments).map { name, experiment in
      let identities = try identities(of: experiment)
      let results = try results(experiment, identities, store, name)
      let report = ReproductionReport(
        name: name, scale: scale, experiment: experiment, identities: identities,
        results: results)
      try OutputFile.write(
        report.json.text + "\n", to: "\(folder)/\(name.rawValue)/results.json")
      try OutputFile.write(report.csv, to: "\(folder)/\(name.rawValue)/results.csv")
      if !invocation.wantsJSON { invocation.print(report.text) }
      return report
    }
  }

  private func createFolder(_ path: String) throws(ToolError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ToolError("\(path): the folder cannot be made")
    }
  }

  private func program(_ file: String) throws(ToolError) -> LearningProgram {
    let path = "\(firmware)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ToolError(
        "\(path): is not there", hint: "--firmware DIR says where the programs are")
    }
    return try LoadedProgram(path, invocation).learningProgram
  }

  private func identities(of experiment: Experiment) throws -> [String] {
    var identities: [String] = []
    // Most cells share their trial with many others.
    var trials: [String: String] = [:]
    for cell in experiment.cells {
      let trial = cell.trial
      let settings = trial.identity(toolVersion: "", trial: "", predecessor: nil)
      if trials[settings] == nil {
        trials[settings] = try CellStore.sha256(trial.run(after: nil, progress: { _ in }))
      }
      identities.append(
        cell.identity(
          toolVersion: HostTool.version, trial: trials[settings] ?? "",
          predecessor: cell.predecessor.map { identities[$0] }))
    }
    return identities
  }

  /// What all cells have brought, now or in an earlier run.
  private func results(
    _ experiment: Experiment, _ identities: [String], _ store: CellStore, _ name: Experiment.Name
  ) throws -> [CellResult] {
    var results: [CellResult?] = []
    for identity in identities {
      switch store.find(identity) {
      case .finished(let result): results.append(result)
      case .missing: results.append(nil)
      case .unusable(let reason):
        invocation.warn("\(store.path(identity)): \(reason); the cell is run again")
        results.append(nil)
      }
    }
    let pending = results.indices.filter { results[$0] == nil }
    if pending.count < results.count {
      invocation.warn(
        "\(name.rawValue): \(results.count - pending.count) of \(results.count) cells are already "
          + "in \(store.folder)")
    }
    let progress = invocation.progress(
      total: pending.reduce(0) { $0 + experiment.cells[$1].sampleCount }, unit: "samples")
    defer { progress.finish() }
    // Cells that begin with the weights of others come after all that do not.
    for isFollower in [false, true] {
      let wave = pending.filter { (experiment.cells[$0].predecessor != nil) == isFollower }
      let known = results
      let done = try ChipWorkers.map(wave.count, jobs: jobs) { index in
        try run(experiment.cells[wave[index]], known, identities[wave[index]], store, progress)
      }
      for (index, result) in zip(wave, done) { results[index] = result }
    }
    return results.compactMap { $0 }
  }

  private func run(
    _ cell: ExperimentCell, _ results: [CellResult?], _ identity: String, _ store: CellStore,
    _ progress: ProgressLine
  ) throws -> CellResult {
    do {
      let result = try cell.run(after: cell.predecessor.flatMap { results[$0] }) {
        progress.advance(by: $0, note: cell.name)
      }
      try store.write(result, of: cell, identity: identity)
      return result
    } catch let error as SessionError {
      guard let program = cell.program else { throw error }
      throw error.toolError(program, prefix: "\(cell.name), ")
    }
  }
}
