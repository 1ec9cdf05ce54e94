import ChipGeometry

/// What ``ChipIncludeFile`` and ``ChipHeaderFile`` list, in their order.
enum ChipNames {
  struct Theme {
    var title: String
    var constants: [Constant]
  }

  struct Constant {
    var name: String
    /// Decimal, or hexadecimal after `0x`.
    var value: String
    var summary: String
  }

  static var themes: [Theme] {
    let blocks = AddressMap.regions.flatMap { region in
      [
        Constant(
          name: region.name, value: hexadecimal(region.base),
          summary: "\(region.access.rawValue): \(region.summary)"),
        Constant(
          name: "\(region.name)_BYTES", value: hexadecimal(region.byteCount), summary: "bytes"),
      ]
    }
    let others = ProgramInterface.constants.map { theme, constants in
      Theme(
        title: theme,
        constants: constants.map {
          Constant(
            name: $0.name, value: $0.isHexadecimal ? hexadecimal($0.value) : "\($0.value)",
            summary: $0.summary)
        })
    }
    return [
      Theme(
        title: "Blocks: base address NAME, size NAME_BYTES. All words are 32 bits, little-endian",
        constants: blocks),
      Theme(title: "Registers: addresses", constants: AddressMap.registers.map(constant)),
      Theme(
        title: "Mailbox words: addresses", constants: ProgramInterface.mailboxWords.map(constant)),
    ] + others
  }

  private static func constant(_ register: AddressMap.Register) -> Constant {
    let base = AddressMap.regions.first { $0.name == register.region }?.base ?? 0
    return Constant(
      name: "\(register.region)_\(register.name)", value: hexadecimal(base + register.offset),
      summary: register.summary)
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    "0x" + String(value, radix: 16, uppercase: true)
  }
}
