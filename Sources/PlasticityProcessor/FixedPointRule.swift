import InstructionSet

/// What a vector operation computes that may be rounded or may not fit, in exact arithmetic: written
/// down once more, beside the kernels, for those who look for lost precision.
struct FixedPointRule: BitwiseCopyable {
  let operation: VectorOperation
  var overflow = LaneOutcome.Overflow.wraps
  /// The result's format.
  var isSigned = true
  /// `vs2`.
  var isFirstSigned = true
  /// `vs1`, `rs1` or the immediate.
  var isSecondSigned = true
  /// The destination has elements of twice the width.
  var isWidening = false
  /// `vs2` has.
  var isNarrowing = false
  var readsDestination = false
  var isReduction = false

  /// Nil for an operation whose results always fit, exactly.
  init?(_ operation: VectorOperation) {
    self.operation = operation
    switch operation {
    case .vsadd, .vssub, .vsmul: overflow = .saturates
    case .vsaddu, .vssubu:
      overflow = .saturates
      setUnsigned()
    case .vnclip:
      overflow = .saturates
      isNarrowing = true
      isSecondSigned = false
    case .vnclipu:
      overflow = .saturates
      isNarrowing = true
      setUnsigned()
    case .vaadd, .vasub, .vmul: break
    case .vaaddu, .vasubu, .vssrl: setUnsigned()
    case .vssra, .vsll: isSecondSigned = false
    case .vmacc, .vnmsac, .vmadd, .vnmsub: readsDestination = true
    case .vwmacc, .vwmaccu, .vwmaccsu, .vwmaccus:
      isWidening = true
      readsDestination = true
      if operation == .vwmaccu { setUnsigned() }
      if operation == .vwmaccsu { isFirstSigned = false }
      if operation == .vwmaccus { isSecondSigned = false }
    case .vredsum, .vwredsum: isReduction = true
    case .vwredsumu:
      isReduction = true
      setUnsigned()
    default: return nil
    }
  }

  private mutating func setUnsigned() {
    (isSigned, isFirstSigned, isSecondSigned) = (false, false, false)
  }

  struct Operands {
    /// Of `vs2`, of `vs1` or the scalar, and the destination before.
    var first: Int64
    var second: Int64
    var old: Int64
    /// SEW.
    var width: Int
  }

  /// The exact result is `numerator` / 2^`shift`.
  func value(_ o: Operands) -> (numerator: Int64, shift: Int) {
    switch operation {
    case .vsadd, .vsaddu: (o.first + o.second, 0)
    case .vssub, .vssubu: (o.first - o.second, 0)
    case .vaadd, .vaaddu: (o.first + o.second, 1)
    case .vasub, .vasubu: (o.first - o.second, 1)
    case .vsmul: (o.first * o.second, o.width - 1)
    case .vssra, .vssrl: (o.first, Int(o.second) & (o.width - 1))
    case .vnclip, .vnclipu: (o.first, Int(o.second) & (2 * o.width - 1))
    case .vsll: (o.first << (o.second & Int64(o.width - 1)), 0)
    case .vmul: (o.first * o.second, 0)
    case .vmacc, .vwmacc, .vwmaccu, .vwmaccsu, .vwmaccus: (o.old + o.first * o.second, 0)
    case .vnmsac: (o.old - o.first * o.second, 0)
    case .vmadd: (o.second * o.old + o.first, 0)
    case .vnmsub: (o.first - o.second * o.old, 0)
    default: (0, 0)
    }
  }
}
