/// A row of the parameter memory: what one analog cell of a neuron sets (chip reference, section
/// 2.2). Rows 0 to 7 are voltages, the others bias currents.
public enum ParameterCell: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case leak = 0
  case reset = 1
  case threshold = 2
  case excitatoryReversal = 3
  case inhibitoryReversal = 4
  case adaptationLeak = 5
  case exponentialThreshold = 6
  case adaptationReference = 7
  case leakBias = 8
  case resetBias = 9
  case excitatoryTimeConstant = 10
  case excitatoryConductanceBased = 11
  case excitatoryShift = 12
  case excitatoryGain = 13
  case inhibitoryTimeConstant = 14
  case inhibitoryConductanceBased = 15
  case inhibitoryShift = 16
  case inhibitoryGain = 17
  case adaptationTimeConstant = 18
  case adaptationConductance = 19
  case adaptationIncrement = 20
  case exponentialBias = 21
  case offsetCurrent = 22
  case compartmentConductance = 23

  /// As the published software names it.
  public var name: String {
    [
      "v_leak", "v_reset", "v_threshold", "e_synin_exc_rev", "e_synin_inh_rev", "v_adapt_leak",
      "v_exp", "v_adapt_ref", "i_bias_leak", "i_bias_reset", "i_bias_synin_exc_tau",
      "i_bias_synin_exc_coba", "i_bias_synin_exc_shift", "i_bias_synin_exc_gm",
      "i_bias_synin_inh_tau", "i_bias_synin_inh_coba", "i_bias_synin_inh_shift",
      "i_bias_synin_inh_gm", "i_bias_adapt_tau", "i_bias_adapt_a", "i_bias_adapt_b", "i_bias_exp",
      "i_mem_offset", "i_bias_nmda",
    ][Int(rawValue)]
  }

  /// Codes are 0…1022; 1023 stops the refreshing of a cell, which is then empty, like code 0.
  public static let codeCount: UInt16 = 1024

  /// Whether the cell sets something in this model. The others can be written and read: what
  /// ``NeuronTerms`` say is meant to be, and the reset takes no time.
  public var isEffective: Bool {
    switch self {
    case .leak, .reset, .threshold, .leakBias, .excitatoryTimeConstant, .excitatoryShift,
      .excitatoryGain, .inhibitoryTimeConstant, .inhibitoryShift, .inhibitoryGain:
      true
    default: false
    }
  }

  /// What a cell holds until it is written: the codes at which a nominal circuit has the parameters
  /// of ``NeuronParameters/nominal`` and ``ParameterTransfer`` its defaults; others 0.
  public var defaultCode: UInt16 {
    switch self {
    case .leak, .reset: 621
    case .threshold: 328
    case .leakBias: 79
    case .excitatoryTimeConstant, .inhibitoryTimeConstant: 81
    case .excitatoryGain, .inhibitoryGain: 500
    case .excitatoryShift, .inhibitoryShift: 304
    default: 0
    }
  }
}
