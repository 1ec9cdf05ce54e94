import Assembler
import Chip
import Foundation
import TestSupport
import Testing

@testable import Learning

@Suite struct ExperimentTests {
  static func program(_ name: String) throws -> LearningProgram {
    let path = repository.appendingPathComponent("firmware/\(name)").path
    return LearningProgram(try Assembler.assemble(files: [path]).image, name: name)
  }

  @Test("Every experiment has tables over all its cells, no two alike", arguments: [true, false])
  func experiments(isQuick: Bool) throws {
    var scale = Experiment.Scale()
    scale.isQuick = isQuick
    for name in Experiment.Name.allCases {
      let experiment = try Experiment.make(name, scale, program: Self.program)
      var identities: [String] = []
      for cell in experiment.cells {
        if let predecessor = cell.predecessor { #expect(predecessor < identities.count) }
        identities.append(
          cell.identity(
            toolVersion: "t", trial: "", predecessor: cell.predecessor.map { identities[$0] }))
        #expect(cell.sampleCount > 0)
      }
      #expect(Set(identities).count == identities.count, "\(name)")
      #expect(Set(experiment.cells.map(\.name)).count == experiment.cells.count, "\(name)")
      let shown = experiment.tables.flatMap(\.rows).flatMap(\.cells)
      let followed = experiment.cells.compactMap(\.predecessor)
      #expect(Set(shown + followed) == Set(experiment.cells.indices), "\(name)")
      #expect(name.minutes.quick <= 4)
    }
  }

  @Test("Whatever a cell depends on is in its identity")
  func identity() throws {
    let program = try Self.program("eventprop.s")
    var options = TrainingOptions()
    options.session = SessionConfiguration(for: program)
    func identity(
      _ options: TrainingOptions, _ program: LearningProgram, version: String = "t",
      trial: String = "", predecessor: String? = nil, others: [UInt64] = []
    ) -> String {
      var work = ChipWork(program, options)
      work.settings.otherChipSeeds = others
      return ExperimentCell("name", .chip(work))
        .identity(toolVersion: version, trial: trial, predecessor: predecessor)
    }
    var identities = [identity(options, program)]
    let changes: [(inout TrainingOptions) -> Void] = [
      { $0.epochs += 1 }, { $0.dataSeed += 1 }, { $0.testCount -= 1 },
      { $0.session.hiddenCount -= 1 }, { $0.session.outputRange = 3 },
      { $0.session.chip.analog.chipSeed += 1 }, { $0.session.chip.analog.noiseSeed += 1 },
      { $0.session.chip.analog.mismatch.gain = 0.07 },
      { $0.session.chip.analog.thresholdNoise = 0 },
      { $0.session.parameters.append(.init("batch", 20)) },
      { $0.session.parameters.append(.init("batch", 21)) },
    ]
    for change in changes {
      var changed = options
      change(&changed)
      identities.append(identity(changed, program))
    }
    identities.append(identity(options, try Self.program("fastdeep.s")))
    identities.append(identity(options, program, version: "u"))
    identities.append(identity(options, program, trial: "another simulator"))
    identities.append(identity(options, program, predecessor: identities[0]))
    identities.append(identity(options, program, others: [2]))
    #expect(Set(identities).count == identities.count)
    #expect(identity(options, program) == identities[0])
  }

  @Test("Own numbers of epochs end with the learning rates of the schedule")
  func courses() {
    var scale = Experiment.Scale()
    #expect(scale.course(.eventProp) == (60, 0.95))
    scale.epochs = 30
    let course = scale.course(.eventProp)
    #expect(course.epochs == 30 && abs(course.decay - 0.95 * 0.95) < 1e-12)
    scale.isQuick = true
    #expect(scale.course(.eventProp).epochs == 30)
    #expect(scale.seeds(.eventProp) == [1, 2])
    scale.seedCount = 3
    #expect(scale.seeds(.eventProp) == [1, 2, 3])
  }

  @Test("Mean and spread are those of the sample")
  func spread() throws {
    let spread = try #require(Spread([1, 2, 4, 5]))
    #expect(spread.mean == 3 && abs(spread.deviation - (10.0 / 3).squareRoot()) < 1e-15)
    #expect(spread.count == 4 && spread.lowest == 1)
    #expect(Spread([]) == nil && Spread([7])?.deviation == 0)
  }
}
