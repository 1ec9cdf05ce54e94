import InstructionSet

/// Programs that leave nothing to chance but registers and data: every instruction in turn.
extension DifferentialGenerator {
  /// Every legal `vtype` with elements of at most 32 bits.
  private static let types: [UInt32] = (0..<3).flatMap { width in
    (width - 2...3).map { UInt32(width << 3 | $0 & 7) }
  }

  /// Every vector instruction under every vector type, masked and not, for `vl` 0, 1, an odd number
  /// and VLMAX, eight instructions a case.
  ///
  /// - Parameter isComplete: false for one of the four lengths, in turn.
  /// - Returns: the cases, which begin with different data.
  mutating func vectorTable(isComplete: Bool) -> [DifferentialCase] {
    var cases: [DifferentialCase] = []
    var units: [DifferentialCase.Unit] = []
    var turn = 0
    begin()
    for row in Self.vectorRows {
      for type in Self.types {
        for isMasked in row.operands.contains(where: { $0.name == "vm" }) ? [false, true] : [false]
        {
          for length in 0..<4 where isComplete || length == turn % 4 {
            units.append(configuration(type, length))
            units.append(instruction(row, isMasked: isMasked))
            if units.count >= 16 { cases.append(finish(&units)) }
          }
          turn += 1
        }
      }
    }
    cases.append(finish(&units))
    return cases
  }

  /// All scalar arithmetic, on all pairs of values at the limits.
  mutating func scalarTable() -> [DifferentialCase] {
    let corners: [UInt32] = [
      0, 1, 2, 0xFFFF_FFFF, 0xFFFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0x5555_5555, 31,
    ]
    var cases: [DifferentialCase] = []
    var units: [DifferentialCase.Unit] = []
    begin()
    var destination: UInt32 = 7
    for row in Self.scalarRows {
      for (a, b) in corners.flatMap({ a in corners.map { (a, $0) } }) {
        body = []
        loadImmediate(a, into: 5)
        loadImmediate(b, into: 6)
        // With an immediate, its twelve bits are those of `b`.
        let isRegister = row.operands.contains { $0.name == "rs2" }
        let operands = isRegister ? 6 << 20 | 5 << 15 : b << 20 | 5 << 15
        body.append(row.match | (operands | destination << 7) & ~row.mask)
        units.append(.init(words: body))
        destination += 1
        if destination == reserved { destination += 1 }
        if destination > 31 {
          destination = 7
          cases.append(finish(&units))
        }
      }
    }
    cases.append(finish(&units))
    return cases
  }

  private mutating func begin() {
    reserved = 0
    while reserved < 8 { reserved = freeRegister() }
  }

  private mutating func finish(_ units: inout [DifferentialCase.Unit]) -> DifferentialCase {
    defer { units = [] }
    return DifferentialCase(
      reserved: reserved, scratchSeed: poolOffset(2048), integerSeed: poolOffset(128),
      vectorSeeds: (0..<4).map { _ in poolOffset(1024) }, rounding: UInt32(below(4)),
      hasSaturated: UInt32(below(2)), units: units)
  }

  /// `vsetvli` for one of four lengths.
  private mutating func configuration(_ type: UInt32, _ choice: Int) -> DifferentialCase.Unit {
    body = []
    setType(type)
    length = [0, 1, max(lengthMax / 2, 1) | 1, lengthMax][choice]
    length = min(length, lengthMax)
    let source = freeRegister()
    loadImmediate(UInt32(length), into: source)
    body.append(type << 20 | source << 15 | freeRegister() << 7 | 0x7057)
    return .init(words: body, isConfiguration: true)
  }

  private mutating func instruction(
    _ row: InstructionRow, isMasked: Bool
  ) -> DifferentialCase.Unit {
    body = []
    vector(row, isMasked: isMasked)
    return .init(words: body)
  }
}
