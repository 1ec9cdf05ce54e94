import AnalogCore
public import ChipGeometry
import EventFabric
import PlasticityProcessor

/// Why bytes are not the checkpoint of a chip.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The bytes do not begin as a checkpoint does.
  case notACheckpoint
  /// Written by another version of the format.
  case otherVersion(found: UInt32, supported: UInt32)
  /// The bytes end too early, or go on too long.
  case wrongLength(found: Int, expected: Int)
  /// The checksum does not fit: the bytes were changed.
  case corrupted
  /// The checksum fits but the content does not.
  case invalid(StateError)

  public var description: String {
    switch self {
    case .notACheckpoint: "this is not a checkpoint of a chip"
    case .otherVersion(let found, let supported):
      "the checkpoint has format version \(found), this program reads version \(supported)"
    case .wrongLength(let found, let expected):
      "the checkpoint has \(found) bytes instead of \(expected)"
    case .corrupted: "the checkpoint is damaged: its checksum does not fit"
    case .invalid(let error): "the checkpoint cannot be read: \(error)"
    }
  }
}

extension Chip {
  /// The version of the checkpoint format: changes whenever the state of the chip does.
  public static let checkpointVersion: UInt32 = 9
  private static let magic = Array("RNVRCHIP".utf8)
  private static let headerByteCount = 20
  private static let digestByteCount = 32

  /// The entire state as bytes. What the host keeps outside the chip is not in it: the recorded
  /// events that were not taken yet, whether the chip records, and the membrane converter.
  ///
  /// | bytes | content |
  /// |---|---|
  /// | 8 | `RNVRCHIP` |
  /// | 4 | version of the format, little endian like all numbers |
  /// | 8 | length of the state |
  /// | … | state: configuration, then part by part |
  /// | 32 | SHA-256 of everything before |
  public func checkpoint() -> [UInt8] {
    let state = stateBytes()
    var header = StateWriter()
    header.write(Self.checkpointVersion)
    header.write(UInt64(state.count))
    let body = Self.magic + header.bytes + state
    var hash = SHA256()
    hash.update(body)
    return body + hash.digest()
  }

  /// SHA-256 of the entire state, 64 hexadecimal digits. Two chips with the same hash go on alike.
  public var stateHash: String { SHA256.hexDigest(stateBytes()) }

  private func stateBytes() -> [UInt8] {
    var writer = StateWriter()
    writer.section("chip")
    writer.write(configuration.generatorSeed)
    writer.write(now.cycles)
    writer.write(isAnalogOn)
    hostEvents.save(to: &writer)
    linkedEvents.save(to: &writer)
    writer.writeArray(analog.checkpoint())
    fabric.save(to: &writer)
    top.save(to: &writer)
    bottom.save(to: &writer)
    shared.save(to: &writer)
    return writer.bytes
  }

  /// The chip that ``checkpoint()`` saved. It does not record.
  ///
  /// - Throws: ``CheckpointError`` if the bytes are not what ``checkpoint()`` returned.
  public static func restored(from bytes: [UInt8]) throws(CheckpointError) -> Chip {
    guard bytes.count >= magic.count, Array(bytes[..<magic.count]) == magic else {
      throw .notACheckpoint
    }
    guard bytes.count >= headerByteCount + digestByteCount else {
      throw .wrongLength(found: bytes.count, expected: headerByteCount + digestByteCount)
    }
    do {
      var header = StateReader(Array(bytes[magic.count..<headerByteCount]))
      let version: UInt32 = try header.read()
      guard version == checkpointVersion else {
        throw CheckpointError.otherVersion(found: version, supported: checkpointVersion)
      }
      let length: UInt64 = try header.read()
      let expected = headerByteCount + digestByteCount + Int(clamping: length & 0xFFFF_FFFF_FFFF)
      guard bytes.count == expected else {
        throw CheckpointError.wrongLength(found: bytes.count, expected: expected)
      }
      var hash = SHA256()
      hash.update(bytes[..<(bytes.count - digestByteCount)])
      guard hash.digest() == Array(bytes.suffix(digestByteCount)) else {
        throw CheckpointError.corrupted
      }
      var reader = StateReader(Array(bytes[headerByteCount..<(bytes.count - digestByteCount)]))
      return try restored(from: &reader)
    } catch let error as CheckpointError {
      throw error
    } catch let error as StateError {
      throw .invalid(error)
    } catch {
      throw .notACheckpoint
    }
  }

  private static func restored(from reader: inout StateReader) throws(StateError) -> Chip {
    try reader.section("chip")
    let generatorSeed: UInt64 = try reader.read()
    let now = ClockTime(cycles: try reader.read())
    let isAnalogOn = try reader.readBool()
    var hostEvents = HostEventQueue()
    try hostEvents.restore(from: &reader)
    var linkedEvents = HostEventQueue()
    try linkedEvents.restore(from: &reader)
    let analogBytes: [UInt8] = try reader.readArray()
    let analogEnd = reader.offset
    guard let analog = try? AnalogCore.restored(from: analogBytes) else {
      throw .invalidValue(offset: analogEnd - analogBytes.count, meaning: "an analog core")
    }
    let fabric = try EventFabric.restored(from: &reader)
    var chip = Chip(
      ChipConfiguration(
        analog: analog.configuration, fabric: fabric.configuration, generatorSeed: generatorSeed),
      analog: analog)
    chip.now = now
    chip.isAnalogOn = isAnalogOn
    chip.hostEvents = hostEvents
    chip.linkedEvents = linkedEvents
    chip.fabric = fabric
    try chip.top.restore(from: &reader)
    try chip.bottom.restore(from: &reader)
    try chip.shared.restore(from: &reader)
    guard reader.isAtEnd else {
      throw .invalidValue(offset: reader.offset, meaning: "the end of the state")
    }
    return chip
  }
}
