/// Writes an ELF32 executable: one segment with all loaded sections, symbols, line table.
struct ELFWriter {
  /// What the chip executes, as tools read it from the file.
  static let architecture =
    "rv32i2p1_m2p0_zicsr2p0_zifencei2p0_zmmul1p0_zve32x1p0_zvl1024b1p0_zvl128b1p0_zvl256b1p0"
    + "_zvl32b1p0_zvl512b1p0_zvl64b1p0"

  private struct Header {
    var name: String
    var type: UInt32
    var flags: UInt32 = 0
    var address: UInt32 = 0
    var offset: UInt32 = 0
    var size: UInt32 = 0
    var link: UInt32 = 0
    var info: UInt32 = 0
    var alignment: UInt32 = 1
    var entrySize: UInt32 = 0
  }

  private var writer = ByteWriter()
  private var headers = [Header(name: "", type: 0, alignment: 0)]

  /// The file.
  static func file(_ program: LinkedProgram, _ state: AssemblyState) -> [UInt8] {
    var elf = ELFWriter()
    elf.write(program, state)
    return elf.writer.bytes
  }

  private mutating func write(_ program: LinkedProgram, _ state: AssemblyState) {
    let loaded = program.sections.filter { $0.isLoaded && $0.size > 0 }
    let start = loaded.first?.address ?? Int64(state.options.textBase)
    writer.append([UInt8](repeating: 0, count: 52 + 32))
    // The file offset and the address of a segment agree within a page.
    writer.append([UInt8](repeating: 0, count: 0x1000 - writer.count + Int(start & 0xFFF)))
    let base = writer.count
    var headerIndices = [Int](repeating: 0, count: state.sections.count)
    for section in loaded {
      if !section.isZeroFill {
        writer.append(
          [UInt8](repeating: 0, count: base + Int(section.address - start) - writer.count))
      }
      add(section, isZeroFill: section.isZeroFill, inputs: &headerIndices)
    }
    let fileSize = writer.count - base
    // Labels in sections without content still have an address.
    for section in program.sections where section.isLoaded && section.size == 0 {
      for input in section.inputs { headerIndices[input.section] = headers.count > 1 ? 1 : 0 }
    }
    for section in program.sections where !section.isLoaded && section.size > 0 {
      add(section, isZeroFill: false, inputs: &headerIndices)
    }
    addDebugInformation(program, state)
    addAttributes()
    addSymbols(state, headerIndices)
    addNames()
    let end = loaded.last?.end ?? start
    finish(program.entry, start, base, fileSize, memorySize: Int(end - start))
  }

  private mutating func add(_ section: OutputSection, isZeroFill: Bool, inputs: inout [Int]) {
    for input in section.inputs { inputs[input.section] = headers.count }
    headers.append(
      Header(
        name: section.name, type: section.type, flags: section.flags.rawValue & 7,
        address: UInt32(truncatingIfNeeded: section.address), offset: UInt32(writer.count),
        size: UInt32(section.size), alignment: UInt32(section.alignment)))
    if !isZeroFill { writer.append(section.bytes) }
  }

  private mutating func add(
    _ name: String, _ bytes: [UInt8], type: UInt32 = ELFConstants.programBits, flags: UInt32 = 0,
    link: Int = 0, info: Int = 0, alignment: UInt32 = 1, entrySize: UInt32 = 0
  ) {
    writer.align(Int(alignment))
    headers.append(
      Header(
        name: name, type: type, flags: flags, offset: UInt32(writer.count),
        size: UInt32(bytes.count), link: UInt32(link), info: UInt32(info), alignment: alignment,
        entrySize: entrySize))
    writer.append(bytes)
  }

  private mutating func addDebugInformation(_ program: LinkedProgram, _ state: AssemblyState) {
    let (files, sequences) = state.lineSequences(program.sections)
    guard !sequences.isEmpty else { return }
    let debug = DebugInformation(files: files, sequences: sequences, producer: "ranvier")
    add(".debug_line", debug.line)
    add(".debug_info", debug.info)
    add(".debug_abbrev", debug.abbreviations)
    add(".debug_aranges", debug.ranges)
    // Mergeable strings, one byte a character.
    add(".debug_str", debug.strings, flags: 0x30, entrySize: 1)
  }

