extension AssemblyState {
  /// Directives about symbols. False: the name is another one.
  mutating func symbolDirective(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> Bool {
    switch name {
    case ".globl", ".global": try declare(.global, &reader)
    case ".local": try declare(.local, &reader)
    case ".weak": try declare(.weak, &reader)
    case ".hidden", ".protected", ".internal":
      // There is no dynamic linker that could tell these apart.
      try forEachName(&reader) { _, _ in }
    case ".equ", ".set", ".equiv":
      let symbol = try reader.expectName()
      try reader.expect(.comma)
      let value = try parseExpression(&reader)
      try reader.expectEnd()
      try assign(symbol, value, isFinal: name == ".equiv", at: position)
    case ".size":
      let index = symbolIndex(try reader.expectName())
      try reader.expect(.comma)
      symbols[index].size = try parseExpression(&reader)
    case ".type": try symbolType(&reader)
    case ".comm", ".lcomm": try common(name, &reader, at: position)
    default: return false
    }
    return true
  }

  private mutating func forEachName(
    _ reader: inout StatementReader, _ body: (inout AssemblyState, Int) -> Void
  ) throws(SourceError) {
    repeat {
      body(&self, symbolIndex(try reader.expectName()))
    } while reader.take(.comma)
  }

  private mutating func declare(
    _ binding: Symbol.Binding, _ reader: inout StatementReader
  ) throws(SourceError) {
    try forEachName(&reader) { state, index in
      // A weak symbol stays weak when it is also said to be global.
      if state.symbols[index].binding != .weak || binding == .weak {
        state.symbols[index].binding = binding
      }
      if binding != .local { state.symbols[index].isTemporary = false }
    }
  }

  /// `.type name, @function`, also with `%`, in quotes, or as `STT_FUNC`.
  private mutating func symbolType(_ reader: inout StatementReader) throws(SourceError) {
    let index = symbolIndex(try reader.expectName())
    _ = reader.take(.comma)
    if !reader.take(.at) { _ = reader.take(.percent) }
    let position = reader.position
    switch try reader.expectName("a symbol type such as @function") {
    case "function", "STT_FUNC", "gnu_indirect_function": symbols[index].type = 2
    case "object", "STT_OBJECT", "common", "STT_COMMON", "gnu_unique_object":
      symbols[index].type = 1
    case "notype", "STT_NOTYPE": symbols[index].type = 0
    default:
      throw SourceError(
        position: position, message: "expected @function, @object or @notype")
    }
  }

  /// `.comm name, size, alignment`: zeros in .bss; `.lcomm` for this file only.
  private mutating func common(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let symbol = try reader.expectName()
    try reader.expect(.comma)
    let size = try parseNumber(&reader, "the size")
    let alignment = reader.take(.comma) ? try parseNumber(&reader, "the alignment") : 1
    guard size >= 0, size <= InputSection.maximumSize, alignment > 0, alignment <= 1 << 20,
      alignment & (alignment - 1) == 0
    else {
      throw SourceError(
        position: position, message: "expected a size and an alignment that is a power of two")
    }
    let (section, previous) = (file.section, file.previousSection)
    defer { (file.section, file.previousSection) = (section, previous) }
    // ld.lld puts the common symbols of all files before their sections of zeros.
    if name == ".comm" {
      try select("COMMON", flags: [.allocate, .write], type: ELFConstants.noBits, at: position)
    } else {
      try select(".bss", at: position)
    }
    sections[file.section].alignment = max(sections[file.section].alignment, Int(alignment))
    try emitZeros(-sections[file.section].size & Int(alignment - 1), at: position)
    try defineLabel(symbol, at: position)
    let index = symbolIndex(symbol)
    symbols[index].type = 1
    symbols[index].size = Expression(size, at: position)
    if name == ".comm" { symbols[index].binding = .global }
    try emitZeros(Int(size), at: position)
  }
}
