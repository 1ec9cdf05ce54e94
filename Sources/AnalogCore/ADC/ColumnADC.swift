import ChipGeometry

/// The column converters: 1024 channels of eight bits, two for each neuron column (chip reference,
/// section 4).
///
/// A channel counts from its digital offset until the ramp of its quadrant has passed the level:
///
///     code = round(slope · level + ramp offset + channel offset + noise) + digital offset
///
/// within 0…255. Digital offsets, -128…127, are what calibration sets.
///
/// The noise of a conversion depends on nothing but noise seed, channel and cycle: to convert
/// changes nothing, and the same channel in the same cycle gives the same code.
public struct ColumnADC: Sendable {
  /// The two converters of a column, named after the correlation sensors that they read.
  public enum Channel: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case causal = 0
    case acausal = 1
  }

  public static let channelCount = 2 * 2 * ChipSize.columns
  /// Channels that a processor converts at once: a vector register of bytes.
  public static let channelsPerAccess = 128
  /// How many cycles longer such an access takes than one to a row of synapses, 20: two, for 256
  /// columns, were measured as 410 ± 41 (section 5.4).
  public static let conversionCycles = 185

  private var mismatch: ConverterMismatch
  /// Standard deviation in LSB.
  private let noiseWidth: Double
  private let noise: ConverterNoise
  /// 512 h + 256 k + c.
  private(set) var digitalOffsets = [Int8](repeating: 0, count: channelCount)

  init(_ configuration: AnalogConfiguration, _ mismatch: ConverterMismatch) {
    self.mismatch = mismatch
    noiseWidth = configuration.converters.columnNoise
    noise = ConverterNoise(
      seed: configuration.noiseSeed, name: "column ADC noise", count: Self.channelCount)
  }

  static func index(_ hemisphere: Hemisphere, column: Int, _ channel: Channel) -> Int {
    precondition(column >= 0 && column < ChipSize.columns, "column \(column) does not exist")
    return (Int(hemisphere.rawValue) * 2 + Int(channel.rawValue)) * ChipSize.columns + column
  }

  mutating func setMismatch(_ mismatch: ConverterMismatch) { self.mismatch = mismatch }

  mutating func setDigitalOffset(_ offset: Int8, at index: Int) {
    digitalOffsets[index] = offset
  }

  /// A conversion at cycle `time` of a level in LSB of the nominal converter.
  func code(
    _ level: Double, _ hemisphere: Hemisphere, column: Int, _ channel: Channel,
    at time: ClockTime
  ) -> UInt8 {
    let index = Self.index(hemisphere, column: column, channel)
    let quadrant = NeuronIndex(hemisphere, column: column).quadrant
    let analog =
      mismatch.rampSlope[quadrant] * level + mismatch.rampOffset[quadrant]
      + mismatch.channelOffset[index] + noiseWidth * noise.deviate(index, time)
    // Levels far outside are as good as at the border.
    let count = Int(max(-1000, min(1000, analog)) + 1000.5) - 1000
    return UInt8(max(0, min(255, count + Int(digitalOffsets[index]))))
  }

  /// What a channel does to levels, digital offset included: code = slope · level + offset.
  func realised(_ hemisphere: Hemisphere, column: Int, _ channel: Channel) -> RealisedColumnADC {
    let index = Self.index(hemisphere, column: column, channel)
    let quadrant = NeuronIndex(hemisphere, column: column).quadrant
    return RealisedColumnADC(
      slope: mismatch.rampSlope[quadrant],
      offset: mismatch.rampOffset[quadrant] + mismatch.channelOffset[index]
        + Double(digitalOffsets[index]))
  }
}

/// What a channel of the column converters is, mismatch and digital offset included, noise and
/// rounding not.
public struct RealisedColumnADC: Equatable, BitwiseCopyable, Sendable {
  /// LSB per LSB of the nominal converter.
  public var slope: Double
  /// The code of level 0, in LSB.
  public var offset: Double
}
