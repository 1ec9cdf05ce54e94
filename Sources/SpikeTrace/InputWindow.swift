/// A sliding part of the input: bounded memory, and every byte knows its place in the file.
struct InputWindow {
  /// ``position`` and what follows is not consumed yet.
  private(set) var bytes: [UInt8] = []
  private(set) var position = 0
  private(set) var isAtEnd = false
  /// Where `bytes[0]` is in the file.
  private var start: UInt64 = 0
  private let source: ByteSource

  private static let readByteCount = 1 << 18

  init(_ source: ByteSource) { self.source = source }

  var name: String { source.name }
  /// How many bytes are there without reading more.
  var available: Int { bytes.count - position }
  /// The place in the file of the next byte that is not consumed.
  var offset: UInt64 { start + UInt64(position) }

  /// Reads on until at least `count` bytes are available or the input ends.
  ///
  /// Memory grows with what is really there, not with `count`.
  mutating func fill(_ count: Int) throws(TraceError) {
    guard available < count, !isAtEnd else { return }
    bytes.removeFirst(position)
    start += UInt64(position)
    position = 0
    while bytes.count < count && !isAtEnd {
      isAtEnd = try source.read(Self.readByteCount, into: &bytes) == 0
    }
  }

  mutating func consume(_ count: Int) { position += count }
}