  private mutating func addAttributes() {
    var attributes = ByteWriter()
    attributes.unsignedLEB(5)  // Tag_RISCV_arch
    attributes.string(Self.architecture)
    var content = ByteWriter()
    content.append([UInt8(ascii: "A")])
    content.integer(UInt32(4 + 6 + 5 + attributes.count))
    content.string("riscv")
    content.integer(UInt8(1))  // of the whole file
    content.integer(UInt32(5 + attributes.count))
    content.append(attributes.bytes)
    add(".riscv.attributes", content.bytes, type: ELFConstants.riscvAttributes)
  }

  // MARK: Symbols

  private mutating func addSymbols(_ state: AssemblyState, _ headerIndices: [Int]) {
    var table = ByteWriter()
    var strings = ByteWriter()
    strings.integer(UInt8(0))
    table.append([UInt8](repeating: 0, count: 16))
    func entry(
      _ name: String, _ value: Int64, _ size: Int64, _ info: UInt8, _ section: UInt16
    ) {
      table.integer(UInt32(strings.count))
      table.integer(UInt32(truncatingIfNeeded: value))
      table.integer(UInt32(truncatingIfNeeded: size))
      table.integer(info)
      table.integer(UInt8(0))
      table.integer(section)
      strings.string(name)
    }
    for index in state.sections.indices where headerIndices[index] != 0 {
      for mapping in state.sections[index].mappings {
        entry(
          mapping.isCode ? "$x" : "$d", state.addresses[index] + Int64(mapping.offset), 0, 0,
          UInt16(headerIndices[index]))
      }
    }
    var localCount = 0
    for isGlobal in [false, true] {
      if isGlobal { localCount = table.count / 16 }
      for symbol in state.symbols where (symbol.binding != .local) == isGlobal {
        guard symbol.isDefined, !symbol.isTemporary,
          let (value, section) = state.place(of: symbol)
        else { continue }
        let size = symbol.size.flatMap { try? state.finalValue($0) }??.value ?? 0
        let binding: UInt8 = symbol.binding == .local ? 0 : symbol.binding == .global ? 1 : 2
        entry(
          symbol.name, value, size, binding << 4 | symbol.type,
          section.map { UInt16(headerIndices[$0]) } ?? ELFConstants.absoluteSection)
      }
    }
    add(
      ".symtab", table.bytes, type: ELFConstants.symbolTable, link: headers.count + 1,
      info: localCount, alignment: 4, entrySize: 16)
    add(".strtab", strings.bytes, type: ELFConstants.stringTable)
  }

  private mutating func addNames() {
    var names = ByteWriter()
    headers.append(Header(name: ".shstrtab", type: ELFConstants.stringTable))
    for header in headers { names.string(header.name) }
    headers[headers.count - 1].offset = UInt32(writer.count)
    headers[headers.count - 1].size = UInt32(names.count)
    writer.append(names.bytes)
    writer.align(4)
  }

  /// The section headers, and the beginning of the file.
  private mutating func finish(
    _ entry: UInt32, _ start: Int64, _ base: Int, _ fileSize: Int, memorySize: Int
  ) {
    let headersOffset = writer.count
    var nameOffset: UInt32 = 0
    for header in headers {
      for field in [
        nameOffset, header.type, header.flags, header.address, header.offset, header.size,
        header.link, header.info, header.alignment, header.entrySize,
      ] { writer.integer(field) }
      nameOffset += UInt32(header.name.utf8.count + 1)
    }
    var head = ByteWriter()
    head.append([0x7F, 0x45, 0x4C, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0] as [UInt8])
    head.integer(UInt16(2))  // executable
    head.integer(ELFConstants.machineRISCV)
    head.integer(UInt32(1))
    head.integer(entry)
    head.integer(UInt32(52))  // program headers
    head.integer(UInt32(headersOffset))
    head.integer(UInt32(0))  // flags: no compressed instructions, integer calling convention
    for field in [52, 32, 1, 40, headers.count, headers.count - 1] {
      head.integer(UInt16(field))
    }
    for field in [
      1, UInt32(base), UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: start),
      UInt32(fileSize), UInt32(memorySize), 7, 0x1000,
    ] { head.integer(field) }
    writer.overwrite(head.bytes, at: 0)
  }
}

extension AssemblyState {
  /// The final value of a defined symbol and the section it lies in; nil if it has none.
  func place(of symbol: Symbol) -> (value: Int64, section: Int?)? {
    let value: Value?
    switch symbol.definition {
    case .undefined: value = nil
    case .value(let known): value = known
    case .expression(let expression): value = (try? evaluate(expression)) ?? nil
    }
    return value.map { (address(of: $0), $0.section) }
  }
}
