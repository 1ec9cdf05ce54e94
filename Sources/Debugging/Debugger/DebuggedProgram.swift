package import Assembler
import InstructionSet

/// What a debugger knows about a program beside its state: names, source lines, functions.
package struct DebuggedProgram {
  /// As the person wrote it.
  package let name: String
  package let image: ProgramImage
  package let lines: LineTable
  /// The text of a source file by its path in the line table, nil if it cannot be read.
  package let source: (String) -> [Substring]?
  /// Where functions begin, ascending.
  private let functions: [UInt32]
  /// The entry, and where its first instruction jumps to, if that is all it does.
  private let entries: [UInt32]

  package init(
    name: String, image: ProgramImage, lines: LineTable,
    source: @escaping (String) -> [Substring]? = { _ in nil }
  ) {
    (self.name, self.image, self.lines, self.source) = (name, image, lines, source)
    entries = [image.entry] + Self.jump(at: image.entry, in: image)
    functions = (Self.functions(of: image) + entries).sorted()
  }

  /// The target of a direct jump.
  private static func jump(at address: UInt32, in image: ProgramImage) -> [UInt32] {
    let bytes = (0..<4).compactMap { image.byte(at: address &+ $0) }
    guard bytes.count == 4 else { return [] }
    let instruction = Decoder.decode(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    return instruction.opcode == .jal
      ? [address &+ UInt32(bitPattern: instruction.immediate)] : []
  }

  package var hasLines: Bool { !lines.rows.isEmpty }

  // MARK: Places

  /// The addresses that belong to the same line as `pc` and lie around it without a gap.
  package func lineRange(at pc: UInt32) -> Range<UInt32>? {
    let rows = lines.rows
    guard let index = rows.lastIndex(where: { $0.address <= pc }), rows[index].file != nil else {
      return nil
    }
    func isSame(_ other: Int) -> Bool {
      rows[other].file == rows[index].file && rows[other].line == rows[index].line
    }
    var (first, next) = (index, index + 1)
    while first > 0, isSame(first - 1) { first -= 1 }
    while next < rows.count, isSame(next) { next += 1 }
    return rows[first].address..<(next < rows.count ? rows[next].address : image.end)
  }

  /// `decide+0x8 (file.s:12)`, as far as it is known.
  package func place(_ address: UInt32) -> String {
    let symbol = image.description(of: address)
    return lines.location(of: address).map { "\(symbol) (\($0))" } ?? symbol
  }

  /// The source text of a line nil if it cannot be read.
  package func sourceLine(_ location: LineTable.Location) -> String? {
    sourceLine(location.file, location.line)
  }

  func sourceLine(_ file: String, _ line: Int) -> String? {
    guard let text = source(file), line > 0, line <= text.count else { return nil }
    return String(text[line - 1])
  }

  // MARK: Functions

  /// Where the function around an address begins, nil outside of all.
  package func function(around address: UInt32) -> UInt32? {
    guard image.byte(at: address) != nil else { return nil }
    return functions.last { $0 <= address }
  }

  /// Whether the program begins in the function: nobody has called it.
  func isEntry(_ function: UInt32) -> Bool { entries.contains(function) }

  /// Its name, or its address.
  package func functionName(_ start: UInt32) -> String {
    let here = image.symbols.filter { $0.value == start && $0.section != nil }
    let best = here.first { $0.kind == .function } ?? here.first { $0.isGlobal } ?? here.first
    return best?.name ?? "0x" + String(start, radix: 16)
  }

  /// The symbols that say so, and the targets of all calls.
  private static func functions(of image: ProgramImage) -> [UInt32] {
    var starts: Set<UInt32> = []
    for symbol in image.symbols where symbol.kind == .function { starts.insert(symbol.value) }
    for segment in image.segments {
      var upper: (register: UInt8, value: UInt32)?
      for offset in stride(from: 0, to: segment.bytes.count - 3, by: 4) {
        let word = (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(segment.bytes[offset + $1]) }
        let address = segment.address &+ UInt32(offset)
        let instruction = Decoder.decode(word)
        let immediate = UInt32(bitPattern: instruction.immediate)
        if ControlFlow(word) == .call {
          if instruction.opcode == .jal { starts.insert(address &+ immediate) }
          if let upper, upper.register == instruction.source1 {
            starts.insert(upper.value &+ immediate)
          }
        }
        upper =
          instruction.opcode == .auipc
          ? (instruction.destination, address &+ immediate) : nil
      }
    }
    return starts.filter { image.byte(at: $0) != nil }
  }
}
