/// Bounds that keep a reader's memory small whatever a file says.
enum TraceLimits {
  /// Bytes of a header in text, of a binary chunk that is not `EVTS`.
  static let headerBytes = 1 << 24
  /// Bytes of an `EVTS` chunk's body.
  static let eventChunkBytes = 1 << 20
  /// Bytes of a line of text without its end.
  static let lineBytes = 1 << 16
  /// Numbers of one array.
  static let arrayValues = 1 << 20
  /// Ticks are below this.
  static let ticks: UInt64 = 1 << 63
}
