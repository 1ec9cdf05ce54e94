/// The loops around the lane operations. Each computes one destination register at a time into a
/// block on the stack, then copies it.
///
/// A register whose lanes are all active takes the first path, which the compiler turns into packed
/// instructions; a masked or partial one merges with what the register held before. Later registers
/// never read what earlier ones have overwritten: the overlaps that the manual allows (equal groups,
/// the highest part of a wide destination, the lowest of a narrow one) are the harmless ones.
enum LaneKernels {
  /// The second operand: lanes of a register group, or one register of copies that is read again and
  /// again.
  struct Second<T: Lane> {
    let lanes: Lanes<T>
    let isScalar: Bool

    @inline(__always) func from(_ lane: Int) -> Lanes<T> { isScalar ? lanes : lanes.from(lane) }
  }

  /// - Returns: true if an active lane saturated.
  @inline(never)
  static func elementwise<O: LaneOperation, T>(
    _: O.Type, _ d: Lanes<T>, _ a: Lanes<T>, _ b: Second<T>, _ active: ActiveLanes,
    _ rounding: Rounding
  ) -> Bool {
    let count = T.perRegister
    let isScalar = b.isScalar
    var saturated: T = 0
    var lane = 0
    while lane < active.length {
      let (d, a, b) = (d.from(lane), a.from(lane), b.from(lane))
      withBlock(T.self, count: count) { result in
        if active.areAll(from: lane, count: count) {
          if O.isShift && isScalar {
            let amount = b[0]
            for k in 0..<count { result[k] = O.lane(Operands(d[k], a[k], amount, rounding)) }
          } else {
            for k in 0..<count {
              let o = Operands(d[k], a[k], b[k], rounding)
              result[k] = O.lane(o)
              saturated |= O.saturated(o, result[k])
            }
          }
        } else {
          withBlock(T.self, count: count) { mask in
            active.expand(mask, from: lane, count: count)
            for k in 0..<count {
              let o = Operands(d[k], a[k], b[k], rounding)
              let value = O.lane(o)
              result[k] = value & mask[k] | d[k] & ~mask[k]
              saturated |= O.saturated(o, value) & mask[k]
            }
          }
        }
        d.copy(result, count: count)
      }
      lane &+= count
    }
    return saturated != 0
  }

  /// `vmerge`: the mask chooses between the operands, it does not protect the destination.
  @inline(never)
  static func merge<T>(_ d: Lanes<T>, _ a: Lanes<T>, _ b: Second<T>, _ active: ActiveLanes) {
    let count = T.perRegister
    let body = ActiveLanes(length: active.length, isMasked: false, mask: active.mask)
    var lane = 0
    while lane < active.length {
      let (d, a, b) = (d.from(lane), a.from(lane), b.from(lane))
      withBlock(T.self, count: count) { chosen in
        withBlock(T.self, count: count) { result in
          active.expand(chosen, from: lane, count: count)
          for k in 0..<count { result[k] = b[k] & chosen[k] | a[k] & ~chosen[k] }
          if body.areAll(from: lane, count: count) {
            d.copy(result, count: count)
          } else {
            d.copy(result, count: active.length - lane)
          }
        }
      }
      lane &+= count
    }
  }

  @inline(never)
  static func widening<O: WideningOperation, T>(
    _: O.Type, _ d: Lanes<T.Wide>, _ a: Lanes<T>, _ b: Second<T>, _ active: ActiveLanes
  ) {
    let count = T.perRegister / 2
    var lane = 0
    while lane < active.length {
      let (d, a, b) = (d.from(lane), a.from(lane), b.from(lane))
      withBlock(T.Wide.self, count: count) { result in
        for k in 0..<count { result[k] = O.lane(d[k], a[k], b[k]) }
        finish(d, result, from: lane, count: count, active)
      }
      lane &+= count
    }
  }

  @inline(never)
  static func wideOperand<O: WideOperandOperation, T>(
    _: O.Type, _ d: Lanes<T.Wide>, _ a: Lanes<T.Wide>, _ b: Second<T>, _ active: ActiveLanes
  ) {
    let count = T.perRegister / 2
    var lane = 0
    while lane < active.length {
      let (d, a, b) = (d.from(lane), a.from(lane), b.from(lane))
      withBlock(T.Wide.self, count: count) { result in
        for k in 0..<count { result[k] = O.lane(a[k], b[k]) }
        finish(d, result, from: lane, count: count, active)
      }
      lane &+= count
    }
  }

