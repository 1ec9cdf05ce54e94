import AnalogCore
import Chip
public import SpikeTrace

/// A trained network as a file keeps it: weights, delays, and what is needed to use them elsewhere.
///
/// | array | type, shape | |
/// |---|---|---|
/// | `weights_hidden` | int16 [input][hidden] | masters, ±32767 the full range; the bias is the last input |
/// | `weights_output` | int16 [hidden][output] | masters |
/// | `codes_hidden`, `codes_output` | int16, same shapes | what the synapses hold: -63…63 |
/// | `delays` | int16 [input + hidden] | axonal delays in ticks; zero where none are learned |
/// | `delay_masters` | int16 [input + hidden] | 16 to the tick; only where delays are learned |
/// | `synaptic_delays`, `synaptic_delay_masters` | int16 [synapse] | instead of these: in the order of both weight arrays |
/// | `range_hidden`, `range_output` | float64 [] | thresholds that code 63 means; [hidden], [output]: a gain per neuron |
/// | `has_bias` | int16 [] | 1: the last input is a bias |
/// | `tau_m_ticks`, `tau_s_ticks`, `refractory_ticks`, `sample_ticks` | int32 [] | nominal times |
/// | `chip_seed` | int64 [] | of the chip that it was trained on |
/// | `program`, `program_sha256` | text [] | that trained it |
///
/// Only the first two must be there; files of other origin may lack the rest.
public struct StoredNetwork: Equatable, Sendable {
  public var masters: WeightMasters
  /// What largest weights mean, in thresholds; one value, or one per neuron.
  public var hiddenRanges: [Double]?
  public var outputRanges: [Double]?
  public var hasBias: Bool?
  public var membraneTicks: Int?
  public var synapticTicks: Int?
  public var refractoryTicks: Int?
  public var sampleTicks: Int?
  public var chipSeed: UInt64?
  public var programName: String?
  public var programSHA256: String?

  public init(_ masters: WeightMasters) { self.masters = masters }

  /// What a session has learned so far.
  public init(_ session: borrowing LearningSession) throws(SessionError) {
    let configuration = session.configuration
    masters = try session.masters()
    hiddenRanges = configuration.hiddenRanges ?? [configuration.hiddenRange]
    outputRanges = configuration.outputRanges ?? [configuration.outputRange]
    hasBias = configuration.isReplay ? nil : configuration.hasBias
    membraneTicks = configuration.membraneTicks
    synapticTicks = configuration.synapticTicks
    refractoryTicks = configuration.refractoryTicks
    sampleTicks = configuration.sampleTicks
    chipSeed = configuration.chip.analog.chipSeed
    programName = session.program.name.split(separator: "/").last.map(String.init)
    programSHA256 = session.program.sha256
  }

  /// Whether the neurons of a layer differ in their gain, which only inference supports.
  public var hasGains: Bool { (hiddenRanges?.count ?? 1) > 1 || (outputRanges?.count ?? 1) > 1 }

  /// Whether any source has a delay.
  public var isDelayed: Bool {
    masters.delays?.values.contains { DelayMasters.ticks($0) != 0 } ?? false
  }

  // MARK: As arrays

  public var archive: NumPyArchive {
    var archive = NumPyArchive()
    let hidden = [masters.inputCount, masters.hiddenCount]
    let output = [masters.hiddenCount, masters.outputCount]
    func codes(_ values: [Int16]) -> [Int16] { values.map { Int16(WeightMasters.code($0)) } }
    func append(_ name: String, _ shape: [Int], _ values: NumPyArray.Values) {
      archive.append(name, NumPyArray(shape: shape, values: values))
    }
    append("weights_hidden", hidden, .int16(masters.hidden))
    append("weights_output", output, .int16(masters.output))
    append("codes_hidden", hidden, .int16(codes(masters.hidden)))
    append("codes_output", output, .int16(codes(masters.output)))
    let kind = masters.delays?.kind ?? .axonal
    let count = DelayMasters.count(kind, of: masters)
    let delays = masters.delays?.values ?? [Int16](repeating: 0, count: count)
    let names = Self.delayNames(kind)
    append(names.ticks, [count], .int16(delays.map { Int16(DelayMasters.ticks($0)) }))
    if masters.delays != nil { append(names.masters, [count], .int16(delays)) }
    func ranges(_ name: String, _ values: [Double]?) {
      guard let values else { return }
      append(name, values.count == 1 ? [] : [values.count], .float64(values))
    }
    ranges("range_hidden", hiddenRanges)
    ranges("range_output", outputRanges)
    if let hasBias { append("has_bias", [], .int16([hasBias ? 1 : 0])) }
    for (name, ticks) in [
      ("tau_m_ticks", membraneTicks), ("tau_s_ticks", synapticTicks),
      ("refractory_ticks", refractoryTicks), ("sample_ticks", sampleTicks),
    ] {
      if let ticks { append(name, [], .int32([Int32(clamping: ticks)])) }
    }
    if let chipSeed { append("chip_seed", [], .int64([Int64(clamping: chipSeed)])) }
    if let programName { append("program", [], .text([programName])) }
    if let programSHA256 { append("program_sha256", [], .text([programSHA256])) }
    return archive
  }

