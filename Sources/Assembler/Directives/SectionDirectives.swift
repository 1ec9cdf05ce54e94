extension AssemblyState {
  /// Directives that choose the section. False: the name is another one.
  mutating func sectionDirective(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> Bool {
    switch name {
    case ".text", ".data", ".bss", ".rodata": try select(name, at: position)
    case ".section": try parseSection(&reader, at: position)
    case ".pushsection":
      file.sectionStack.append((file.section, file.previousSection))
      try parseSection(&reader, at: position)
    case ".popsection":
      guard let (section, previous) = file.sectionStack.popLast() else {
        throw SourceError(position: position, message: ".popsection without .pushsection")
      }
      (file.section, file.previousSection) = (section, previous)
    case ".previous": swap(&file.section, &file.previousSection)
    default: return false
    }
    return true
  }

  /// `.section name, "flags", @type, entry size`
  private mutating func parseSection(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let name = try sectionName(&reader)
    guard reader.take(.comma) else { return try select(name, at: position) }
    let flags = try sectionFlags(&reader)
    var type: UInt32?
    if reader.take(.comma) {
      type = try sectionType(&reader)
      if reader.take(.comma) { _ = try parseNumber(&reader, "the entry size") }
    }
    try select(name, flags: flags, type: type, at: position)
  }

  /// A name may hold characters that symbols may not: `.rodata.str1-1`.
  private func sectionName(_ reader: inout StatementReader) throws(SourceError) -> String {
    if case .string = reader.token.kind { return try reader.expectName("a section name") }
    let start = reader.token.column
    var end = start
    while !reader.isAtEnd, reader.token.kind != .symbol(.comma), end == reader.token.column {
      end = reader.token.end
      reader.advance()
    }
    guard end > start else { throw reader.expected("a section name") }
    return String(decoding: reader.text(from: start, to: end), as: UTF8.self)
  }

  private func sectionFlags(
    _ reader: inout StatementReader
  ) throws(SourceError) -> InputSection.Flags {
    let position = reader.position
    var flags: InputSection.Flags = []
    for letter in try reader.expectString("section flags in quotes, such as \"ax\"") {
      switch letter {
      case UInt8(ascii: "a"): flags.insert(.allocate)
      case UInt8(ascii: "w"): flags.insert(.write)
      case UInt8(ascii: "x"): flags.insert(.execute)
      case UInt8(ascii: "M"): flags.insert(.merge)
      case UInt8(ascii: "S"): flags.insert(.strings)
      default:
        throw SourceError(
          position: position,
          message: "unknown section flag '\(String(decoding: [letter], as: UTF8.self))'; expected "
            + "a (allocated), w (writable), x (executable), M (mergeable) or S (strings)")
      }
    }
    return flags
  }

  private func sectionType(_ reader: inout StatementReader) throws(SourceError) -> UInt32 {
    guard reader.take(.at) || reader.take(.percent) else {
      throw reader.expected("'@progbits' or '@nobits'")
    }
    let position = reader.position
    switch reader.takeIdentifier() {
    case "progbits": return ELFConstants.programBits
    case "nobits": return ELFConstants.noBits
    case "note": return ELFConstants.note
    default:
      throw SourceError(position: position, message: "expected progbits, nobits or note")
    }
  }
}
