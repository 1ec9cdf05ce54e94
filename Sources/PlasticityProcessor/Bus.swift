import ChipGeometry
import InstructionSet

extension PlasticityProcessor {
  // MARK: What the owner answers

  /// The address of element `index` of the open ``busRequest``.
  ///
  /// Changes nothing; it is mutating because the compiler copies a borrowed processor on each call.
  public mutating func busAddress(ofElement index: Int) -> UInt32 {
    guard let request = busRequest, index >= 0, index < request.elementCount else {
      preconditionFailure("the bus request has no element \(index)")
    }
    return switch request.pattern {
    case .scalar: request.address
    case .unitStride: request.address &+ UInt32(index * request.elementByteCount)
    case .scattered: unsafe busAddresses[index]
    }
  }

  /// The value that a write stores, zero-extended.
  ///
  /// Changes nothing; see ``busAddress(ofElement:)``.
  public mutating func busElement(_ index: Int) -> UInt32 {
    guard let request = busRequest, index >= 0, index < request.elementCount else {
      preconditionFailure("the bus request has no element \(index)")
    }
    return switch request.elementByteCount {
    case 1: UInt32(unsafe busData.load(fromByteOffset: index, as: UInt8.self))
    case 2: UInt32(unsafe busData.load(fromByteOffset: 2 * index, as: UInt16.self))
    default: unsafe busData.load(fromByteOffset: 4 * index, as: UInt32.self)
    }
  }

  /// Answers a read; the value is truncated to the width of an element.
  public mutating func setBusElement(_ index: Int, to value: UInt32) {
    guard let request = busRequest, index >= 0, index < request.elementCount else {
      preconditionFailure("the bus request has no element \(index)")
    }
    switch request.elementByteCount {
    case 1:
      unsafe busData.storeBytes(
        of: UInt8(truncatingIfNeeded: value), toByteOffset: index, as: UInt8.self)
    case 2:
      unsafe busData.storeBytes(
        of: UInt16(truncatingIfNeeded: value), toByteOffset: 2 * index, as: UInt16.self)
    default: unsafe busData.storeBytes(of: value, toByteOffset: 4 * index, as: UInt32.self)
    }
  }

  /// All data of the open ``busRequest`` at once, `byteCount` bytes in the order of the elements: read
  /// them when the request is a write, fill them when it is a read.
  public mutating func withBusData<R>(_ body: (inout MutableSpan<UInt8>) -> R) -> R {
    let count = busRequest?.byteCount ?? 0
    var span = unsafe MutableSpan<UInt8>(
      _unsafeStart: busData.assumingMemoryBound(to: UInt8.self), count: count)
    return body(&span)
  }

  /// The open ``busRequest`` has been served: the instruction finishes and its time passes.
  ///
  /// - Parameter delay: cycles that the accessed circuit takes beyond those of any access.
  public mutating func completeBusAccess(delay: Int = 0) {
    guard let request = busRequest else { preconditionFailure("there is no bus request") }
    busRequest = nil
    let i = unsafe VectorInstruction(busInstruction)
    switch request.pattern {
    case .scalar:
      if !request.isWrite { unsafe x[Int(i.destination)] = loaded(i.slot.opcode) }
      retire(cost: CycleCosts.scalarBus + delay)
    case .unitStride, .scattered:
      if !request.isWrite { finishVectorLoad(i, elementCount: request.elementCount) }
      let cost = vectorMemoryCost(i, at: cycle)
      vector.start = 0
      machine.vectorStatus = 3
      retire(cost: cost + delay)
    }
  }

  /// There is nothing at the address of element `index`, or it may not be accessed so: the
  /// instruction takes an access-fault trap when the processor runs again. Elements before `index`
  /// have been served.
  public mutating func failBusAccess(element index: Int = 0) {
    guard let request = busRequest else { preconditionFailure("there is no bus request") }
    let address = busAddress(ofElement: index)
    busRequest = nil
    if request.pattern != .scalar {
      let i = unsafe VectorInstruction(busInstruction)
      if !request.isWrite { finishVectorLoad(i, elementCount: index) }
      vector.start = activeLane(i, ordinal: index)
    }
    pendingFault = .trap(request.isWrite ? .storeAccessFault : .loadAccessFault, value: address)
  }

