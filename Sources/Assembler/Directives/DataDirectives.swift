extension AssemblyState {
  /// Directives that put bytes into the section. False: the name is another one.
  mutating func dataDirective(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> Bool {
    switch name {
    case ".byte": try numbers(&reader, byteCount: 1)
    case ".half", ".short", ".hword", ".2byte": try numbers(&reader, byteCount: 2)
    case ".word", ".long", ".int", ".4byte": try numbers(&reader, byteCount: 4)
    case ".dword", ".quad", ".8byte": try numbers(&reader, byteCount: 8)
    case ".ascii": try strings(&reader, terminator: [])
    case ".asciz", ".string": try strings(&reader, terminator: [0])
    case ".zero", ".space", ".skip": try space(name, &reader, at: position)
    case ".fill": try fill(&reader, at: position)
    case ".align", ".p2align": try align(&reader, isPowerOfTwo: true, at: position)
    case ".balign": try align(&reader, isPowerOfTwo: false, at: position)
    case ".org": try origin(&reader, at: position)
    case ".incbin": try includeBinary(&reader, at: position)
    case ".q7": try fractions(&reader, fractionBits: 7)
    case ".q15": try fractions(&reader, fractionBits: 15)
    case ".q31": try fractions(&reader, fractionBits: 31)
    case ".uleb128", ".sleb128": try variableLength(name, &reader)
    default: return false
    }
    return true
  }

  private mutating func numbers(
    _ reader: inout StatementReader, byteCount: Int
  ) throws(SourceError) {
    guard !reader.isAtEnd else { return }
    repeat {
      let position = reader.position
      let expression = try parseExpression(&reader)
      if let value = try evaluate(expression), value.section == nil {
        try emit(
          Self.bytes(try Self.checked(value.offset, byteCount, at: position), byteCount),
          at: position)
      } else {
        guard !sections[file.section].isZeroFill else {
          throw SourceError(
            position: position, message: "a section of zeros cannot hold an address")
        }
        let offset = sections[file.section].size
        try emit([UInt8](repeating: 0, count: byteCount), at: position)
        data.append(
          PendingData(
            section: file.section, offset: offset, byteCount: byteCount, expression: expression))
      }
    } while reader.take(.comma)
  }

  /// The lowest bytes of a number, the lowest first.
  static func bytes(_ value: Int64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
  }

  /// Refuses what fits neither as a signed nor as an unsigned number.
  static func checked(
    _ value: Int64, _ byteCount: Int, at position: Position
  ) throws(SourceError) -> Int64 {
    guard byteCount < 8 else { return value }
    let bits = Int64(8 * byteCount)
    guard value >= -(1 << (bits - 1)), value < 1 << bits else {
      throw SourceError(
        position: position,
        message: "\(value) does not fit into \(byteCount) byte\(byteCount == 1 ? "" : "s"): "
          + "expected \(-(Int64(1) << (bits - 1))) to \((Int64(1) << bits) - 1)")
    }
    return value
  }

  /// Strings that stand side by side are one, with one terminator.
  private mutating func strings(
    _ reader: inout StatementReader, terminator: [UInt8]
  ) throws(SourceError) {
    guard !reader.isAtEnd else { return }
    repeat {
      let position = reader.position
      var bytes = try reader.expectString()
      while case .string(let more) = reader.token.kind {
        bytes += more
        reader.advance()
      }
      try emit(bytes + terminator, at: position)
    } while reader.take(.comma)
  }

  /// The number of bytes that a directive asks for.
  private mutating func count(
    _ reader: inout StatementReader, _ what: String
  ) throws(SourceError) -> Int {
    let position = reader.position
    let value = try parseNumber(&reader, what)
    guard value >= 0, value <= InputSection.maximumSize else {
      throw SourceError(
        position: position,
        message: "\(what) must be 0 to \(InputSection.maximumSize), found \(value)")
    }
    return Int(value)
  }

  private mutating func space(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let count = try count(&reader, "the size of \(name)")
    let filler = reader.take(.comma) ? try parseNumber(&reader, "the fill value") : 0
    try emitFill(count, [UInt8(truncatingIfNeeded: filler)], at: position)
  }

  /// `.fill repeat, size, value`: a value of more than four bytes is extended with zeros.
  private mutating func fill(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let repeatCount = try count(&reader, "the repeat count of .fill")
    let size = reader.take(.comma) ? try count(&reader, "the size of .fill") : 1
    let value = reader.take(.comma) ? try parseNumber(&reader, "the value of .fill") : 0
    guard size <= 8 else {
      throw SourceError(position: position, message: "the size of .fill must be 0 to 8")
    }
    let pattern =
      Self.bytes(value, min(size, 4)) + [UInt8](repeating: 0, count: max(0, size - 4))
    try emitFill(repeatCount, pattern, at: position)
  }

  private mutating func emitFill(
    _ count: Int, _ pattern: [UInt8], at position: Position
  ) throws(SourceError) {
    try checkRoom(count * pattern.count, at: position)
    if pattern.allSatisfy({ $0 == 0 }) {
      try emitZeros(count * pattern.count, at: position)
    } else {
      try emit(Array(repeatElement(pattern, count: count).joined()), at: position)
    }
  }

  // MARK: Alignment

  /// `.p2align bits, filler, maximum` and `.balign bytes, filler, maximum`
  private mutating func align(
    _ reader: inout StatementReader, isPowerOfTwo: Bool, at position: Position
  ) throws(SourceError) {
    let value = try parseNumber(&reader, "the alignment")
    var filler: Int64?
    var maximum: Int64?
    if reader.take(.comma) {
      if reader.token.kind != .symbol(.comma) {
        filler = try parseNumber(&reader, "the fill value")
      }
      if reader.take(.comma) { maximum = try parseNumber(&reader, "the largest padding") }
    }
    let alignment: Int
    if isPowerOfTwo {
      guard (0...20).contains(value) else {
        throw SourceError(
          position: position,
          message: "the alignment must be 0 to 20, the logarithm of the bytes; found \(value)")
      }
      alignment = 1 << Int(value)
    } else {
      guard value >= 0, value <= 1 << 20, value & (value - 1) == 0 else {
        throw SourceError(
          position: position,
          message: "the alignment must be a power of two up to 1048576, found \(value)")
      }
      alignment = max(1, Int(value))
    }
    sections[file.section].alignment = max(sections[file.section].alignment, alignment)
    let padding = -sections[file.section].size & (alignment - 1)
    guard padding <= maximum.map({ $0 > 0 ? $0 : .max }) ?? .max else { return }
    if let filler {
      try emitFill(padding, [UInt8(truncatingIfNeeded: filler)], at: position)
    } else if sections[file.section].flags.contains(.execute) {
      try emitNops(padding, at: position)
    } else {
      try emitZeros(padding, at: position)
    }
  }

  /// Up to three zeros to the next multiple of four, then `nop`s.
  private mutating func emitNops(_ count: Int, at position: Position) throws(SourceError) {
    if count % 4 != 0 { try emitZeros(count % 4, at: position) }
    guard count >= 4 else { return }
    try emit(
      Array(repeatElement([0x13, 0, 0, 0] as [UInt8], count: count / 4).joined()), isCode: true,
      at: position)
  }

  /// `.org offset, filler`
  private mutating func origin(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let expression = try parseExpression(&reader)
    let filler = reader.take(.comma) ? try parseNumber(&reader, "the fill value") : 0
    guard let value = try evaluate(expression), value.section ?? file.section == file.section else {
      throw SourceError(
        position: position,
        message: ".org needs an offset in this section that is known at this point")
    }
    let size = sections[file.section].size
    guard value.offset >= size, value.offset <= InputSection.maximumSize else {
      throw SourceError(
        position: position,
        message: ".org goes from offset \(size) to \(value.offset); expected \(size) to "
          + "\(InputSection.maximumSize)")
    }
    try emitFill(
      Int(value.offset) - size, [UInt8(truncatingIfNeeded: filler)], at: position)
  }

  // MARK: Others

  /// `.incbin "file", skip, count`
  private mutating func includeBinary(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    var (_, bytes) = try load(&reader)
    if reader.take(.comma) {
      if reader.token.kind != .symbol(.comma) {
        bytes = Array(bytes.dropFirst(try count(&reader, "the bytes to skip")))
      }
      if reader.take(.comma) {
        bytes = Array(bytes.prefix(try count(&reader, "the number of bytes")))
      }
    }
    try emit(bytes, at: position)
  }

  private mutating func variableLength(
    _ name: String, _ reader: inout StatementReader
  ) throws(SourceError) {
    repeat {
      let position = reader.position
      let value = try parseNumber(&reader, "the value of \(name)")
      let bytes =
        name == ".uleb128" ? LEB128.unsigned(UInt64(bitPattern: value)) : LEB128.signed(value)
      try emit(bytes, at: position)
    } while reader.take(.comma)
  }
}