  /// The network that an archive holds.
  public init(_ archive: NumPyArchive) throws(StoredNetworkError) {
    let hidden = try Self.matrix("weights_hidden", archive)
    let output = try Self.matrix("weights_output", archive)
    let (inputs, neurons, outputs) = (hidden.shape[0], hidden.shape[1], output.shape[1])
    guard output.shape[0] == neurons else {
      throw .shape("weights_output", found: output.shape, expected: "[\(neurons)][outputs]")
    }
    var masters = WeightMasters(inputs: inputs, hidden: neurons, outputs: outputs)
    masters.hidden = hidden.values
    masters.output = output.values
    masters.delays = try Self.delays(archive, of: masters)
    self.init(masters)
    hiddenRanges = try Self.ranges("range_hidden", neurons, archive)
    outputRanges = try Self.ranges("range_output", outputs, archive)
    hasBias = try Self.whole("has_bias", 0...1, archive).map { $0 == 1 }
    membraneTicks = try Self.whole("tau_m_ticks", 1...1_000_000, archive)
    synapticTicks = try Self.whole("tau_s_ticks", 1...1_000_000, archive)
    refractoryTicks = try Self.whole("refractory_ticks", 0...1_000_000, archive)
    sampleTicks = try Self.whole("sample_ticks", 1...1_000_000, archive)
    chipSeed = try Self.whole("chip_seed", 0...Int.max, archive).map { UInt64($0) }
    programName = try Self.text("program", archive)
    programSHA256 = try Self.text("program_sha256", archive)
  }

  private static func matrix(
    _ name: String, _ archive: NumPyArchive
  ) throws(StoredNetworkError) -> (shape: [Int], values: [Int16]) {
    guard let array = archive[name] else {
      throw .missing(name, present: archive.entries.map(\.name))
    }
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }) else {
      throw .shape(name, found: array.shape, expected: "[source][neuron]")
    }
    return (array.shape, try halfwords(name, array))
  }

  private static func halfwords(
    _ name: String, _ array: NumPyArray
  ) throws(StoredNetworkError) -> [Int16] {
    guard case .int16(let values) = array.values else {
      throw .type(name, expected: "int16")
    }
    return values
  }

  private static func delayNames(_ kind: DelayKind) -> (ticks: String, masters: String) {
    switch kind {
    case .axonal: ("delays", "delay_masters")
    case .synaptic: ("synaptic_delays", "synaptic_delay_masters")
    }
  }

  /// Delays as masters, or else in ticks; nil if there are neither.
  static func delays(
    _ archive: NumPyArchive, of masters: WeightMasters
  ) throws(StoredNetworkError) -> DelayMasters? {
    for kind in [DelayKind.axonal, .synaptic] {
      let names = delayNames(kind)
      let count = DelayMasters.count(kind, of: masters)
      for (name, unit) in [(names.masters, 1), (names.ticks, DelayMasters.perTick)] {
        guard let array = archive[name] else { continue }
        guard array.shape == [count] else {
          throw .shape(name, found: array.shape, expected: "[\(count)]")
        }
        guard let values = array.doubles else { throw .type(name, expected: "numbers") }
        let limit = Double(DelayMasters.longestTicks * DelayMasters.perTick / unit)
        if let wrong = values.first(where: { !($0 >= 0 && $0 <= limit) }) {
          throw .value(name, found: "\(wrong)", expected: "0 to \(Int(limit))")
        }
        return DelayMasters(
          kind, values: values.map { Int16(($0 * Double(unit)).rounded()) }, of: masters)
      }
    }
    return nil
  }

  static func ranges(
    _ name: String, _ count: Int, _ archive: NumPyArchive
  ) throws(StoredNetworkError) -> [Double]? {
    guard let array = archive[name] else { return nil }
    guard array.shape == [] || array.shape == [1] || array.shape == [count] else {
      throw .shape(name, found: array.shape, expected: "[] or [\(count)]")
    }
    guard let values = array.doubles else { throw .type(name, expected: "float64") }
    if let wrong = values.first(where: { !($0 > 0 && $0 < 1e6) }) {
      throw .value(name, found: "\(wrong)", expected: "thresholds")
    }
    return values
  }

  private static func whole(
    _ name: String, _ limits: ClosedRange<Int>, _ archive: NumPyArchive
  ) throws(StoredNetworkError) -> Int? {
    guard let array = archive[name] else { return nil }
    guard array.shape == [] || array.shape == [1] else {
      throw .shape(name, found: array.shape, expected: "[]")
    }
    guard let number = array.doubles?.first else { throw .type(name, expected: "a number") }
    guard let value = Int(exactly: number), limits.contains(value) else {
      throw .value(name, found: "\(number)", expected: "a whole number of \(limits)")
    }
    return value
  }

  private static func text(
    _ name: String, _ archive: NumPyArchive
  ) throws(StoredNetworkError) -> String? {
    guard let array = archive[name] else { return nil }
    guard case .text(let words) = array.values, words.count == 1 else {
      throw .type(name, expected: "one text")
    }
    return words[0]
  }
}

/// Why arrays are not a network, or not the one that is wanted.
public enum StoredNetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(String, present: [String])
  case shape(String, found: [Int], expected: String)
  case type(String, expected: String)
  case value(String, found: String, expected: String)
  /// The network is for other sizes, ranges or times than the session has.
  case other(String, found: String, expected: String)
  /// The program cannot do what the network needs.
  case unsupported(String, program: String)

  public var description: String {
    switch self {
    case .missing(let name, let present):
      "has no array '\(name)'; it has: \(present.joined(separator: ", "))"
    case .shape(let name, let found, let expected):
      "'\(name)' has shape \(found), expected \(expected)"
    case .type(let name, let expected): "'\(name)' has another type than \(expected)"
    case .value(let name, let found, let expected):
      "'\(name)' has the value \(found), expected \(expected)"
    case .other(let what, let found, let expected):
      "its \(what) is \(found), that of the session \(expected)"
    case .unsupported(let what, let program): "it has \(what), for which \(program) has no place"
    }
  }
}
