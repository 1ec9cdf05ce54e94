public import ChipGeometry

/// What the membrane converter is to do: one converter of ten bits with two inputs, one for the
/// neurons of even columns and one for those of odd ones (chip reference, section 4).
///
/// It works in turn on the inputs that are connected, at 500 MHz / (12 + ``rateDivider``).
public struct MembraneADCSettings: Equatable, BitwiseCopyable, Sendable {
  /// A neuron in an even column.
  public var even: NeuronIndex?
  /// A neuron in an odd column.
  public var odd: NeuronIndex?
  /// 5 by default, which makes 29.4 million samples per second. Of 16 bits.
  public var rateDivider: UInt16
  /// Samples until the converter stops, 16 bits; nil: it goes on.
  public var sampleCount: UInt16?
  /// Whether the converter has been at work before: no sample is invalid.
  public var isWarm: Bool

  public init(
    even: NeuronIndex? = nil, odd: NeuronIndex? = nil, rateDivider: UInt16 = 5,
    sampleCount: UInt16? = nil, isWarm: Bool = false
  ) {
    self.even = even
    self.odd = odd
    self.rateDivider = rateDivider
    self.sampleCount = sampleCount
    self.isWarm = isWarm
  }

  /// Why no converter can do that; nil if it can.
  public var problem: String? {
    if let even, even.column % 2 != 0 { return "column \(even.column) is not even" }
    if let odd, odd.column % 2 != 1 { return "column \(odd.column) is not odd" }
    if even == nil && odd == nil { return "neither input is connected" }
    return nil
  }

  /// The time of sample `index` after the start, in cycles: that in which it falls. Samples are a
  /// whole number of cycles of 500 MHz apart, 8.5 of the chip's by default.
  public func cycle(ofSample index: UInt64) -> UInt64 {
    index * (12 + UInt64(rateDivider)) / 2
  }

  /// The neuron that sample `index` shows.
  public func neuron(ofSample index: UInt64) -> NeuronIndex? {
    guard let even, let odd else { return even ?? odd }
    return index % 2 == 0 ? even : odd
  }

  /// For how long after its start samples of the converter are invalid: some 8 µs.
  public static let warmUpCycles: UInt64 = 2000
}

extension AnalogCore {
  /// What the membrane converter gives for a neuron's readout at cycle `time`. Changes nothing; the
  /// noise depends on noise seed, neuron and cycle alone.
  ///
  /// - Precondition: as for ``membrane(of:at:)``.
  public func membraneCode(of neuron: NeuronIndex, at time: ClockTime) -> UInt16 {
    let settings = configuration.converters
    let level =
      debugVoltage.map { ConverterLevel.voltage($0) } ?? readoutLevel(of: neuron, at: time)
    let analog =
      settings.membraneOffset + settings.membraneScale * level
      + settings.membraneNoise * membraneNoise.deviate(Int(neuron.rawValue), time)
    return UInt16(max(0, min(1023, analog + 0.5)))
  }
}
