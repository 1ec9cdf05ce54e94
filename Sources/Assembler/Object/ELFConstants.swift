/// Numbers of the ELF specification that several files need.
enum ELFConstants {
  static let programBits: UInt32 = 1
  static let symbolTable: UInt32 = 2
  static let stringTable: UInt32 = 3
  static let note: UInt32 = 7
  static let noBits: UInt32 = 8
  static let riscvAttributes: UInt32 = 0x7000_0003
  static let machineRISCV: UInt16 = 243
  static let absoluteSection: UInt16 = 0xFFF1
}
