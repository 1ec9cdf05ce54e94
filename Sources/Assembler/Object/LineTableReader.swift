extension LineTable {
  /// From the section `.debug_line`, DWARF 2 to 5; units of other versions are passed over.
  init(debugSections sections: [ELFImage.Section], of bytes: [UInt8]) throws(ELFError) {
    func range(_ name: String) -> Range<Int>? {
      sections.first { $0.name == name && $0.type == ELFConstants.programBits }
        .map { $0.offset..<($0.offset + $0.byteCount) }
    }
    var files: [String] = []
    var rows: [Row] = []
    var folder: String?
    if let lines = range(".debug_line") {
      var reader = ByteReader(bytes, lines)
      while !reader.isAtEnd {
        let length: UInt32 = try reader.integer()
        guard length < 0xFFFF_FFF0 else { throw reader.error("64-bit DWARF is not supported") }
        var unit = LineUnit(
          bytes: bytes, lineStrings: range(".debug_line_str"), strings: range(".debug_str"))
        try unit.read(try reader.part(Int(length)), firstFile: files.count)
        files += unit.files
        rows += unit.rows
        folder = folder ?? unit.folder
      }
    }
    self.init(files: files, rows: rows, folder: folder)
  }
}

/// One unit of `.debug_line`.
struct LineUnit {
  let bytes: [UInt8]
  let lineStrings: Range<Int>?
  let strings: Range<Int>?
  private(set) var files: [String] = []
  private(set) var rows: [LineTable.Row] = []
  /// Where the compiler ran; DWARF 5 says it here.
  private(set) var folder: String?

  init(bytes: [UInt8], lineStrings: Range<Int>?, strings: Range<Int>?) {
    (self.bytes, self.lineStrings, self.strings) = (bytes, lineStrings, strings)
  }

  private struct Header {
    var instructionSize: UInt32 = 1
    var lineBase = 0
    var lineRange = 1
    var operandCounts: [UInt8] = []
    /// The number of the first file: 1 before DWARF 5.
    var fileBase = 1
  }

  /// Reads a unit whose first file gets the index `firstFile`.
  mutating func read(_ given: ByteReader, firstFile: Int) throws(ELFError) {
    var reader = given
    let version: UInt16 = try reader.integer()
    guard (2...5).contains(version) else { return }
    var header = Header()
    if version >= 5 {
      let addressSize: UInt8 = try reader.integer()
      guard addressSize == 4 else { throw reader.error("addresses of \(addressSize) bytes") }
      try reader.skip(1)
      header.fileBase = 0
    }
    let length = Int(try reader.integer(UInt32.self))
    var start = reader
    try start.skip(length)
    header.instructionSize = UInt32(try reader.integer(UInt8.self))
    if version >= 4 { try reader.skip(1) }
    try reader.skip(1)
    header.lineBase = Int(try reader.integer(Int8.self))
    header.lineRange = Int(try reader.integer(UInt8.self))
    guard header.lineRange > 0 else { throw reader.error("a line range of 0") }
    let opcodeBase: UInt8 = try reader.integer()
    for _ in 1..<max(1, Int(opcodeBase)) { header.operandCounts.append(try reader.integer()) }
    if version >= 5 { try readFiles(&reader) } else { try readOldFiles(&reader) }
    try run(start, header, firstFile: firstFile)
  }

  // MARK: Files

  private static func path(_ folder: String?, _ name: String) -> String {
    guard let folder, !folder.isEmpty, !name.hasPrefix("/") else { return name }
    return "\(folder)/\(name)"
  }

  private mutating func readOldFiles(_ reader: inout ByteReader) throws(ELFError) {
    var folders: [String] = []
    while true {
      let folder = try reader.string()
      if folder.isEmpty { break }
      folders.append(folder)
    }
    while true {
      let name = try reader.string()
      if name.isEmpty { return }
      let folder = Int(truncatingIfNeeded: try reader.unsignedLEB())
      _ = try reader.unsignedLEB()
      _ = try reader.unsignedLEB()
      let isFolder = folder > 0 && folder <= folders.count
      files.append(Self.path(isFolder ? folders[folder - 1] : nil, name))
    }
  }

  private mutating func readFiles(_ reader: inout ByteReader) throws(ELFError) {
    let folders = try readEntries(&reader)
    folder = folders.first?.name
    for entry in try readEntries(&reader) {
      let folder =
        entry.folder < folders.count && entry.folder > 0 ? folders[entry.folder].name : nil
      files.append(Self.path(folder, entry.name))
    }
  }