  /// - Returns: true if an active lane saturated.
  @inline(never)
  static func narrowing<O: NarrowingOperation, T>(
    _: O.Type, _ d: Lanes<T>, _ a: Lanes<T.Wide>, _ b: Second<T>, _ active: ActiveLanes,
    _ rounding: Rounding
  ) -> Bool {
    let count = T.perRegister
    let isScalar = b.isScalar
    var saturated: T.Wide = 0
    var lane = 0
    while lane < active.length {
      let (d, a, b) = (d.from(lane), a.from(lane), b.from(lane))
      withBlock(T.self, count: count) { result in
        if !active.areAll(from: lane, count: count) {
          withBlock(T.self, count: count) { mask in
            active.expand(mask, from: lane, count: count)
            for k in 0..<count {
              let value = O.lane(a[k], b[k], rounding)
              result[k] = value & mask[k] | d[k] & ~mask[k]
              saturated |= O.saturated(a[k], b[k], rounding, value) & mask[k].wide
            }
          }
        } else if isScalar {
          let amount = b[0]
          for k in 0..<count {
            result[k] = O.lane(a[k], amount, rounding)
            saturated |= O.saturated(a[k], amount, rounding, result[k])
          }
        } else {
          for k in 0..<count {
            result[k] = O.lane(a[k], b[k], rounding)
            saturated |= O.saturated(a[k], b[k], rounding, result[k])
          }
        }
        d.copy(result, count: count)
      }
      lane &+= count
    }
    return saturated != 0
  }

  /// `vzext` and `vsext`.
  @inline(never)
  static func extend<T: Lane, D: Lane>(
    _ d: Lanes<D>, _ a: Lanes<T>, isSigned: Bool, _ active: ActiveLanes
  ) {
    let count = D.perRegister
    var lane = 0
    while lane < active.length {
      let (d, a) = (d.from(lane), a.from(lane))
      withBlock(D.self, count: count) { result in
        if isSigned {
          for k in 0..<count { result[k] = D(truncatingIfNeeded: a[k]) }
        } else {
          for k in 0..<count { result[k] = D(truncatingIfNeeded: a[k].unsigned) }
        }
        finish(d, result, from: lane, count: count, active)
      }
      lane &+= count
    }
  }

  /// Copies a computed block to its register, merged with what inactive lanes held.
  @inline(__always)
  private static func finish<W: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ d: Lanes<W>, _ result: Lanes<W>, from lane: Int, count: Int, _ active: ActiveLanes
  ) {
    if !active.areAll(from: lane, count: count) {
      withBlock(W.self, count: count) { mask in
        active.expand(mask, from: lane, count: count)
        for k in 0..<count { result[k] = result[k] & mask[k] | d[k] & ~mask[k] }
      }
    }
    d.copy(result, count: count)
  }

  /// Comparisons: one bit per lane into `bits`, which does not overlap with the operands.
  @inline(never)
  static func compare<C: Comparison, T>(
    _: C.Type, _ bits: Lanes<UInt64>, _ a: Lanes<T>, _ b: Second<T>, length: Int
  ) {
    let count = T.perRegister
    let bitBytes = bits.reinterpreted(as: UInt8.self)
    var lane = 0
    while lane < length {
      let (a, b) = (a.from(lane), b.from(lane))
      withBlock(UInt64.self, count: count / 8) { flags in
        let bytes = flags.reinterpreted(as: UInt8.self)
        for k in 0..<count { bytes[k] = C.holds(a[k], b[k]) ? 1 : 0 }
        for k in 0..<(count / 8) {
          bitBytes[lane / 8 + k] = UInt8(truncatingIfNeeded: ActiveLanes.gather(flags[k]))
        }
      }
      lane &+= count
    }
  }

  /// Folds the active lanes of `a` into `start`.
  @inline(never)
  static func reduce<R: ReductionOperation, T: Lane, W: FixedWidthInteger & SignedInteger>(
    _: R.Type, _ start: W, _ a: Lanes<T>, isSigned: Bool, _ active: ActiveLanes
  ) -> W where W: BitwiseCopyable {
    let count = T.perRegister
    var accumulator = start
    var lane = 0
    while lane < active.length {
      let a = a.from(lane)
      withBlock(W.self, count: count) { values in
        if isSigned {
          for k in 0..<count { values[k] = W(truncatingIfNeeded: a[k]) }
        } else {
          for k in 0..<count { values[k] = W(truncatingIfNeeded: a[k].unsigned) }
        }
        if !active.areAll(from: lane, count: count) {
          withBlock(W.self, count: count) { mask in
            active.expand(mask, from: lane, count: count)
            let identity = R.identity(W.self)
            for k in 0..<count { values[k] = values[k] & mask[k] | identity & ~mask[k] }
          }
        }
        for k in 0..<count { accumulator = R.fold(accumulator, values[k]) }
      }
      lane &+= count
    }
    return accumulator
  }
}
