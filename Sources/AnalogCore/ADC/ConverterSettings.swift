/// Noise of the converters, and what they see of a neuron. Levels are in LSB of the nominal column
/// converter: 4.5 mV each, 20 at 0.15 V, 220 at 1.05 V (chip reference, section 2.4).
public struct ConverterSettings: Equatable, BitwiseCopyable, Sendable {
  /// Standard deviation of a conversion of the column converters, in LSB. Not published; the
  /// membrane converter's 1.65 of its own, finer LSB are 0.66 here.
  public var columnNoise: Double
  /// Level of a synaptic input without events. Not published.
  public var synapticBaseline: Double
  /// How far the level of a synaptic input falls per threshold unit of its current (of
  /// conductance-based inputs, per leak conductance). Not published.
  public var synapticScale: Double
  /// Standard deviation of a conversion of the membrane converter, in its LSB: 1.65 as published
  /// (section 6.1b).
  public var membraneNoise: Double
  /// What the membrane converter gives at level 0, in its LSB. Not published: 0.06 V where one LSB is
  /// 1.8 mV and 0 is 0 V.
  public var membraneOffset: Double
  /// LSB of the membrane converter per LSB of the column converters: 2.5, the ratio of the
  /// published bounds of 20 and 8 LSB for the same spread (section 6.1c).
  public var membraneScale: Double

  public init(
    columnNoise: Double = 1, synapticBaseline: Double = 180, synapticScale: Double = 10,
    membraneNoise: Double = 1.65, membraneOffset: Double = 33.5, membraneScale: Double = 2.5
  ) {
    self.columnNoise = columnNoise
    self.membraneNoise = membraneNoise
    self.membraneOffset = membraneOffset
    self.membraneScale = membraneScale
    self.synapticBaseline = synapticBaseline
    self.synapticScale = synapticScale
  }

  /// All finite, noise not negative.
  public var isPossible: Bool {
    values.allSatisfy(\.isFinite) && columnNoise >= 0 && membraneNoise >= 0
  }

  static let valueCount = 6

  var values: [Double] {
    [
      columnNoise, synapticBaseline, synapticScale, membraneNoise, membraneOffset, membraneScale,
    ]
  }

  init(values v: [Double]) {
    self.init(
      columnNoise: v[0], synapticBaseline: v[1], synapticScale: v[2], membraneNoise: v[3],
      membraneOffset: v[4], membraneScale: v[5])
  }
}

/// Levels of the nominal column converter for what neurons are in.
public enum ConverterLevel {
  /// Of potential 0; the published default of a calibrated leak.
  public static let rest = 80.0
  /// What a potential of one threshold adds: to 125, the published default of a threshold.
  public static let perThreshold = 45.0

  /// Of a membrane potential in threshold units; of an adaptation current likewise.
  public static func membrane(_ potential: Double) -> Double { rest + perThreshold * potential }

  /// Of a voltage on the debug line.
  public static func voltage(_ volts: Double) -> Double { 20 + (volts - 0.15) * 200 / 0.9 }
}

/// Which potential of a neuron its readout shows to the converters.
public enum NeuronReadout: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case membrane = 0
  case excitatoryInput = 1
  case inhibitoryInput = 2
  case adaptation = 3

  /// As options and descriptions name it.
  public var name: String {
    switch self {
    case .membrane: "membrane"
    case .excitatoryInput: "excitatory-input"
    case .inhibitoryInput: "inhibitory-input"
    case .adaptation: "adaptation"
    }
  }
}
