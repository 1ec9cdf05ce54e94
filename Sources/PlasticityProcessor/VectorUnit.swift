import InstructionSet

extension PlasticityProcessor {
  /// Executes a vector instruction that starts at `now`.
  ///
  /// - Returns: its cost in cycles; 0 if it did not happen, and ``pendingFault`` tells why.
  @inline(never)
  mutating func executeVector(_ place: UnsafeMutablePointer<Slot>, at now: UInt64) -> Int {
    let i = unsafe VectorInstruction(place)
    guard machine.vectorStatus != 0 else { return refuse(i) }
    let groups = unsafe groups(of: place)
    if unsafe groups.pointee.key != vector.key { unsafe determine(groups, i) }
    let stall = unsafe now < latestResult ? stallCycles(i, groups, at: now) : 0
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

  /// What is remembered beside a slot. Both have the same size, so that their places need no division.
  @inline(__always)
  private func groups(of place: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<RegisterGroups>
  {
    let distance = unsafe UnsafeRawPointer(place) - UnsafeRawPointer(code)
    return unsafe (UnsafeMutableRawPointer(groupsOfCode) + distance)
      .assumingMemoryBound(to: RegisterGroups.self)
  }

  @inline(never)
  private func determine(_ groups: UnsafeMutablePointer<RegisterGroups>, _ i: VectorInstruction) {
    unsafe groups.pointee = vector.groups(i)
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
  func stallCycles(
    _ i: VectorInstruction, _ groups: UnsafePointer<RegisterGroups>, at now: UInt64
  ) -> Int {
    // When register 0 of each operand would have to be read at the earliest.
    var ready = unsafe wait(i.source2, groups.pointee.source2Count)
    ready = unsafe max(ready, wait(i.source1, groups.pointee.source1Count))
    if unsafe groups.pointee.readsDestination || i.operation.isStore {
      ready = unsafe max(ready, wait(i.destination, groups.pointee.destinationCount))
    }
    if !i.isUnmasked { ready = max(ready, wait(0, 1)) }
    return ready > now ? Int(truncatingIfNeeded: ready &- now) : 0
  }

  /// The earliest start at which a group of `count` registers is there in time: its register k is read
  /// k cycles later.
  @inline(__always)
  private func wait(_ register: UInt8, _ count: UInt8) -> UInt64 {
    guard count > 0 else { return 0 }
    var ready = unsafe resultCycles[Int(register & 31)]
    var k: UInt64 = 1
    while k < UInt64(count) {
      let result = unsafe resultCycles[Int(truncatingIfNeeded: (UInt64(register) &+ k) & 31)]
      if result > k { ready = max(ready, result &- k) }
      k &+= 1
    }
    return ready
  }

  @inline(__always)
  private mutating func noteMultiplication(_ register: UInt8, _ count: UInt8, at start: UInt64) {
    let first = start &+ UInt64(CycleCosts.multiplyLatency)
    unsafe resultCycles[Int(register & 31)] = first
    latestResult = first
    if count > 1 { noteGroup(register, count, first) }
  }

  @inline(never)
  private mutating func noteGroup(_ register: UInt8, _ count: UInt8, _ first: UInt64) {
    for k in 1..<UInt64(count) {
      unsafe resultCycles[Int(truncatingIfNeeded: (UInt64(register) &+ k) & 31)] = first &+ k
    }
    latestResult = first &+ UInt64(count) &- 1
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
