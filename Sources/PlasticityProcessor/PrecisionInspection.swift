package import InstructionSet

/// What fixed point has cost one instruction, or many.
package struct PrecisionLoss: Equatable, Sendable {
  /// How often it was executed.
  package var executed: UInt64 = 0
  /// Active lanes; one per scalar instruction.
  package var lanes: UInt64 = 0
  /// Those whose exact result is not zero.
  package var values: UInt64 = 0
  /// Results that saturated.
  package var saturated: UInt64 = 0
  /// Results that overflowed without saturation: sums, products and left shifts.
  package var wrapped: UInt64 = 0
  /// Results of zero although the exact one is not.
  package var underflowed: UInt64 = 0
  /// Results that a minimum or a maximum has replaced with its scalar operand.
  package var limited: UInt64 = 0
  /// Sum of the squares of the exact results, in units of the result.
  package var energy = 0.0
  /// The same of the differences between results and exact results.
  package var errorEnergy = 0.0
  /// Bits of the largest magnitude that came out.
  package var peakBits = 0
  /// Bits that the format has for it.
  package var formatBits = 0

  package init() {}

  /// ‖result - exact‖ / ‖exact‖ over all results; 0 where nothing is rounded.
  package var relativeError: Double { energy > 0 ? (errorEnergy / energy).squareRoot() : 0 }
  package var hasLoss: Bool { saturated + wrapped + underflowed + limited > 0 || errorEnergy > 0 }

  package static func += (a: inout Self, b: Self) {
    a.executed += b.executed
    a.lanes += b.lanes
    a.values += b.values
    a.saturated += b.saturated
    a.wrapped += b.wrapped
    a.underflowed += b.underflowed
    a.limited += b.limited
    a.energy += b.energy
    a.errorEnergy += b.errorEnergy
    a.peakBits = max(a.peakBits, b.peakBits)
    a.formatBits = max(a.formatBits, b.formatBits)
  }

  fileprivate mutating func add(_ outcome: LaneOutcome, _ overflow: LaneOutcome.Overflow) {
    lanes += 1
    formatBits = outcome.formatBits
    let magnitude = outcome.result.magnitude
    peakBits = max(peakBits, UInt64.bitWidth - magnitude.leadingZeroBitCount)
    guard outcome.exact != 0 else { return }
    values += 1
    if outcome.isOutside {
      switch overflow {
      case .saturates: saturated += 1
      case .wraps: wrapped += 1
      }
    } else if outcome.result == 0 {
      underflowed += 1
    }
    let error = Double(outcome.result) - outcome.exact
    energy += outcome.exact * outcome.exact
    errorEnergy += error * error
  }
}

extension PlasticityProcessor {
  /// What the next instruction will lose; nil if it is of a kind that cannot lose anything, or illegal.
  ///
  /// Counted are the fixed-point instructions (saturating and averaging sums, fractional products,
  /// rounding shifts, clips), sums, products and left shifts that may overflow, minima and maxima with
  /// a scalar; and of the scalar instructions products, signed quotients, arithmetic right shifts that
  /// are not tests of a sign, and branches over a move between their operands: the idiom for minima
  /// and maxima.
  package func precisionLoss(of i: Instruction) -> PrecisionLoss? {
    guard i.opcode == .vector else { return scalarLoss(i) }
    if let kind = LimitKind(i) { return limitLoss(i, kind) }
    guard let rule = FixedPointRule(i.operation) else { return nil }
    var loss = PrecisionLoss()
    guard forEachOutcome(of: i, rule, { loss.add($1, rule.overflow) }) else { return nil }
    loss.executed = 1
    return loss
  }

  /// Calls `body` with each active lane of the next instruction's result and what will be in it; with
  /// lane 0 in reductions.
  ///
  /// - Returns: false if it is not an instruction that ``precisionLoss(of:)`` counts, or illegal.
  package func forEachOutcome(of i: Instruction, _ body: (Int, LaneOutcome) -> Void) -> Bool {
    guard i.opcode == .vector, let rule = FixedPointRule(i.operation) else { return false }
    return forEachOutcome(of: i, rule, body)
  }

  private func forEachOutcome(
    of i: Instruction, _ rule: FixedPointRule, _ body: (Int, LaneOutcome) -> Void
  ) -> Bool {
    guard isLegal(i) else { return false }
    let width = 8 << vector.width
    let wide = 2 * width
    let mask = active(i)
    func outcome(_ numerator: Int64, _ shift: Int, _ width: Int) -> LaneOutcome {
      // Left shifts make signed and unsigned numbers.
      let isSigned = rule.isSigned && (i.operation != .vsll || numerator < 0)
      return LaneOutcome(
        numerator, shift: shift, width: width, isSigned: isSigned, rule.overflow, vector.rounding)
    }
    if rule.isReduction {
      guard vector.length > 0 else { return true }
      let result = i.operation == .vredsum ? width : wide
      var sum = element(i.source1, 0, result, rule.isSigned)
      mask.forEach { sum += element(i.source2, $0, width, rule.isSigned) }
      body(0, outcome(sum, 0, result))
      return true
    }
    mask.forEach { lane in
      let second = secondOperand(i, lane, width, rule.isSecondSigned)
      let operands = FixedPointRule.Operands(
        first: element(i.source2, lane, rule.isNarrowing ? wide : width, rule.isFirstSigned),
        second: second,
        old: rule.readsDestination
          ? element(i.destination, lane, rule.isWidening ? wide : width, rule.isSigned) : 0,
        width: width)
      let (numerator, shift) = rule.value(operands)
      body(lane, outcome(numerator, shift, rule.isWidening ? wide : width))
    }
    return true
  }