  /// True if the owner has refused an access and the instruction is about to trap.
  package var isRefused: Bool { pendingFault != .none }

  /// The value that a scalar load has fetched, extended.
  private func loaded(_ opcode: Opcode) -> UInt32 {
    let value = unsafe busData.load(as: UInt32.self)
    return switch opcode {
    case .lb: UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: value)))
    case .lbu: value & 0xFF
    case .lh: UInt32(bitPattern: Int32(Int16(truncatingIfNeeded: value)))
    case .lhu: value & 0xFFFF
    default: value
    }
  }

  // MARK: What the interpreter asks

  /// A scalar load or store that the fast loop has refused: outside the SRAM, or into code.
  mutating func accessMemory(_ i: Instruction) -> StopReason? {
    let address = unsafe x[Int(i.source1)] &+ UInt32(bitPattern: i.immediate)
    let (byteCount, isWrite) = Self.access(i.opcode)
    if let offset = sramOffset(address, byteCount: byteCount) {
      // Loads inside never come here.
      store(unsafe x[Int(i.source2)], at: offset, byteCount: byteCount)
      noteStore(offset: offset, byteCount: byteCount)
      retire(cost: CycleCosts.memory)
      return nil
    }
    guard hasBus else {
      return raise(
        isWrite ? .storeAccessFault : .loadAccessFault,
        value: firstOutside(address, byteCount: byteCount))
    }
    guard Int(address) & (byteCount - 1) == 0 else {
      return raise(isWrite ? .storeAddressMisaligned : .loadAddressMisaligned, value: address)
    }
    if isWrite { unsafe busData.storeBytes(of: x[Int(i.source2)], as: UInt32.self) }
    unsafe busInstruction.pointee = Slot(i)
    busRequest = BusRequest(
      isWrite: isWrite, pattern: .scalar, elementByteCount: byteCount, elementCount: 1,
      address: address)
    return .busAccess
  }

  /// The address of the part of an access that is not in the SRAM.
  func firstOutside(_ address: UInt32, byteCount: Int) -> UInt32 {
    var offset: UInt32 = 0
    while offset < byteCount - 1, isInSRAM(address &+ offset, byteCount: 1) { offset += 1 }
    return address &+ offset
  }

  private mutating func store(_ value: UInt32, at offset: Int, byteCount: Int) {
    switch byteCount {
    case 1:
      unsafe sram.storeBytes(
        of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
    case 2:
      unsafe sram.storeBytes(
        of: UInt16(truncatingIfNeeded: value), toByteOffset: offset, as: UInt16.self)
    default: unsafe sram.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
    }
  }

  private static func access(_ opcode: Opcode) -> (byteCount: Int, isWrite: Bool) {
    switch opcode {
    case .lb, .lbu: (1, false)
    case .lh, .lhu: (2, false)
    case .sb: (1, true)
    case .sh: (2, true)
    case .sw: (4, true)
    default: (4, false)
    }
  }

  // MARK: Sleep and interrupts

  /// Moves the clock of a sleeping processor; it never goes back.
  public mutating func sleep(untilCycle target: UInt64) {
    precondition(isWaiting, "only a processor that waits can sleep")
    cycle = max(cycle, target)
  }

  /// Ends the sleep of `wfi` without an interrupt, as processors may at any time.
  package mutating func wake() { isWaiting = false }

  /// Sets the level of an interrupt line.
  public mutating func setInterrupt(_ line: InterruptLine, _ isRaised: Bool) {
    if isRaised {
      machine.interruptPending |= 1 << line.rawValue
    } else {
      machine.interruptPending &= ~(1 << line.rawValue)
    }
  }

  /// Whether a line is enabled in `mie`.
  public func listens(to line: InterruptLine) -> Bool {
    machine.interruptEnable & 1 << line.rawValue != 0
  }

  /// True if a run would not sleep on: `wfi` is over or there was none.
  public var isAwake: Bool { !isWaiting || machine.wakeUps != 0 }
}
