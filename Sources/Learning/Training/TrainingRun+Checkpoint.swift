import AnalogCore
public import Chip
public import ChipGeometry

/// Why bytes are not the checkpoint of a training run that can go on.
public enum TrainingCheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The bytes do not begin as a checkpoint does.
  case notACheckpoint
  /// The bytes are not those that were written.
  case damaged
  case invalid(StateError)
  /// The chip's part is damaged.
  case chip(CheckpointError)
  /// Made with another program or other options than now.
  case otherRun(what: String, found: String, expected: String)
  case session(SessionError)

  public var description: String {
    switch self {
    case .notACheckpoint: "this is not a checkpoint of a training run, or one of another version"
    case .damaged: "the checkpoint is damaged: its checksum does not fit"
    case .invalid(let error): "the checkpoint cannot be read: \(error)"
    case .chip(let error): "\(error)"
    case .otherRun(let what, let found, let expected):
      "the checkpoint was made with \(what) \(found), this run has \(expected)"
    case .session(let error): "\(error)"
    }
  }
}

extension TrainingRun {
  private static let magic = Array("RNVRTRN3".utf8)
  private static let digestByteCount = 64

  /// The whole run between two epochs: options that must agree, the last report, the chip.
  public func checkpoint() -> [UInt8] {
    var writer = StateWriter()
    writer.section("training")
    for entry in Self.identity(session.program, options) { writer.writeArray(Array(entry.1.utf8)) }
    writer.write(UInt64(epoch))
    writer.write(UInt64(session.sampleCount))
    writer.write(lastEpoch != nil)
    if let lastEpoch {
      lastEpoch.training.save(to: &writer)
      lastEpoch.validation.save(to: &writer)
      writer.write(lastEpoch.chipSeconds)
      writer.write(lastEpoch.analogReads)
    }
    writer.writeArray(session.chip.checkpoint())
    return Self.magic + Array(SHA256.hexDigest(writer.bytes).utf8) + writer.bytes
  }

  /// The run that ``checkpoint()`` saved, to go on with the same program and options; only the
  /// number of epochs may differ.
  public init(
    resuming bytes: [UInt8], _ program: LearningProgram, _ options: TrainingOptions
  ) throws(TrainingCheckpointError) {
    guard bytes.starts(with: Self.magic) else { throw .notACheckpoint }
    let saved: Saved
    do {
      let body = Array(bytes.dropFirst(Self.magic.count + Self.digestByteCount))
      let digest = bytes.dropFirst(Self.magic.count).prefix(Self.digestByteCount)
      guard digest.elementsEqual(SHA256.hexDigest(body).utf8) else {
        throw TrainingCheckpointError.damaged
      }
      saved = try Self.read(body)
    } catch let error as TrainingCheckpointError {
      throw error
    } catch let error as StateError {
      throw .invalid(error)
    } catch {
      throw .notACheckpoint
    }
    for (entry, found) in zip(Self.identity(program, options), saved.identity)
    where entry.1 != found {
      throw .otherRun(what: entry.0, found: found, expected: entry.1)
    }
    do {
      let chip = try Chip.restored(from: saved.chip)
      let session = try LearningSession(
        restored: chip, program, options.sessionConfiguration, sampleCount: saved.sampleCount)
      self.init(session, options)
      epoch = saved.epoch
      lastEpoch = saved.lastEpoch
    } catch let error as CheckpointError {
      throw .chip(error)
    } catch let error as SessionError {
      throw .session(error)
    } catch {
      throw .notACheckpoint
    }
  }

  private struct Saved {
    var identity: [String]
    var epoch: Int
    var sampleCount: Int
    var lastEpoch: EpochReport?
    var chip: [UInt8]
  }

  private static let identityCount = 8

  private static func read(_ bytes: [UInt8]) throws(StateError) -> Saved {
    var reader = StateReader(bytes)
    try reader.section("training")
    var identity: [String] = []
    for _ in 0..<identityCount {
      identity.append(String(decoding: try reader.readArray() as [UInt8], as: UTF8.self))
    }
    let epoch = Int(clamping: try reader.read(UInt64.self))
    let sampleCount = Int(clamping: try reader.read(UInt64.self))
    var lastEpoch: EpochReport?
    if try reader.readBool() {
      let training = try PassReport(from: &reader)
      let validation = try PassReport(from: &reader)
      lastEpoch = EpochReport(
        epoch: epoch, training: training, validation: validation,
        chipSeconds: try reader.readDouble(), analogReads: try reader.read())
    }
    let chip: [UInt8] = try reader.readArray()
    guard reader.isAtEnd else {
      throw .invalidValue(offset: reader.offset, meaning: "the end of the checkpoint")
    }
    return Saved(
      identity: identity, epoch: epoch, sampleCount: sampleCount, lastEpoch: lastEpoch, chip: chip)
  }

  /// What must be the same before and after the break.
  private static func identity(
    _ program: LearningProgram, _ options: TrainingOptions
  ) -> [(String, String)] {
    let session = options.session
    let settings = options.sessionConfiguration.parameters.map { "\($0.name)=\($0.value)" }
    return [
      ("program", program.sha256),
      ("chip seed", "\(session.chip.analog.chipSeed)"),
      ("noise seed", "\(session.chip.analog.noiseSeed)"),
      ("mismatch", mismatch(session)),
      ("data seed", "\(options.dataSeed)"),
      ("chip pool", options.pool?.description ?? "none"),
      (
        "network",
        "\(session.inputCount)\(session.hasBias ? "+bias" : "")-\(session.hiddenCount)-"
          + "\(session.outputCount), ranges \(session.hiddenRange), \(session.outputRange), ticks "
          + "\(session.membraneTicks), \(session.synapticTicks), \(session.refractoryTicks), "
          + "\(session.sampleTicks)"
      ),
      ("parameters", settings.joined(separator: " ")),
    ]
  }
}

private func mismatch(_ session: SessionConfiguration) -> String {
  let m = session.chip.analog.mismatch
  return [
    m.membraneTimeConstant, m.synapticTimeConstant, m.threshold, m.gain, m.quadrantGain, m.weight,
    session.chip.analog.thresholdNoise,
  ].map { "\($0)" }.joined(separator: " ")
}

extension PassReport {
  func save(to writer: inout StateWriter) {
    for count in [samples, correct, undecided, hiddenSpikes, spikes] { writer.write(UInt64(count)) }
    writer.write(lossSum)
    for count in [cycleSum, cyclesMax, updateCycles] { writer.write(count) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    self.init()
    samples = Int(clamping: try reader.read(UInt64.self))
    correct = Int(clamping: try reader.read(UInt64.self))
    undecided = Int(clamping: try reader.read(UInt64.self))
    hiddenSpikes = Int(clamping: try reader.read(UInt64.self))
    spikes = Int(clamping: try reader.read(UInt64.self))
    lossSum = try reader.readDouble()
    cycleSum = try reader.read()
    cyclesMax = try reader.read()
    updateCycles = try reader.read()
  }
}
