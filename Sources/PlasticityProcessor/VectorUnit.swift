import InstructionSet

extension PlasticityProcessor {
  /// Executes a vector instruction that starts at `now`.
  ///
  /// - Returns: its cost in cycles; 0 if it did not happen, and ``pendingFault`` tells why.
  @inline(never)
  mutating func executeVector(_ place: UnsafeMutablePointer<Slot>, at now: UInt64) -> Int {
    let i = unsafe VectorInstruction(place)
    guard machine.vectorStatus != 0 else { return refuse(i) }
    let groups = unsafe groupsOfCode + (place - code)
    if unsafe groups.pointee.key != vector.key { unsafe groups.pointee = vector.groups(i) }
    let stall = unsafe now < latestResult ? stallCycles(i, groups.pointee, at: now) : 0
    switch unsafe groups.pointee.kind {
    case .arithmetic:
      guard vector.start == 0 else { return refuse(i) }
      compute(i)
      if unsafe groups.pointee.isMultiplication {
        let count = unsafe groups.pointee.destinationCount
        noteMultiplication(i.destination, count, at: now &+ UInt64(stall))
      }
      return finish(stall &+ Int(unsafe groups.pointee.cost))
    case .memory:
      let cost = accessVectorMemory(i)
      guard cost > 0 else { return 0 }
      guard !hasHitWatch else {
        pendingFault = .done(cost: finish(stall &+ cost))
        return 0
      }
      return finish(stall &+ cost)
    case .configuration:
      configureVector(i)
      return finish(CycleCosts.simple)
    case .illegal: return refuse(i)
    }
  }

  @inline(__always)
  private mutating func finish(_ cost: Int) -> Int {
    vector.start = 0
    machine.vectorStatus = 3
    return cost
  }

  /// The instruction is illegal.
  @inline(never)
  mutating func refuse(_ i: VectorInstruction) -> Int {
    pendingFault = .trap(.illegalInstruction, value: unsafe word(of: i.place))
    return 0
  }

  private mutating func configureVector(_ i: VectorInstruction) {
    let type: UInt32
    let request: UInt32?
    switch i.operation {
    case .vsetivli:
      type = UInt32(bitPattern: i.immediate)
      request = UInt32(i.source1)
    default:
      switch i.operation {
      case .vsetvl: type = unsafe x[Int(i.source2)]
      default: type = UInt32(bitPattern: i.immediate)
      }
      if i.source1 != 0 {
        request = unsafe x[Int(i.source1)]
      } else {
        request = i.destination == Instruction.bitBucket ? nil : .max
      }
    }
    vector.configure(type: type, request: request)
    unsafe x[Int(i.destination)] = UInt32(vector.length)
  }

  // MARK: The multiplier's latency

  /// How long the instruction waits for results of the multiplier that it reads.
  @inline(never)
  mutating func stallCycles(_ i: VectorInstruction, _ groups: RegisterGroups, at now: UInt64) -> Int
  {
    var stall = wait(i.source2, groups.source2Count, at: now)
    stall = max(stall, wait(i.source1, groups.source1Count, at: now))
    if groups.readsDestination || i.operation.isStore {
      stall = max(stall, wait(i.destination, groups.destinationCount, at: now))
    }
    return i.isUnmasked ? stall : max(stall, wait(0, 1, at: now))
  }

  /// The same for one group: its register k is read k cycles after the start.
  private mutating func wait(_ register: UInt8, _ count: UInt8, at now: UInt64) -> Int {
    var stall = 0
    for k in 0..<Int(count) {
      let ready = unsafe resultCycles[(Int(register) + k) & 31]
      let read = now &+ UInt64(k)
      if ready > read { stall = max(stall, Int(ready - read)) }
    }
    return stall
  }

  private mutating func noteMultiplication(_ register: UInt8, _ count: UInt8, at start: UInt64) {
    let first = start &+ UInt64(CycleCosts.multiplyLatency)
    var k: UInt64 = 0
    while k < UInt64(count) {
      unsafe resultCycles[Int(truncatingIfNeeded: (UInt64(register) &+ k) & 31)] = first &+ k
      k &+= 1
    }
    latestResult = first &+ k &- 1
  }

  // MARK: Operands

  @inline(__always) func lanes<T>(_ register: UInt8, _: T.Type) -> Lanes<T> {
    unsafe Lanes(vectors + Int(register) * VectorGeometry.registerByteCount)
  }
  @inline(__always) func scratch<T>(_ offset: Int, _: T.Type) -> Lanes<T> {
    unsafe Lanes(vectors + offset)
  }
  @inline(__always) func active(_ i: VectorInstruction) -> ActiveLanes {
    ActiveLanes(length: vector.length, isMasked: !i.isUnmasked, mask: lanes(0, UInt64.self))
  }

  /// The second operand: `vs1`, or a register of copies of `rs1` or the immediate.
  @inline(__always)
  func second<T: Lane>(_ i: VectorInstruction, _: T.Type) -> LaneKernels.Second<T> {
    let scalar: UInt32
    switch i.form {
    case .vv, .wv, .single, .vf2, .vf4:
      return LaneKernels.Second(lanes: lanes(i.source1, T.self), isScalar: false)
    case .vx, .wx: scalar = unsafe x[Int(i.source1)]
    case .vi, .wi: scalar = UInt32(bitPattern: i.immediate)
    }
    let splat = scratch(VectorScratch.splat, T.self)
    splat.fill(T(truncatingIfNeeded: scalar), count: T.perRegister)
    return LaneKernels.Second(lanes: splat, isScalar: true)
  }

  mutating func noteSaturation(_ hasSaturated: Bool) {
    guard hasSaturated else { return }
    vector.hasSaturated = true
    saturationCount &+= 1
  }
}
