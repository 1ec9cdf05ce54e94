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
  /// A range for each hidden neuron or output, set as the gain of its synaptic input, instead of one
  /// for the layer. Learning programs do not know of it: only for inference.
  public var hiddenRanges: [Double]?
  public var outputRanges: [Double]?
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
    /// Whether a program without this parameter is refused. What the host knows of the chip and of
    /// the course of training is only offered: not every rule asks for it.
    public var isRequired: Bool

    public init(_ name: String, _ value: Int32, isRequired: Bool = true) {
      self.name = name
      self.value = value
      self.isRequired = isRequired
    }

    /// A value for those programs that have the parameter.
    static func offered(_ name: String, _ value: Int) -> Setting {
      Setting(name, Int32(clamping: value), isRequired: false)
    }
  }

  public init() {}

  /// Whether the network spans both hemispheres and both processors learn: as the parameter
  /// `processors` says, by default if one hemisphere is too small.
  package var spansBoth: Bool {
    if let set = parameters.last(where: { $0.name == "processors" }) { return set.value == 2 }
    return hiddenCount > LayeredNetwork.maximumHiddenCount
  }

  var totalInputCount: Int { inputCount + (hasBias ? 1 : 0) }

  /// All parameters that the host sets; later ones win.
  package var settings: [Setting] {
    isReplay ? parameters : sizes + parameters
  }

  private var sizes: [Setting] {
    [
      Setting("inputs", Int32(totalInputCount)), Setting("hidden", Int32(hiddenCount)),
      .offered("processors", spansBoth ? 2 : 1), Setting("outputs", Int32(outputCount)),
      Setting("sample_ticks", Int32(sampleTicks)),
      .offered("tau_m_ticks", membraneTicks), .offered("tau_s_ticks", synapticTicks),
      .offered("refractory_ticks", refractoryTicks),
      .offered("range_hidden", Int(hiddenRange * 256)),
      .offered("range_output", Int(outputRange * 256)),
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

extension SessionConfiguration {
  /// Whether the network can be given the Yin-Yang task: its inputs, and an output for each class.
  ///
  /// - Throws: ``SessionError/task(_:)``.
  public func checkTask() throws(SessionError) {
    guard inputCount == YinYang.inputCount else {
      throw .task("the network has \(inputCount) inputs, the Yin-Yang task \(YinYang.inputCount)")
    }
    guard outputCount >= YinYang.classCount else {
      throw .task(
        "the network has \(outputCount) outputs, the Yin-Yang task \(YinYang.classCount) classes")
    }
  }
}
