extension InstructionTable {
  /// The assembler text of a word, without aliases and in the style of `llvm-objdump`; a word that no
  /// row matches is `.word 0x…`.
  ///
  /// With the `address` where the word lies, targets are printed as absolute addresses, as in
  /// listings; without it as distances, as ``assemble(_:)`` reads them.
  public static func disassemble(_ word: UInt32, at address: UInt32? = nil) -> String {
    guard let row = Decoder.row(of: word) else { return ".word \(hexadecimal(Int64(word)))" }
    let operands = row.operands.compactMap { row.text(of: $0, in: word, at: address) }
    return operands.isEmpty
      ? row.mnemonic : row.mnemonic + " " + operands.joined(separator: ", ")
  }

  /// `0x1f`, `-0x4`.
  static func hexadecimal(_ value: Int64) -> String {
    (value < 0 ? "-0x" : "0x") + String(value.magnitude, radix: 16)
  }

  /// The word of one line of assembler text whose operands are registers, names and plain numbers;
  /// the inverse of ``disassemble(_:at:)``. Nil when the mnemonic is unknown.
  public static func assemble(_ line: String) throws(EncodingError) -> UInt32? {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard let mnemonic = parts.first else { return nil }
    let texts = parts.dropFirst().first?.split(separator: ",").map(trimmed) ?? []
    if mnemonic == ".word", texts.count == 1, let value = number(texts[0]) {
      return UInt32(exactly: value)
    }
    guard let row = row(String(mnemonic)) else { return nil }
    return try row.encode(texts.map(operand))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text = text.dropLast() }
    return text
  }

  private static func operand(_ text: Substring) -> Operand {
    if text == "v0.t" { return .mask }
    if let number = RegisterName.integer(named: text) { return .integerRegister(number) }
    if let number = RegisterName.vector(named: text) { return .vectorRegister(number) }
    if let number = number(text) { return .immediate(number) }
    let parts = text.split(separator: "(", omittingEmptySubsequences: false)
    if parts.count == 2, parts[1].last == ")",
      let base = RegisterName.integer(named: parts[1].dropLast()),
      let offset = parts[0].isEmpty ? 0 : number(parts[0])
    {
      return .address(offset: offset, base: base)
    }
    return .name(String(text))
  }

  private static func number(_ text: Substring) -> Int64? {
    let isNegative = text.first == "-"
    let digits = isNegative ? text.dropFirst() : text
    let magnitude =
      digits.hasPrefix("0x") ? Int64(digits.dropFirst(2), radix: 16) : Int64(digits)
    return magnitude.map { isNegative ? -$0 : $0 }
  }
}

extension InstructionRow {
  /// One operand as text; nil when there is nothing to print.
  fileprivate func text(of slot: OperandSlot, in word: UInt32, at address: UInt32?) -> String? {
    let value = value(of: slot.field, in: word)
    let base = RegisterName.integer[Int(word >> 15 & 31)]
    switch slot.kind {
    case .integerRegister: return RegisterName.integer[Int(value)]
    case .vectorRegister: return "v\(value)"
    case .immediate:
      // The upper twenty bits of an address read better in hexadecimal.
      let isUpper = slot.range.upperBound == 0xF_FFFF
      return isUpper ? InstructionTable.hexadecimal(Int64(value)) : "\(value)"
    case .target:
      guard let address else { return "\(value)" }
      return InstructionTable.hexadecimal(Int64(address &+ UInt32(bitPattern: value)))
    case .address: return "\(value)(\(base))"
    case .baseAddress: return "(\(base))"
    case .controlRegister:
      return ControlRegister.name(of: Int(value)) ?? "\(value)"
    case .vectorType:
      return VectorType(bits: UInt32(bitPattern: value)).names?.joined(separator: ", ")
        ?? "\(value)"
    case .fenceSet: return FenceSet.name(of: Int(value))
    case .mask: return value == 0 ? "v0.t" : nil
    case .maskRegister: return "v0"
    }
  }
}
