import Assembler
import ChipGeometry
import InstructionSet
import PlasticityProcessor
import Testing

/// The assembler's warnings about vector instructions against what the processor does with them.
@Suite struct WarningTests {
  static let types: [String] = ["e8", "e16", "e32"].flatMap { width in
    ["mf8", "mf4", "mf2", "m1", "m2", "m4", "m8"].map { "\(width), \($0)" }
  }

  /// Every vector instruction with random operands.
  static func instructions(_ seed: String) -> [String] {
    var random = RandomStream(seed: 5, name: seed)
    return InstructionTable.rows.compactMap { row in
      let word = row.match | UInt32(truncatingIfNeeded: random.next()) & ~row.mask
      let instruction = Decoder.decode(word)
      guard instruction.opcode == .vector else { return nil }
      switch instruction.operation {
      case .vsetvli, .vsetivli, .vsetvl: return nil
      default: return InstructionTable.disassemble(word, at: 0)
      }
    }
  }

  @Test("A type is warned of if it is illegal, groups are if the processor traps", arguments: types)
  func groups(type: String) throws {
    let instructions = Self.instructions(type)
    #expect(instructions.count > 200)
    let pairs = instructions.map { "  vsetvli t0, zero, \(type), ta, ma\n  \($0)\n" }
    let assembly = try Assembler.assemble(text: pairs.joined())
    let bytes = try #require(assembly.image.segments.first).bytes
    func code(_ index: Int) -> [UInt8] { Array(bytes[(8 * index)..<(8 * index + 8)]) }
    func warned(_ kind: WarningKind, _ isInstruction: Bool) -> [Int] {
      assembly.warnings.filter { $0.message.hasSuffix("[\(kind.rawValue)]") }
        .filter { ($0.line % 2 == 0) == isInstruction }.map { ($0.line - 1) / 2 }
    }
    let add = try Assembler.assemble(
      text: "  vsetvli t0, zero, \(type), ta, ma\n  vadd.vv v8, v8, v8\n")
    let isLegal = !Self.traps(try #require(add.image.segments.first).bytes)
    #expect(warned(.vectorType, false) == (isLegal ? [] : Array(instructions.indices)))
    #expect(warned(.vectorType, true) == [])
    let trapping = instructions.indices.filter { Self.traps(code($0)) }
    if isLegal {
      #expect(warned(.vectorGroups, true) == trapping)
      #expect(!trapping.isEmpty)
    } else {
      // Without a type only what no type makes legal is left to be said.
      #expect(warned(.vectorGroups, true).allSatisfy(trapping.contains))
    }
  }

  /// Whether the second of two instructions is illegal.
  static func traps(_ code: [UInt8]) -> Bool {
    var processor = PlasticityProcessor()
    processor.load(code, at: 0)
    for register in 1..<32 { processor[x: register] = 0x2000 }
    for _ in 0..<2 {
      if case .trapped(let trap) = processor.run(untilCycle: processor.cycle + 1) {
        return trap.cause == .illegalInstruction && trap.programCounter == 4
      }
    }
    return false
  }

  @Test("A vector instruction is warned of as the first without a type if the processor traps")
  func first() throws {
    for instruction in Self.instructions("first") {
      let assembly = try Assembler.assemble(text: "  nop\n  \(instruction)\n")
      let isWarned = assembly.warnings.contains { $0.message.hasSuffix("[vector-type]") }
      let bytes = try #require(assembly.image.segments.first).bytes
      #expect(isWarned == Self.traps(bytes), "\(instruction)")
    }
  }
}
