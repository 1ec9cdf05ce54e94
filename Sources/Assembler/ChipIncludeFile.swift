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

      """
    for theme in ChipNames.themes {
      text += "\n# \(theme.title).\n\n"
      for constant in theme.constants {
        let statement = "  .equ \(constant.name), \(constant.value)"
        text += padded(statement, to: 42) + " # \(constant.summary)\n"
      }
    }
    return text + "\n  .endif\n"
  }
}

/// `text` with blanks up to `width` columns.
func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
