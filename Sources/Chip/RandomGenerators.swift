import ChipGeometry

/// The random generators of one hemisphere: a 16-bit shift register per column (chip reference,
/// section 5.3). A read returns eight bits and moves the register on by eight steps.
struct RandomGenerators: Sendable {
  private var registers: [UInt16]

  init(_ hemisphere: Hemisphere, seed: UInt64) {
    var stream = RandomStream(
      seed: seed, name: hemisphere == .top ? "column generators top" : "column generators bottom")
    // A zero register would never move.
    registers = (0..<ChipSize.columns).map { _ in 1 + UInt16(stream.next(below: 0xFFFF)) }
  }

  /// The next eight bits of a column, from x¹⁶ + x¹⁴ + x¹³ + x¹¹ + 1, which visits all non-zero
  /// states.
  ///
  /// - Precondition: the column is 0…255.
  mutating func next(column: Int) -> UInt8 {
    var register = registers[column]
    for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xB400 : register >> 1 }
    registers[column] = register
    return UInt8(truncatingIfNeeded: register)
  }

  func save(to writer: inout StateWriter) { writer.writeArray(registers) }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    registers = try reader.readArray(count: ChipSize.columns)
  }
}
