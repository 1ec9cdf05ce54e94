public import AnalogCore
public import Chip
public import ChipGeometry
public import EventFabric

/// Everything that a chip is before its time begins: what it is made from (seeds, mismatch, noise,
/// the unpublished figures of its fabric) and what the host has written to it.
///
/// In JSON every field has a name, unit, range and default (``table``). Settings come in lists, each
/// element for a span of neurons, rows or lines; later elements win.
public struct ChipDescription: Equatable, Sendable {
  /// Seeds, mismatch, noise, and the neurons that no element of ``neurons`` names.
  public var analog = AnalogConfiguration()
  public var fabric = FabricConfiguration()
  /// Of the processors' random generators; nil: the chip seed.
  public var generatorSeed: UInt64?
  public var neurons: [Neurons] = []
  public var joined: [Joined] = []
  public var backends: [Backends] = []
  public var columnADC: [Channels] = []
  public var parameterCodes: [ParameterCodes] = []
  /// In volts; nil: the debug line is off.
  public var debugVoltage: Double?
  public var rows: [Rows] = []
  public var drivers: [Drivers] = []
  public var shortTerm: [ShortTerm] = []
  public var correlation: [Correlation] = []
  public var correlationColumns: [CorrelationColumns] = []
  public var correlationCodes: [CorrelationCodes] = []
  public var synapses: [Synapses] = []
  public var crossbar: [Node] = []
  public var background: [Background] = []
  public var delays: [Delays] = []

  /// A chip after reset with the default mismatch and noise.
  public init() {}

  /// A chip after reset.
  public init(_ configuration: ChipConfiguration) {
    analog = configuration.analog
    fabric = configuration.fabric
    generatorSeed =
      configuration.generatorSeed == analog.chipSeed ? nil : configuration.generatorSeed
  }

  /// What the chip is made from.
  public var configuration: ChipConfiguration {
    ChipConfiguration(analog: analog, fabric: fabric, generatorSeed: generatorSeed)
  }

  /// Whether nothing is written to the chip: it is its ``configuration`` alone.
  public var isBare: Bool { self == ChipDescription(configuration) }

  /// Nominal parameters of neurons, and what else they do.
  public struct Neurons: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var columns = 0...0
    public var parameters = NeuronParameters()
    public var terms = TermDescription()
    public var readout = NeuronReadout.membrane
    public init() {}
  }

  /// Columns whose two circuits are one neuron.
  public struct Joined: Equatable, Sendable {
    public var columns = 0...0
    public init() {}
  }

  /// What the events of neurons carry.
  public struct Backends: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var columns = 0...0
    /// Of the first column; each further one has the next.
    public var firstAddress = 0
    public var isEnabled = true
    public init() {}
  }

  /// The modes of synapse rows.
  public struct Rows: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var rows = 0...0
    public var mode = RowMode.disabled
    public init() {}
  }

  /// Which events synapse drivers take, and the lengths of their pulses.
  public struct Drivers: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var drivers = 0...0
    public var rowSelectMask: UInt8 = 31
    public var hasShortTerm = false
    /// Also while it is off.
    public var shortTerm = ShortTermPlasticity()
    public init() {}
  }

  /// Weights and labels of a block of synapses.
  public struct Synapses: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var rows = 0...0
    public var columns = 0...0
    public var weight: UInt8 = 0
    public var label: UInt8 = 63
    public init() {}
  }

  /// A node of the crossbar.
  public struct Node: Equatable, Sendable {
    public var from = CrossbarInput.link(0)
    public var to = CrossbarOutput.link(0)
    public var node = CrossbarNode.open
    public init() {}
  }

  /// A background generator.
  public struct Background: Equatable, Sendable {
    public var index = 0
    public var settings = BackgroundGenerator(periodCycles: 250, label: 0)
    public init() {}
  }

  /// Delay lines, numbered as in ``AddressMap/delayLines``.
  public struct Delays: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var lines = 0...0
    public var ticks: UInt16 = 0
    public init() {}
  }
}
