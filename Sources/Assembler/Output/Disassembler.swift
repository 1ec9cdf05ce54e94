import InstructionSet

/// Prints the code of any RV32 executable with its symbols, for `ranvier disasm`.
///
/// A section with code is printed as instructions, data within it (between the mapping symbols `$d`
/// and `$x`) as words; a halfword of a compressed instruction, which the processor lacks, as `.half`.
public struct Disassembler {
  /// What to print.
  public struct Options: Sendable {
    /// Only from here on.
    public var start: UInt32?
    /// Only up to here.
    public var end: UInt32?
    /// Only this symbol, up to the next one.
    public var symbol: String?
    /// Where each instruction came from, before its first instruction.
    public var showsLines = false

    public init() {}
  }

  private let elf: ELFImage
  private let image: ProgramImage
  private var text = ""

  /// The listing of an executable.
  public static func text(_ elf: ELFImage, options: Options = Options()) -> String {
    var printer = Disassembler(elf)
    printer.write(options)
    return printer.text
  }

  private init(_ elf: ELFImage) {
    self.elf = elf
    image = ProgramImage(elf)
  }

  /// Where a symbol begins and the next one does; nil if there is none of that name.
  public static func range(ofSymbol name: String, in elf: ELFImage) -> Range<UInt32>? {
    let image = ProgramImage(elf)
    guard let symbol = image.symbol(named: name), let sectionName = symbol.section,
      let section = elf.sections.first(where: { $0.name == sectionName })
    else { return nil }
    let end = section.address &+ UInt32(truncatingIfNeeded: section.byteCount)
    if symbol.byteCount > 0 {
      let last = UInt64(symbol.value) + UInt64(symbol.byteCount)
      return symbol.value..<UInt32(clamping: last)
    }
    let next = image.symbols.first { $0.section == sectionName && $0.value > symbol.value }
    return symbol.value..<max(symbol.value, next?.value ?? end)
  }

  private mutating func write(_ options: Options) {
    var (start, end) = (options.start ?? 0, options.end ?? .max)
    if let symbol = options.symbol {
      guard let range = Self.range(ofSymbol: symbol, in: elf) else { return }
      start = max(start, range.lowerBound)
      end = min(end, range.upperBound)
    }
    for (index, section) in elf.sections.enumerated()
    where section.isLoaded && section.isExecutable && !section.bytes.isEmpty {
      write(section, index, from: start, to: end, showsLines: options.showsLines)
    }
  }

  private mutating func write(
    _ section: ELFImage.Section, _ index: Int, from start: UInt32, to end: UInt32,
    showsLines: Bool
  ) {
    let mappings = elf.mappings.filter { $0.section == index }
      .sorted { $0.address < $1.address }
    let labels = image.symbols.filter { $0.section == section.name }
    var nextLabel = 0
    var nextMapping = 0
    var isCode = true
    var hasTitle = false
    var location: LineTable.Location?
    var offset = 0
    while offset < section.bytes.count {
      let address = section.address &+ UInt32(truncatingIfNeeded: offset)
      while nextMapping < mappings.count, mappings[nextMapping].address <= address {
        isCode = mappings[nextMapping].isCode
        nextMapping += 1
      }
      let isShown = address >= start && address < end
      if isShown, !hasTitle {
        text += "\nsection \(section.name)\n"
        hasTitle = true
      }
      while nextLabel < labels.count, labels[nextLabel].value <= address {
        if isShown, labels[nextLabel].value == address {
          text += "\n\(hexadecimalDigits(UInt64(address), 8)) <\(labels[nextLabel].name)>:\n"
        }
        nextLabel += 1
      }
      // An item ends where a label or a change between code and data follows.
      var limit = section.bytes.count
      if nextLabel < labels.count {
        limit = min(limit, Int(labels[nextLabel].value &- section.address))
      }
      if nextMapping < mappings.count {
        limit = min(limit, Int(mappings[nextMapping].address &- section.address))
      }
      let count = itemSize(section.bytes, offset, limit: max(limit, offset + 1), isCode: isCode)
      if isShown {
        if showsLines, let found = elf.lines.location(of: address), found != location {
          text += "; \(found)\n"
          location = found
        }
        write(Array(section.bytes[offset..<(offset + count)]), at: address, isCode: isCode)
      }
      offset += count
    }
  }

  /// The bytes that are printed on one line.
  private func itemSize(_ bytes: [UInt8], _ offset: Int, limit: Int, isCode: Bool) -> Int {
    let left = limit - offset
    if isCode, bytes[offset] & 3 != 3 { return left >= 2 ? 2 : 1 }
    return left >= 4 ? 4 : left >= 2 ? 2 : 1
  }

  private mutating func write(_ bytes: [UInt8], at address: UInt32, isCode: Bool) {
    var value: UInt32 = 0
    for byte in bytes.reversed() { value = value << 8 | UInt32(byte) }
    let digits = hexadecimalDigits(UInt64(value), 2 * bytes.count)
    let place = String(address, radix: 16)
    text += padded("", to: 8 - place.utf8.count) + "\(place): \(padded(digits, to: 8))  "
    switch bytes.count {
    case 4 where isCode:
      text += InstructionTable.disassemble(value, at: address) + comment(value, at: address)
    case 4: text += ".word 0x\(digits)" + name(of: value)
    case 2: text += ".half 0x\(digits)"
    default: text += ".byte 0x\(digits)"
    }
    text += "\n"
  }

  /// The symbol that a jump or a branch goes to.
  private func comment(_ word: UInt32, at address: UInt32) -> String {
    guard let row = Decoder.row(of: word), row.operands.contains(where: { $0.kind == .target })
    else { return "" }
    let target = address &+ UInt32(bitPattern: Decoder.decode(word).immediate)
    return name(of: target)
  }

  private func name(of address: UInt32) -> String {
    guard image.symbol(containing: address) != nil else { return "" }
    return " <\(image.description(of: address))>"
  }
}
