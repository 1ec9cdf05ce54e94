public import AnalogCore
public import EventFabric

/// What a chip is made from. Everything else is configured on the chip itself.
public struct ChipConfiguration: Equatable, BitwiseCopyable, Sendable {
  /// Seeds, mismatch and noise of the analog core.
  public var analog: AnalogConfiguration
  /// Queue depth and latency of the event fabric.
  public var fabric: FabricConfiguration
  /// Chooses the first states of the processors' random generators.
  public var generatorSeed: UInt64

  /// - Parameters:
  ///   - analog: seeds, mismatch and noise of the analog core.
  ///   - fabric: queue depth and latency of the event fabric.
  ///   - generatorSeed: of the processors' random generators; by default the chip seed.
  public init(
    analog: AnalogConfiguration = AnalogConfiguration(),
    fabric: FabricConfiguration = FabricConfiguration(), generatorSeed: UInt64? = nil
  ) {
    self.analog = analog
    self.fabric = fabric
    self.generatorSeed = generatorSeed ?? analog.chipSeed
  }

  /// A chip with the default mismatch and noise.
  public init(chipSeed: UInt64, noiseSeed: UInt64 = 1) {
    self.init(analog: AnalogConfiguration(chipSeed: chipSeed, noiseSeed: noiseSeed))
  }

  /// A chip without mismatch and noise.
  public static let ideal = ChipConfiguration(analog: .ideal)
}
