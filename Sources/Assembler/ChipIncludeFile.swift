import ChipGeometry

/// `firmware/chip.inc`: the address map and the program interface as assembler constants.
///
/// A golden test compares the file with this text.
package enum ChipIncludeFile {
  package static var text: String {
    var text = """
      # Names of the chip for programs: blocks, registers, mailbox, labels.
      # Generated from AddressMap and ProgramInterface (UPDATE_GOLDEN=1 swift test --filter
      # AssemblerTests); do not edit. Read by this project's assembler, clang and GNU as.

        .ifndef CHIP_INC
        .equ CHIP_INC, 1

      # Blocks: base address NAME, size NAME_BYTES. All words are 32 bits, little-endian.


      """
    for region in AddressMap.regions {
      text += line(
        region.name, hexadecimal(region.base), "\(region.access.rawValue): \(region.summary)")
      text += line("\(region.name)_BYTES", hexadecimal(region.byteCount), "bytes")
    }
    text += "\n# Registers: addresses.\n\n"
    for register in AddressMap.registers { text += line(register) }
    text += "\n# Mailbox words: addresses.\n\n"
    for word in ProgramInterface.mailboxWords { text += line(word) }
    for (theme, constants) in ProgramInterface.constants {
      text += "\n# \(theme).\n\n"
      for constant in constants {
        let value = constant.isHexadecimal ? hexadecimal(constant.value) : "\(constant.value)"
        text += line(constant.name, value, constant.summary)
      }
    }
    return text + "\n  .endif\n"
  }

  private static func line(_ register: AddressMap.Register) -> String {
    let base = AddressMap.regions.first { $0.name == register.region }?.base ?? 0
    return line(
      "\(register.region)_\(register.name)", hexadecimal(base + register.offset), register.summary)
  }

  private static func line(_ name: String, _ value: String, _ summary: String) -> String {
    let statement = "  .equ \(name), \(value)"
    return padded(statement, to: 42) + " # \(summary)\n"
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    "0x" + String(value, radix: 16, uppercase: true)
  }
}

/// `text` with blanks up to `width` columns.
func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
