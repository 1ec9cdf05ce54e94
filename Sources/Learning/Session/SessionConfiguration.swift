import AnalogCore
public import Chip

/// What a learning session is made from.
public struct SessionConfiguration: Equatable, Sendable {
  /// Inputs without the bias.
  public var inputCount = 4
  public var hasBias = true
  public var hiddenCount = 120
  public var outputCount = 3
  /// Seeds, mismatch and noise of the chip.
  public var chip = ChipConfiguration()
  /// Nominal time constants, of the neurons and for the program, in ticks of 8 ns.
  public var membraneTicks = 1500
  public var synapticTicks = 750
  public var refractoryTicks = 4000
  /// Length of a sample.
  public var sampleTicks = 6000
  /// What the largest weight means, in thresholds.
  public var hiddenRange = 8.0
  public var outputRange = 2.0
  /// Values for parameters of the program, beside the sizes and times above.
  public var parameters: [Setting] = []
  /// The program must be ready this many cycles after it was started or the sample has ended.
  public var watchdogCycles: UInt64 = 4_000_000
  /// Whether sizes and times come from ``parameters`` alone.
  var isReplay = false

  /// A parameter and its value.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: Int32

    public init(_ name: String, _ value: Int32) {
      self.name = name
      self.value = value
    }
  }

  public init() {}

  var totalInputCount: Int { inputCount + (hasBias ? 1 : 0) }

  /// All parameters that the host sets; later ones win.
  package var settings: [Setting] {
    isReplay ? parameters : sizes + parameters
  }

  private var sizes: [Setting] {
    [
      Setting("inputs", Int32(totalInputCount)), Setting("hidden", Int32(hiddenCount)),
      Setting("outputs", Int32(outputCount)), Setting("tau_m_ticks", Int32(membraneTicks)),
      Setting("tau_s_ticks", Int32(synapticTicks)),
      Setting("refractory_ticks", Int32(refractoryTicks)),
      Setting("sample_ticks", Int32(sampleTicks)),
      Setting("range_hidden", Int32(hiddenRange * 256)),
      Setting("range_output", Int32(outputRange * 256)),
    ]
  }

  func neuron(range: Double) -> NeuronParameters {
    NeuronParameters(
      membraneTimeConstant: Double(membraneTicks * 2),
      excitatoryTimeConstant: Double(synapticTicks * 2),
      inhibitoryTimeConstant: Double(synapticTicks * 2),
      refractoryTime: Double(max(1, refractoryTicks * 2)), excitatoryGain: range,
      inhibitoryGain: range)
  }
}
