import ChipGeometry

/// The words that both processors see (``AddressMap/shared``).
struct SharedWords: Sendable {
  private var words = [UInt32](repeating: 0, count: Int(AddressMap.shared.byteCount / 4))

  subscript(index: Int) -> UInt32 {
    get { words[index] }
    set { words[index] = newValue }
  }

  func save(to writer: inout StateWriter) { writer.writeArray(words) }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    words = try reader.readArray(count: words.count)
  }
}