  // MARK: Minima and maxima

  /// A minimum or maximum with a scalar that is not zero.
  private enum LimitKind {
    case signed, unsigned

    init?(_ i: Instruction) {
      guard i.form == .vx, i.source1 != 0 else { return nil }
      switch i.operation {
      case .vmin, .vmax: self = .signed
      case .vminu, .vmaxu: self = .unsigned
      default: return nil
      }
    }
  }

  private func limitLoss(_ i: Instruction, _ kind: LimitKind) -> PrecisionLoss? {
    guard isLegal(i) else { return nil }
    let width = 8 << vector.width
    let isMinimum = i.operation == .vmin || i.operation == .vminu
    var loss = PrecisionLoss()
    loss.executed = 1
    active(i).forEach { lane in
      let value = element(i.source2, lane, width, kind == .signed)
      let limit = secondOperand(i, lane, width, kind == .signed)
      loss.lanes += 1
      if value != 0 { loss.values += 1 }
      if isMinimum ? limit < value : limit > value { loss.limited += 1 }
    }
    return loss
  }

  // MARK: Scalar instructions

  private func scalarLoss(_ i: Instruction) -> PrecisionLoss? {
    var loss = PrecisionLoss()
    loss.executed = 1
    func signed(_ register: UInt8) -> Int64 {
      Int64(Int32(bitPattern: self[x: Int(register & 31)]))
    }
    let (a, b) = (signed(i.source1), signed(i.source2))
    func add(_ numerator: Int64, shift: Int, _ rounding: RoundingMode) {
      loss.add(
        LaneOutcome(
          numerator, shift: shift, width: 32, isSigned: true, .wraps, Rounding(rounding)), .wraps)
    }
    switch i.opcode {
    case .mul: add(a * b, shift: 0, .down)
    case .srai where i.immediate > 0 && i.immediate < 31:
      add(a, shift: Int(i.immediate), .down)
    case .div where b != 0:
      let quotient = a / b
      loss.lanes = 1
      loss.values = a == 0 ? 0 : 1
      loss.underflowed = a != 0 && quotient == 0 ? 1 : 0
      let exact = Double(a) / Double(b)
      loss.energy = exact * exact
      loss.errorEnergy = (Double(quotient) - exact) * (Double(quotient) - exact)
      loss.peakBits = Int64.bitWidth - Int64(quotient.magnitude).leadingZeroBitCount
      loss.formatBits = 31
    case .blt, .bge, .bltu, .bgeu:
      guard i.immediate == 8, isMoveBetween(i.source1, i.source2, at: programCounter &+ 4)
      else { return nil }
      let (ua, ub) = (self[x: Int(i.source1)], self[x: Int(i.source2)])
      let isTaken =
        switch i.opcode {
        case .blt: a < b
        case .bge: a >= b
        case .bltu: ua < ub
        default: ua >= ub
        }
      loss.lanes = 1
      loss.values = 1
      loss.limited = isTaken ? 0 : 1
    default: return nil
    }
    return loss
  }

  /// Whether `mv a, b` or `mv b, a` is at an address.
  private func isMoveBetween(_ a: UInt8, _ b: UInt8, at address: UInt32) -> Bool {
    guard isInSRAM(address, byteCount: 4) else { return false }
    let i = Decoder.decode(readWord(at: address))
    guard i.opcode == .addi, i.immediate == 0 else { return false }
    return i.destination == a && i.source1 == b || i.destination == b && i.source1 == a
  }

  // MARK: Operands

  private func isLegal(_ i: Instruction) -> Bool {
    guard machine.vectorStatus != 0, vector.start == 0 else { return false }
    var slot = Slot(i)
    return unsafe withUnsafeMutablePointer(to: &slot) { place in
      unsafe vector.groups(VectorInstruction(place)).kind == .arithmetic
    }
  }

  private func active(_ i: Instruction) -> ActiveLanes {
    ActiveLanes(length: vector.length, isMasked: !i.isUnmasked, mask: lanes(0, UInt64.self))
  }

  /// One element of the group that begins at `register`.
  private func element(_ register: UInt8, _ lane: Int, _ width: Int, _ isSigned: Bool) -> Int64 {
    switch width {
    case 8:
      let value = lanes(register, Int8.self)[lane]
      return isSigned ? Int64(value) : Int64(value.unsigned)
    case 16:
      let value = lanes(register, Int16.self)[lane]
      return isSigned ? Int64(value) : Int64(value.unsigned)
    default:
      let value = lanes(register, Int32.self)[lane]
      return isSigned ? Int64(value) : Int64(value.unsigned)
    }
  }

  private func secondOperand(
    _ i: Instruction, _ lane: Int, _ width: Int, _ isSigned: Bool
  ) -> Int64 {
    let word: UInt32
    switch i.form {
    case .vv, .wv, .single, .vf2, .vf4: return element(i.source1, lane, width, isSigned)
    case .vx, .wx: word = self[x: Int(i.source1)]
    case .vi, .wi: word = UInt32(bitPattern: i.immediate)
    }
    let unused = Int64(64 - width)
    let shifted = Int64(bitPattern: UInt64(word)) << unused
    return isSigned
      ? shifted >> unused : Int64(bitPattern: UInt64(bitPattern: shifted) >> UInt64(unused))
  }
}
