import InstructionSet

extension PlasticityProcessor {
  /// Executes a vector instruction that starts at `now`.
  ///
  /// - Returns: its cost in cycles; 0 if it did not happen, and ``pendingFault`` tells why.
  @inline(never)
  mutating func executeVector(_ i: Instruction, at now: UInt64) -> Int {
    guard machine.vectorStatus != 0 else { return refuse(i) }
    switch i.operation {
    case .vsetvli, .vsetivli, .vsetvl:
      configureVector(i)
      return finish(CycleCosts.simple)
    case .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei, .vlm, .vsm, .vlr, .vsr:
      let cost = accessVectorMemory(i, at: now)
      return cost > 0 ? finish(cost) : 0
    default:
      break
    }
    guard !vector.isIllegal, vector.start == 0 else { return refuse(i) }
    let groups = vector.groups(i)
    guard groups.isLegal else { return refuse(i) }
    let stall = now < latestResult ? stallCycles(i, groups, at: now) : 0
    let cost: Int
    switch CycleCosts.costClass(i.operation) {
    case .vectorMultiply:
      cost = groups.widestCount
      noteMultiplication(i, registerCount: groups.widestCount, at: now &+ UInt64(stall))
    case .vectorPermutation:
      cost = CycleCosts.permutationPerRegister * RegisterGroups.count(vector.multiplier)
    case .vectorArithmetic: cost = groups.widestCount
    case .simple, .branch, .memory, .multiply, .divide, .vectorContiguous, .vectorScattered:
      cost = CycleCosts.simple
    }
    compute(i)
    return finish(stall + cost)
  }

  @inline(__always)
  private mutating func finish(_ cost: Int) -> Int {
    vector.start = 0
    machine.vectorStatus = 3
    return cost
  }

  /// The instruction is illegal.
  @inline(never)
  mutating func refuse(_ i: Instruction) -> Int {
    pendingFault = .trap(.illegalInstruction, value: i.word)
    return 0
  }

  private mutating func configureVector(_ i: Instruction) {
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
  private func stallCycles(_ i: Instruction, _ groups: RegisterGroups, at now: UInt64) -> Int {
    var stall = 0
    func wait(_ register: UInt8, _ multiplier: Int) {
      stall = max(stall, stallCycles(register, RegisterGroups.count(multiplier), at: now))
    }
    if let multiplier = groups.source2 { wait(i.source2, multiplier) }
    if let multiplier = groups.source1 { wait(i.source1, multiplier) }
    if groups.readsDestination, let multiplier = groups.destination {
      wait(i.destination, multiplier)
    }
    if !i.isUnmasked { wait(0, 0) }
    return stall
  }

  /// The same for one group: its register k is read k cycles after the start.
  func stallCycles(_ register: UInt8, _ count: Int, at now: UInt64) -> Int {
    var stall = 0
    for k in 0..<count {
      let ready = resultCycles[(Int(register) + k) & 31]
      let read = now &+ UInt64(k)
      if ready > read { stall = max(stall, Int(ready - read)) }
    }
    return stall
  }

  private mutating func noteMultiplication(_ i: Instruction, registerCount: Int, at start: UInt64) {
    for k in 0..<registerCount {
      resultCycles[(Int(i.destination) + k) & 31] =
        start &+ UInt64(CycleCosts.multiplyLatency + k)
    }
    latestResult = start &+ UInt64(CycleCosts.multiplyLatency + registerCount - 1)
  }

  // MARK: Operands

  @inline(__always) func lanes<T>(_ register: UInt8, _: T.Type) -> Lanes<T> {
    unsafe Lanes(vectors + Int(register) * VectorGeometry.registerByteCount)
  }
  @inline(__always) func scratch<T>(_ offset: Int, _: T.Type) -> Lanes<T> {
    unsafe Lanes(vectors + offset)
  }
  @inline(__always) func active(_ i: Instruction) -> ActiveLanes {
    ActiveLanes(length: vector.length, isMasked: !i.isUnmasked, mask: lanes(0, UInt64.self))
  }

  /// The second operand: `vs1`, or a register of copies of `rs1` or the immediate.
  @inline(__always)
  func second<T: Lane>(_ i: Instruction, _: T.Type) -> LaneKernels.Second<T> {
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
