import InstructionSet
import PlasticityProcessor
import Testing

/// What observers are told of lost precision.
@Suite struct PrecisionTests {
  /// Compares what was foretold of an instruction with what it has left in the registers.
  private struct Prophet: InstructionObserver {
    let wantsPause = false
    var instruction = Instruction.illegal(0)
    var foretold: [(lane: Int, outcome: LaneOutcome)] = []
    var isCounted = false
    var countBefore: UInt64 = 0
    var saturationsBefore: UInt64 = 0
    /// By operation.
    var checked = [Int](repeating: 0, count: VectorOperation.allCases.count)
    var wrong: [String] = []

    mutating func willExecute(_ processor: borrowing PlasticityProcessor) {
      instruction = Decoder.decode(processor.readWord(at: processor.programCounter))
      var foretold: [(Int, LaneOutcome)] = []
      isCounted = processor.forEachOutcome(of: instruction) { foretold.append(($0, $1)) }
      self.foretold = foretold
      countBefore = processor.instructionCount
      saturationsBefore = processor.saturationCount
    }

    mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
      guard isCounted, processor.instructionCount > countBefore else { return }
      let operation = instruction.operation
      for (lane, outcome) in foretold {
        let bytes = outcome.width / 8
        let place = lane * bytes
        let register = processor[v: Int(instruction.destination) + place / 128]
        let bits = (0..<bytes).reduce(UInt64(0)) {
          $0 | UInt64(register[place % 128 + $1]) << UInt64(8 * $1)
        }
        let expected = UInt64(bitPattern: outcome.result) & ((1 << UInt64(outcome.width)) - 1)
        if bits != expected { wrong.append("\(operation) lane \(lane): \(bits), not \(expected)") }
        checked[Int(operation.rawValue)] += 1
      }
      let saturates: [VectorOperation] = [
        .vsadd, .vsaddu, .vssub, .vssubu, .vsmul, .vnclip, .vnclipu,
      ]
      if saturates.contains(operation),
        foretold.contains(where: { $0.outcome.isOutside })
          != (processor.saturationCount > saturationsBefore)
      {
        wrong.append("\(operation): saturation")
      }
    }
  }

  @Test("The outcome foretold for each lane of a fixed-point instruction is what comes out")
  func outcomes() {
    var generator = DifferentialGenerator(seed: 7)
    let program = DifferentialProgram(
      (0..<100).map { _ in generator.next(instructionCount: 100) })
    var processor = PlasticityProcessor(
      sramBase: DifferentialProgram.base, sramByteCount: (program.image.count + 3) & ~3)
    processor.load(program.image, at: DifferentialProgram.base)
    processor.programCounter = program.entry
    var prophet = Prophet()
    running: while true {
      switch processor.run(untilCycle: .max, observer: &prophet) {
      case .consoleWrite: continue
      case .trapped(let trap)
      where trap.cause == .illegalInstruction || trap.cause == .environmentCall:
        processor.programCounter = trap.programCounter + 4
      default: break running
      }
    }
    #expect(prophet.wrong.isEmpty, "\(prophet.wrong.prefix(3))")
    let counted: [VectorOperation] = [
      .vsll, .vsaddu, .vsadd, .vssubu, .vssub, .vaaddu, .vaadd, .vasubu, .vasub, .vsmul, .vssrl,
      .vssra, .vnclipu, .vnclip, .vmul, .vmacc, .vnmsac, .vmadd, .vnmsub, .vwmaccu, .vwmacc,
      .vwmaccsu, .vwmaccus, .vredsum, .vwredsumu, .vwredsum,
    ]
    for operation in counted {
      #expect(prophet.checked[Int(operation.rawValue)] > 0, "\(operation) never ran")
    }
  }

  /// The loss of one instruction with these operands in v8 and v10, four lanes.
  private func loss(
    _ word: UInt32, _ type: VectorType, _ first: [Int16], _ second: [Int16] = [], scalar: UInt32 = 0
  ) -> PrecisionLoss? {
    var processor = PlasticityProcessor(program: [Code.vsetivli(0, 4, type), word])
    processor.setLanes(8, first)
    processor.setLanes(10, second)
    processor[x: 5] = scalar
    _ = processor.run(untilCycle: 1)
    return processor.precisionLoss(of: Decoder.decode(word))
  }

  @Test("Saturated, underflowed, wrapped and limited results are counted, and zeros are no values")
  func counts() throws {
    let product = Code.vector(0x27, 0, 12, 8, 10)  // vsmul.vv
    let products = try #require(
      loss(product, .e16m1, [-32768, 1, 0, 16384], [-32768, 1, 5, 8192]))
    #expect(products.executed == 1 && products.lanes == 4 && products.values == 3)
    #expect(products.saturated == 1 && products.underflowed == 1 && products.wrapped == 0)
    #expect(products.peakBits == 15 && products.formatBits == 15)
    // 32767 for 32768, 0 for 2^-15, 4096.
    #expect(abs(products.relativeError - 3.02819e-5) < 1e-9, "\(products.relativeError)")
    let limit = try #require(
      loss(Code.vector(0x05, 4, 12, 8, 5), .e16m1, [1, 2, 3, 4], scalar: 2))  // vmin.vx
    #expect(limit.limited == 2 && limit.lanes == 4 && limit.errorEnergy == 0)
    let shift = try #require(
      loss(Code.vector(0x25, 3, 12, 8, 4), .e16m1, [0x0FFF, 0x1000, -0x0800, -0x0801]))  // vsll.vi
    #expect(shift.wrapped == 2 && shift.saturated == 0)
    #expect(loss(Code.vector(0x00, 0, 12, 8, 10), .e16m1, [1], [2]) == nil)  // vadd.vv
  }

  @Test("A branch over a move between its operands is a limit, other branches are not")
  func scalarLimits() throws {
    func loss(_ words: [UInt32], _ a: UInt32, _ b: UInt32) -> PrecisionLoss? {
      var processor = PlasticityProcessor(program: words)
      processor[x: 5] = a
      processor[x: 6] = b
      return processor.precisionLoss(of: Decoder.decode(words[0]))
    }
    let idiom = [Code.branch(5, 6, 5, 8), Code.addi(5, 6, 0)]  // bge x6, x5, 8; mv x5, x6
    #expect(loss(idiom, 9, 5)?.limited == 1)
    #expect(loss(idiom, 4, 5)?.limited == 0)
    #expect(loss([idiom[0], Code.addi(5, 7, 0)], 9, 5) == nil)
    #expect(loss([Code.branch(5, 6, 5, 12), idiom[1]], 9, 5) == nil)
    let quotient = try #require(loss([Code.register(1, 4, 7, 5, 6)], 2, 5))
    #expect(quotient.underflowed == 1 && quotient.values == 1)
  }
}