  private func readEntries(
    _ reader: inout ByteReader
  ) throws(ELFError) -> [(name: String, folder: Int)] {
    var formats: [(content: UInt64, form: UInt64)] = []
    for _ in 0..<(try reader.integer(UInt8.self)) {
      formats.append((try reader.unsignedLEB(), try reader.unsignedLEB()))
    }
    let count = try reader.unsignedLEB()
    guard count <= UInt64(reader.end - reader.offset), !formats.isEmpty || count == 0 else {
      throw reader.error("\(count) files in a table that is too short for them")
    }
    var entries: [(name: String, folder: Int)] = []
    for _ in 0..<count {
      var entry = (name: "", folder: 0)
      for (content, form) in formats {
        let value = try readForm(form, &reader)
        if content == 1 { entry.name = value.text }
        if content == 2 { entry.folder = Int(clamping: value.number) }
      }
      entries.append(entry)
    }
    return entries
  }

  private func readForm(
    _ form: UInt64, _ reader: inout ByteReader
  ) throws(ELFError) -> (text: String, number: UInt64) {
    switch form {
    case 0x08: return (try reader.string(), 0)
    case 0x1F, 0x0E:
      let offset = Int(try reader.integer(UInt32.self))
      guard let range = form == 0x1F ? lineStrings : strings, offset < range.count else {
        throw reader.error("a string outside the string table")
      }
      var text = ByteReader(bytes, (range.lowerBound + offset)..<range.upperBound)
      return (try text.string(), 0)
    case 0x0F: return ("", try reader.unsignedLEB())
    case 0x0B: return ("", UInt64(try reader.integer(UInt8.self)))
    case 0x05: return ("", UInt64(try reader.integer(UInt16.self)))
    case 0x06: return ("", UInt64(try reader.integer(UInt32.self)))
    case 0x07: return ("", try reader.integer(UInt64.self))
    case 0x1E: try reader.skip(16)
    case 0x09: try reader.skip(Int(clamping: try reader.unsignedLEB()))
    default: throw reader.error("the unknown form \(form) of a file name")
    }
    return ("", 0)
  }

  // MARK: Program

  private struct Machine {
    var address: UInt32 = 0
    var file = 1
    var line = 1
  }

  private mutating func append(_ machine: Machine, _ header: Header, _ firstFile: Int, isEnd: Bool)
  {
    let file = machine.file &- header.fileBase
    let isKnown = !isEnd && file >= 0 && file < files.count
    rows.append(
      LineTable.Row(
        address: machine.address, file: isKnown ? firstFile + file : nil,
        line: isKnown ? machine.line : 0))
  }

  private mutating func run(
    _ given: ByteReader, _ header: Header, firstFile: Int
  ) throws(ELFError) {
    var reader = given
    var machine = Machine()
    let opcodeBase = header.operandCounts.count + 1
    func step(_ operation: Int) -> UInt32 {
      UInt32(operation / header.lineRange) &* header.instructionSize
    }
    while !reader.isAtEnd {
      let opcode = Int(try reader.integer(UInt8.self))
      if opcode >= opcodeBase {
        let operation = opcode - opcodeBase
        machine.address &+= step(operation)
        machine.line &+= header.lineBase + operation % header.lineRange
        append(machine, header, firstFile, isEnd: false)
        continue
      }
      switch opcode {
      case 0:
        let length = Int(clamping: try reader.unsignedLEB())
        guard length > 0 else { continue }
        var operands = try reader.part(length)
        switch try operands.integer(UInt8.self) {
        case 1:
          append(machine, header, firstFile, isEnd: true)
          machine = Machine()
        case 2: machine.address = try operands.integer()
        default: break
        }
      case 1: append(machine, header, firstFile, isEnd: false)
      case 2:
        machine.address &+=
          UInt32(truncatingIfNeeded: try reader.unsignedLEB())
          &* header.instructionSize
      case 3: machine.line &+= Int(truncatingIfNeeded: try reader.signedLEB())
      case 4: machine.file = Int(truncatingIfNeeded: try reader.unsignedLEB())
      case 8: machine.address &+= step(255 - opcodeBase)
      case 9: machine.address &+= UInt32(try reader.integer(UInt16.self))
      default: for _ in 0..<header.operandCounts[opcode - 1] { _ = try reader.unsignedLEB() }
      }
    }
  }
}
