import InstructionSet

/// Instructions that move elements to other lanes, and the few that need the lane's number.
extension PlasticityProcessor {
  mutating func permute(_ i: VectorInstruction) {
    switch vector.width {
    case 0: permute(i, Int8.self)
    case 1: permute(i, Int16.self)
    default: permute(i, Int32.self)
    }
  }

  @inline(never)
  private mutating func permute<T: Lane>(_ i: VectorInstruction, _: T.Type) {
    let (d, a) = (lanes(i.destination, T.self), lanes(i.source2, T.self))
    let active = active(i)
    switch i.operation {
    case .viota: iota(d, lanes(i.source2, UInt64.self), active)
    case .vid: identify(d, active)
    case .vmerge: LaneKernels.merge(d, a, second(i, T.self), active)
    case .vmvXS: unsafe x[Int(i.destination)] = UInt32(truncatingIfNeeded: a[0])
    case .vmvSX:
      if vector.length > 0 { d[0] = T(truncatingIfNeeded: unsafe x[Int(i.source1)]) }
    case .vslideup: slideUp(d, a, by: amount(i), active)
    case .vslidedown: slideDown(d, a, by: amount(i), active)
    case .vslide1up:
      let value = T(truncatingIfNeeded: unsafe x[Int(i.source1)])
      slideUp(d, a, by: 1, active)
      if active.length > 0 && active.contains(0) { d[0] = value }
    case .vslide1down:
      let value = T(truncatingIfNeeded: unsafe x[Int(i.source1)])
      let last = active.length - 1
      slideDown(d, a, by: 1, active)
      if last >= 0 && active.contains(last) { d[last] = value }
    case .vrgather: gather(d, a, i, active)
    case .vrgatherei16:
      gather(d, a, lanes(i.source1, Int16.self), active)
    default: compress(d, a, lanes(i.source1, UInt64.self), length: active.length)
    }
  }

  /// The offset of a slide: all 32 bits of the register, or the unsigned immediate.
  @inline(__always)
  private mutating func amount(_ i: VectorInstruction) -> Int {
    switch i.form {
    case .vx: Int(unsafe x[Int(i.source1)])
    default: Int(i.immediate)
    }
  }

  private mutating func iota<T: Lane>(_ d: Lanes<T>, _ mask: Lanes<UInt64>, _ active: ActiveLanes) {
    var count: T = 0
    active.forEach { lane in
      d[lane] = count
      if mask[lane >> 6] >> UInt64(lane & 63) & 1 != 0 { count &+= 1 }
    }
  }

  private mutating func identify<T: Lane>(_ d: Lanes<T>, _ active: ActiveLanes) {
    active.forEach { lane in d[lane] = T(truncatingIfNeeded: lane) }
  }

  private mutating func slideUp<T: Lane>(
    _ d: Lanes<T>, _ a: Lanes<T>, by offset: Int, _ active: ActiveLanes
  ) {
    guard offset < active.length else { return }
    guard active.isMasked else {
      d.from(offset).copy(a, count: active.length - offset)
      return
    }
    active.forEach(from: offset) { lane in d[lane] = a[lane - offset] }
  }

  /// Upwards, so that the destination may be the source.
  private mutating func slideDown<T: Lane>(
    _ d: Lanes<T>, _ a: Lanes<T>, by offset: Int, _ active: ActiveLanes
  ) {
    let lengthMax = vector.lengthMax
    guard active.isMasked else {
      let count = max(0, min(active.length, lengthMax - offset))
      if count > 0 { d.move(a.from(offset), count: count) }
      d.from(count).fill(0, count: active.length - count)
      return
    }
    active.forEach { lane in d[lane] = lane + offset < lengthMax ? a[lane + offset] : 0 }
  }

  private mutating func gather<T: Lane>(
    _ d: Lanes<T>, _ a: Lanes<T>, _ i: VectorInstruction, _ active: ActiveLanes
  ) {
    switch i.form {
    case .vv: gather(d, a, lanes(i.source1, T.self), active)
    default:
      let index = amount(i)
      let value: T = index < vector.lengthMax ? a[index] : 0
      active.forEach { lane in d[lane] = value }
    }
  }

  @inline(__always)
  private mutating func gather<T: Lane, I: Lane>(
    _ d: Lanes<T>, _ a: Lanes<T>, _ indices: Lanes<I>, _ active: ActiveLanes
  ) {
    let lengthMax = I.Wide(truncatingIfNeeded: vector.lengthMax)
    guard active.isMasked || isOutside(indices, active.length) else {
      // The table lookup of every learning program: without a branch for each lane.
      for lane in 0..<active.length { d[lane] = a[Int(truncatingIfNeeded: indices[lane])] }
      return
    }
    active.forEach { lane in
      let index = indices[lane].unsignedWide
      d[lane] = index < lengthMax ? a[Int(truncatingIfNeeded: index)] : 0
    }
  }

  /// Whether one of the indices is that of no lane.
  @inline(__always)
  private func isOutside<I: Lane>(_ indices: Lanes<I>, _ count: Int) -> Bool {
    // One less than a power of two. Where it is beyond the indices' type, look at them one by one.
    guard let last = I(exactly: vector.lengthMax - 1) else { return true }
    var bits: I = 0
    for lane in 0..<count { bits |= indices[lane] & ~last }
    return bits != 0
  }

  private mutating func compress<T: Lane>(
    _ d: Lanes<T>, _ a: Lanes<T>, _ mask: Lanes<UInt64>, length: Int
  ) {
    var next = 0
    ActiveLanes(length: length, isMasked: true, mask: mask).forEach { lane in
      d[next] = a[lane]
      next += 1
    }
  }
}
