/// A figure that somebody has published, or that was measured with somebody's published code.
public struct PublishedFigure: Equatable, Sendable {
  /// A fraction for accuracies.
  public var value: Double
  /// Standard deviation where it is known.
  public var deviation: Double?
  /// How it came about, in a few words.
  public var note: String

  init(_ value: Double, _ deviation: Double? = nil, _ note: String) {
    self.value = value
    self.deviation = deviation
    self.note = note
  }

  /// EventProp (Wunderlich and Pehle 2021), the authors' exact double-precision simulation.
  static let eventProp = PublishedFigure(0.981, 0.0018, "5-200-3, 10 seeds")
  /// The same code with fewer hidden neurons and 100 epochs, measured.
  static let eventProp120 = PublishedFigure(0.975, nil, "the same code with 5-120-3, measured")
  /// Fast & Deep (Göltz et al. 2021): the published network in software.
  static let fastDeep = PublishedFigure(0.96, nil, "software, one network")
  /// DelGrad (Göltz et al. 2025): the published networks 4-30-3, in software.
  static let delGradWeights = PublishedFigure(0.967, nil, "software, weights only, one network")
  static let delGradAxonal = PublishedFigure(0.975, nil, "software, axonal delays, one network")
  static let delGradSynaptic = PublishedFigure(
    0.982, nil, "software, synaptic delays, one network")
  /// The published networks 20-30-3 on BrainScaleS-2.
  static let delGradChipWeights = PublishedFigure(
    0.849, nil, "BrainScaleS-2, weights only, one network")
  static let delGradChipAxonal = PublishedFigure(
    0.926, nil, "BrainScaleS-2, axonal delays, one network")
}

extension Experiment.Name {
  /// The figures that the experiment is compared with.
  public var published: [PublishedFigure] {
    switch self {
    case .eventPropYinYang: [.eventProp, .eventProp120]
    case .fastDeepYinYang: [.fastDeep]
    case .delGradYinYang:
      [
        .delGradWeights, .delGradAxonal, .delGradSynaptic, .delGradChipWeights, .delGradChipAxonal,
      ]
    case .delGradNoise, .information, .mismatch: []
    }
  }

  /// What is published without such a figure.
  public var claim: String? {
    switch self {
    case .information: "EventProp needs one order of magnitude less than dense sampling"
    case .eventPropYinYang, .fastDeepYinYang, .delGradYinYang, .delGradNoise, .mismatch: nil
    }
  }
}
