import ChipGeometry

/// A program as a processor gets it: bytes for its memory, where to start, and names for people.
///
/// From the assembler, or from an ELF file of any tools:
///
/// ```swift
/// let image = try Assembler.assemble(files: ["firmware/eventprop.s"]).image
/// let image = try ProgramImage(elf: bytes)
/// for segment in image.segments { load(segment.bytes, at: segment.address) }
/// let learningRate = image.address(of: "param_rate")
/// ```
public struct ProgramImage: Sendable, Equatable {
  /// A run of memory to fill.
  public struct Segment: Sendable, Equatable {
    public let address: UInt32
    /// What the file has. The rest, up to ``byteCount``, is zero.
    public let bytes: [UInt8]
    /// In memory; at least the count of ``bytes``.
    public let byteCount: Int

    public init(address: UInt32, bytes: [UInt8], byteCount: Int) {
      (self.address, self.bytes, self.byteCount) = (address, bytes, max(byteCount, bytes.count))
    }
  }

  /// A name for an address or a number.
  public struct Symbol: Sendable, Equatable {
    public enum Kind: UInt8, Sendable { case none = 0, object = 1, function = 2 }

    public let name: String
    public let value: UInt32
    /// In bytes; 0 if nothing was said.
    public let byteCount: Int
    public let kind: Kind
    public let isGlobal: Bool
    /// Nil: a number, not a place in the program.
    public let section: String?
  }

  /// By address.
  public let segments: [Segment]
  /// The address of the first instruction.
  public let entry: UInt32
  /// By value; local ones included.
  public let symbols: [Symbol]
  /// 64 hexadecimal digits over what the processor will see, and only that: the entry address, and
  /// address and value of every 32-bit word that is not zero, in ascending order, all as 32-bit
  /// little-endian numbers. Names, line tables and the cut into segments do not matter.
  public let sha256: String
  /// Indices into ``symbols`` by name; a global one hides local ones.
  private let indices: [String: Int]
  /// Indices of the symbols that name a place in code or data, by address.
  private let places: [Int]

  public init(segments: [Segment], entry: UInt32, symbols: [Symbol]) {
    self.segments = segments.sorted { $0.address < $1.address }
    self.entry = entry
    self.symbols = symbols.enumerated().sorted {
      ($0.element.value, $0.offset) < ($1.element.value, $1.offset)
    }.map(\.element)
    var indices: [String: Int] = [:]
    var places: [Int] = []
    for (index, symbol) in self.symbols.enumerated() {
      if symbol.section != nil { places.append(index) }
      if symbol.isGlobal || indices[symbol.name] == nil { indices[symbol.name] = index }
    }
    self.indices = indices
    self.places = places
    sha256 = Self.hash(self.segments, entry)
  }

  private static func hash(_ segments: [Segment], _ entry: UInt32) -> String {
    var hash = SHA256()
    func bytes(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    hash.update(bytes(entry))
    // A word may lie across segments.
    var word: (address: UInt32, value: UInt32) = (0, 0)
    for segment in segments {
      for (offset, byte) in segment.bytes.enumerated() where byte != 0 {
        let address = segment.address &+ UInt32(truncatingIfNeeded: offset)
        if address & ~3 != word.address {
          if word.value != 0 { hash.update(bytes(word.address) + bytes(word.value)) }
          word = (address & ~3, 0)
        }
        word.value |= UInt32(byte) << ((address & 3) * 8)
      }
    }
    if word.value != 0 { hash.update(bytes(word.address) + bytes(word.value)) }
    return hash.hexDigest()
  }

  /// The value of a symbol, nil if there is none of that name.
  public func address(of name: String) -> UInt32? { symbol(named: name)?.value }

  public func symbol(named name: String) -> Symbol? { indices[name].map { symbols[$0] } }

  /// The nearest symbol at or before an address, and how far before: `loop+0x8` in traps.
  ///
  /// Nil outside the program.
  public func symbol(containing address: UInt32) -> (symbol: Symbol, offset: UInt32)? {
    guard
      segments.contains(where: {
        address >= $0.address && Int(address - $0.address) < $0.byteCount
      })
    else { return nil }
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if symbols[places[middle]].value <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let symbol = symbols[places[low - 1]]
    return (symbol, address - symbol.value)
  }

  /// `name`, `name+0x8`, or the address in hexadecimal where nothing has a name.
  public func description(of address: UInt32) -> String {
    guard let (symbol, offset) = symbol(containing: address) else {
      return "0x" + String(address, radix: 16)
    }
    return offset == 0 ? symbol.name : "\(symbol.name)+0x\(String(offset, radix: 16))"
  }

  /// The address after the last byte in memory.
  public var end: UInt32 {
    segments.map { $0.address &+ UInt32(truncatingIfNeeded: $0.byteCount) }.max() ?? entry
  }

  /// The byte at an address, nil outside the program.
  public func byte(at address: UInt32) -> UInt8? {
    for segment in segments where address >= segment.address {
      let offset = Int(address - segment.address)
      if offset < segment.bytes.count { return segment.bytes[offset] }
      if offset < segment.byteCount { return 0 }
    }
    return nil
  }
}
