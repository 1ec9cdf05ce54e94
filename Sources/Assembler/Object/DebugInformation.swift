/// What debuggers need to show source lines, in DWARF 4: one unit for the whole program, as compilers
/// describe assembly.
struct DebugInformation {
  var line: [UInt8]
  var info: [UInt8]
  var abbreviations: [UInt8]
  var strings: [UInt8]
  var ranges: [UInt8]

  /// A run of code without gaps.
  struct Sequence {
    var start: UInt32
    var end: UInt32
    var rows: [LineTable.Row]
  }

  private static let lineBase = -5
  private static let lineRange = 14
  private static let opcodeBase = 13

  init(files: [String], sequences: [Sequence], producer: String) {
    let low = sequences.map(\.start).min() ?? 0
    let high = sequences.map(\.end).max() ?? 0
    line = Self.lineSection(files, sequences)
    abbreviations = Self.abbreviationSection()
    var writer = ByteWriter()
    writer.string(producer)
    let nameOffset = writer.count
    writer.string(files.first ?? "")
    strings = writer.bytes
    info = Self.unit { writer in
      writer.integer(UInt16(4))
      writer.integer(UInt32(0))  // abbreviations
      writer.integer(UInt8(4))  // bytes of an address
      writer.integer(UInt8(1))  // the abbreviation
      writer.integer(UInt32(0))  // producer
      writer.integer(UInt16(0x8001))  // DW_LANG_Mips_Assembler, which all assemblers use
      writer.integer(UInt32(nameOffset))
      writer.integer(UInt32(0))  // line table
      writer.integer(low)
      writer.integer(high &- low)
    }
    ranges = Self.unit { writer in
      writer.integer(UInt16(2))
      writer.integer(UInt32(0))  // the unit
      writer.integer(UInt8(4))
      writer.integer(UInt8(0))
      writer.integer(UInt32(0))  // padding to a multiple of 8
      for sequence in sequences {
        writer.integer(sequence.start)
        writer.integer(sequence.end &- sequence.start)
      }
      writer.integer(UInt64(0))
    }
  }

  /// A header that says how many bytes follow.
  private static func unit(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(UInt32(0))
    body(&writer)
    writer.patch(UInt32(writer.count - 4), at: 0)
    return writer.bytes
  }

  private static func abbreviationSection() -> [UInt8] {
    var writer = ByteWriter()
    writer.unsignedLEB(1)
    writer.unsignedLEB(0x11)  // DW_TAG_compile_unit
    writer.integer(UInt8(0))  // no children
    let attributes = [
      (0x25, 0x0E),  // producer, offset of a string
      (0x13, 0x05),  // language, 2 bytes
      (0x03, 0x0E),  // name, offset of a string
      (0x10, 0x17),  // line table, offset
      (0x11, 0x01),  // low pc, address
      (0x12, 0x06),  // high pc, 4 bytes: the length
      (0, 0),
    ]
    for (name, form) in attributes {
      writer.unsignedLEB(name)
      writer.unsignedLEB(form)
    }
    writer.integer(UInt8(0))
    return writer.bytes
  }

  private static func lineSection(_ files: [String], _ sequences: [Sequence]) -> [UInt8] {
    unit { writer in
      writer.integer(UInt16(4))
      let lengthOffset = writer.count
      writer.integer(UInt32(0))
      writer.integer(UInt8(1))  // bytes of the shortest instruction
      writer.integer(UInt8(1))  // operations of an instruction
      writer.integer(UInt8(1))  // every row begins a statement
      writer.integer(Int8(lineBase))
      writer.integer(UInt8(lineRange))
      writer.integer(UInt8(opcodeBase))
      writer.append([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1] as [UInt8])
      writer.integer(UInt8(0))  // no folders
      for file in files {
        writer.string(file)
        writer.append([0, 0, 0] as [UInt8])  // folder, time, length: unknown
      }
      writer.integer(UInt8(0))
      writer.patch(UInt32(writer.count - lengthOffset - 4), at: lengthOffset)
      for sequence in sequences { append(sequence, to: &writer) }
    }
  }

  private static func append(_ sequence: Sequence, to writer: inout ByteWriter) {
    writer.append([0, 5, 2] as [UInt8])  // DW_LNE_set_address
    writer.integer(sequence.start)
    var (address, file, line) = (sequence.start, 0, 1)
    for row in sequence.rows {
      if let rowFile = row.file, rowFile != file {
        file = rowFile
        writer.integer(UInt8(4))  // DW_LNS_set_file
        writer.unsignedLEB(file + 1)
      }
      let step = Int(row.address &- address)
      let lineStep = row.line - line
      let opcode = lineStep - lineBase + lineRange * step + opcodeBase
      if lineStep >= lineBase, lineStep < lineBase + lineRange, opcode <= 255 {
        writer.integer(UInt8(opcode))
      } else {
        writer.integer(UInt8(2))  // DW_LNS_advance_pc
        writer.unsignedLEB(step)
        writer.integer(UInt8(3))  // DW_LNS_advance_line
        writer.signedLEB(lineStep)
        writer.integer(UInt8(1))  // DW_LNS_copy
      }
      (address, line) = (row.address, row.line)
    }
    writer.integer(UInt8(2))
    writer.unsignedLEB(Int(sequence.end &- address))
    writer.append([0, 1, 1] as [UInt8])  // DW_LNE_end_sequence
  }
}

extension AssemblyState {
  /// The runs of code with their lines.
  func lineSequences(_ outputs: [OutputSection]) -> (
    files: [String], sequences: [DebugInformation.Sequence]
  ) {
    let files = map.files.map(\.path) + debugFiles
    var sequences: [DebugInformation.Sequence] = []
    for output in outputs where output.isLoaded && output.size > 0 {
      var rows: [LineTable.Row] = []
      for (index, _) in output.inputs {
        for entry in sections[index].lines {
          let file = entry.file >= 0 ? entry.file : map.files.count + ~entry.file
          if let last = rows.last, last.file == file, last.line == entry.line { continue }
          rows.append(
            LineTable.Row(
              address: UInt32(truncatingIfNeeded: addresses[index] + Int64(entry.offset)),
              file: file, line: entry.line))
        }
      }
      guard !rows.isEmpty else { continue }
      sequences.append(
        DebugInformation.Sequence(
          start: rows[0].address, end: UInt32(truncatingIfNeeded: output.end), rows: rows))
    }
    return (files, sequences)
  }
}
