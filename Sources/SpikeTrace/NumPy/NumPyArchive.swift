/// Named arrays as NumPy's `.npz` files hold them: a zip archive of `.npy` files, stored, not
/// compressed, as `numpy.savez` writes it.
public struct NumPyArchive: Equatable, Sendable {
  /// In the order of the file.
  public var entries: [Entry] = []

  public struct Entry: Equatable, Sendable {
    /// Without `.npy`.
    public var name: String
    public var array: NumPyArray
  }

  public init() {}

  /// The array of that name.
  public subscript(name: String) -> NumPyArray? { entries.first { $0.name == name }?.array }

  public mutating func append(_ name: String, _ array: NumPyArray) {
    entries.append(Entry(name: name, array: array))
  }

  private static let localSignature: UInt32 = 0x0403_4B50
  private static let centralSignature: UInt32 = 0x0201_4B50
  private static let endSignature: UInt32 = 0x0605_4B50

  /// The whole file, with the date that zip uses for "none" (1980-01-01), so that equal arrays give
  /// equal files.
  public var bytes: [UInt8] {
    var file = ByteSink()
    var directory = ByteSink()
    for entry in entries {
      let name = Array("\(entry.name).npy".utf8)
      let data = entry.array.bytes
      let offset = file.bytes.count
      var common = ByteSink()
      common.write(20, 2)  // version needed
      common.write(0, 2)  // flags
      common.write(0, 2)  // stored
      common.write(0, 2)  // time
      common.write(0x21, 2)  // date
      common.write(CRC32.of(data), 4)
      common.write(UInt32(data.count), 4)
      common.write(UInt32(data.count), 4)
      common.write(UInt32(name.count), 2)
      common.write(0, 2)  // extra field
      file.write(Self.localSignature, 4)
      file.bytes += common.bytes + name + data
      directory.write(Self.centralSignature, 4)
      directory.write(20, 2)  // version made by
      directory.bytes += common.bytes
      directory.write(0, 2)  // comment
      directory.write(0, 2)  // disk
      directory.write(0, 2)  // internal attributes
      directory.write(0, 4)  // external attributes
      directory.write(UInt32(offset), 4)
      directory.bytes += name
    }
    let start = file.bytes.count
    file.bytes += directory.bytes
    file.write(Self.endSignature, 4)
    file.write(0, 4)  // disks
    file.write(UInt32(entries.count), 2)
    file.write(UInt32(entries.count), 2)
    file.write(UInt32(directory.bytes.count), 4)
    file.write(UInt32(start), 4)
    file.write(0, 2)  // comment
    return file.bytes
  }

  private struct ByteSink {
    var bytes: [UInt8] = []
    mutating func write(_ value: UInt32, _ count: Int) {
      for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * i))) }
    }
  }

  /// Reads an archive of stored arrays.
  public init(bytes: [UInt8]) throws(NumPyError) {
    let source = ByteSource(bytes: bytes)
    let end = try Self.endRecord(source)
    let count = Int(try source.read(end + 10, 2))
    var at = Int(try source.read(end + 16, 4))
    for _ in 0..<count {
      guard try source.read(at, 4) == Self.centralSignature else {
        throw NumPyError(offset: at, found: "other bytes", expected: "a zip directory entry")
      }
      entries.append(try Self.entry(source, at))
      at += 46
      at +=
        Int(try source.read(at - 18, 2)) + Int(try source.read(at - 16, 2))
        + Int(try source.read(at - 14, 2))
    }
  }

  /// The end record is the last 22 bytes, but for a comment of up to 65,535.
  private static func endRecord(_ source: ByteSource) throws(NumPyError) -> Int {
    let last = source.bytes.count - 22
    var at = last
    while at >= 0, at >= last - 65_535 {
      if try source.read(at, 4) == endSignature { return at }
      at -= 1
    }
    throw NumPyError(
      offset: max(0, last), found: "no end of a zip directory", expected: "an .npz file")
  }

  private static func entry(_ source: ByteSource, _ at: Int) throws(NumPyError) -> Entry {
    guard try source.read(at + 10, 2) == 0 else {
      throw NumPyError(
        offset: at + 10, found: "a compressed array", expected: "a stored one (numpy.savez)")
    }
    let check = try source.read(at + 16, 4)
    let size = Int(try source.read(at + 20, 4))
    let nameLength = Int(try source.read(at + 28, 2))
    let name = String(decoding: try source.slice(at + 46, nameLength), as: UTF8.self)
    let local = Int(try source.read(at + 42, 4))
    guard try source.read(local, 4) == localSignature else {
      throw NumPyError(offset: local, found: "other bytes", expected: "the file '\(name)'")
    }
    let start = try 30 + local + Int(source.read(local + 26, 2)) + Int(source.read(local + 28, 2))
    let data = Array(try source.slice(start, size))
    guard CRC32.of(data) == check else {
      throw NumPyError(
        offset: start, found: "a wrong checksum of '\(name)'", expected: "an intact archive")
    }
    let array = try NumPyArray(bytes: data, origin: start)
    return Entry(name: name.hasSuffix(".npy") ? String(name.dropLast(4)) : name, array: array)
  }

  private struct ByteSource {
    let bytes: [UInt8]

    func read(_ offset: Int, _ count: Int) throws(NumPyError) -> UInt32 {
      try slice(offset, count).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    func slice(_ offset: Int, _ count: Int) throws(NumPyError) -> ArraySlice<UInt8> {
      guard offset >= 0, count >= 0, count <= bytes.count, offset <= bytes.count - count else {
        throw NumPyError(
          offset: min(max(0, offset), bytes.count), found: "the end",
          expected: "\(count) more bytes")
      }
      return bytes[offset..<offset + count]
    }
  }
}
