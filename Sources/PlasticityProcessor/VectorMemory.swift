import ChipGeometry
import InstructionSet

/// A vector load or store, with everything that does not depend on the lane.
struct VectorAccess {
  enum Addressing { case unitStride, strided, indexed }

  var addressing: Addressing
  var isWrite: Bool
  /// lg2 of the bytes of an element in memory and in the register.
  var width: Int
  /// lg2 of the registers of the data, at least 0.
  var multiplier: Int
  /// lg2 of the bytes of an index, and of the registers of the indices.
  var indexWidth = 0
  var indexMultiplier = 0
  /// Elements below this one are accessed, from `vstart` on.
  var length: Int
  /// The address of element 0.
  var base: UInt32
  var stride: UInt32 = 0
}

extension PlasticityProcessor {
  /// Executes a vector load or store.
  ///
  /// - Returns: its cost; 0 if it did not happen or not wholly, and ``pendingFault`` tells why.
  mutating func accessVectorMemory(_ i: Instruction, at now: UInt64) -> Int {
    guard let access = vectorAccess(i) else { return refuse(i) }
    let cost = vectorMemoryCost(i, access, at: now)
    let start = vector.start
    if start >= access.length { return cost }
    if case .unitStride = access.addressing, i.isUnmasked {
      let byteCount = (access.length - start) << access.width
      let registerOffset = start << access.width
      if let offset = sramOffset(access.base &+ UInt32(registerOffset), byteCount: byteCount) {
        let register = unsafe vectors + Int(i.destination) * 128 + registerOffset
        if access.isWrite {
          unsafe (sram + offset).copyMemory(from: register, byteCount: byteCount)
          invalidate(offset: offset, byteCount: byteCount)
        } else {
          unsafe register.copyMemory(from: sram + offset, byteCount: byteCount)
        }
        return cost
      }
    }
    let stop = accessLanes(i, access)
    if stop >= access.length { return cost }
    let address = address(i, access, stop)
    if stop == firstActive(i, access), sramOffset(address, byteCount: 1) == nil {
      request(i, access)
    } else {
      vector.start = stop
      pendingFault = .trap(access.isWrite ? .storeAccessFault : .loadAccessFault, value: address)
    }
    return 0
  }

  // MARK: Legality

  /// What the instruction accesses, nil if it is illegal.
  func vectorAccess(_ i: Instruction) -> VectorAccess? {
    let base = unsafe x[Int(i.source1)]
    switch i.operation {
    case .vlr, .vsr:
      let isWrite = isStore(i.operation)
      let width = isWrite ? 0 : Int(i.elementWidth.rawValue)
      return VectorAccess(
        addressing: .unitStride, isWrite: isWrite, width: width,
        multiplier: i.registerCount.trailingZeroBitCount,
        length: i.registerCount * VectorGeometry.registerByteCount >> width, base: base)
    case .vlm, .vsm:
      guard !vector.isIllegal else { return nil }
      return VectorAccess(
        addressing: .unitStride, isWrite: isStore(i.operation), width: 0, multiplier: 0,
        length: (vector.length + 7) / 8, base: base)
    case .vluxei, .vloxei, .vsuxei, .vsoxei: return indexedAccess(i, base)
    default: break
    }
    let width = Int(i.elementWidth.rawValue)
    let multiplier = width - vector.width + vector.multiplier
    let isWrite = isStore(i.operation)
    guard !vector.isIllegal, multiplier >= -3, multiplier <= 3,
      RegisterGroups.isAligned(i.destination, multiplier),
      i.isUnmasked || i.destination != 0 || isWrite
    else { return nil }
    var access = VectorAccess(
      addressing: .unitStride, isWrite: isWrite, width: width, multiplier: max(multiplier, 0),
      length: vector.length, base: base)
    switch i.operation {
    case .vlse, .vsse:
      access.addressing = .strided
      access.stride = unsafe x[Int(i.source2)]
    default: break
    }
    return access
  }

  private func indexedAccess(_ i: Instruction, _ base: UInt32) -> VectorAccess? {
    let indexWidth = Int(i.elementWidth.rawValue)
    let indexMultiplier = indexWidth - vector.width + vector.multiplier
    let isWrite = isStore(i.operation)
    guard !vector.isIllegal, indexMultiplier >= -3, indexMultiplier <= 3,
      RegisterGroups.isAligned(i.destination, vector.multiplier),
      RegisterGroups.isAligned(i.source2, indexMultiplier),
      isWrite || i.isUnmasked || i.destination != 0,
      isWrite
        || RegisterGroups.mayOverlap(
          i.destination, width: vector.width, multiplier: vector.multiplier,
          i.source2, width: indexWidth, multiplier: indexMultiplier)
    else { return nil }
    return VectorAccess(
      addressing: .indexed, isWrite: isWrite, width: vector.width,
      multiplier: max(vector.multiplier, 0), indexWidth: indexWidth,
      indexMultiplier: max(indexMultiplier, 0), length: vector.length, base: base)
  }

  private func isStore(_ operation: VectorOperation) -> Bool {
    switch operation {
    case .vse, .vsse, .vsuxei, .vsoxei, .vsm, .vsr: true
    default: false
    }
  }

  // MARK: Time

  /// The cost on the bus, once the access has happened there.
  func vectorMemoryCost(_ i: Instruction, at now: UInt64) -> Int {
    guard let access = vectorAccess(i) else { return CycleCosts.simple }
    return vectorMemoryCost(i, access, at: now)
  }

  private func vectorMemoryCost(_ i: Instruction, _ access: VectorAccess, at now: UInt64) -> Int {
    var stall = 0
    if now < latestResult {
      if access.isWrite {
        stall = stallCycles(i.destination, 1 << access.multiplier, at: now)
      }
      if case .indexed = access.addressing {
        stall = max(stall, stallCycles(i.source2, 1 << access.indexMultiplier, at: now))
      }
      if !i.isUnmasked { stall = max(stall, stallCycles(0, 1, at: now)) }
    }
    let count = max(0, access.length - vector.start)
    switch access.addressing {
    case .strided, .indexed: return stall + CycleCosts.scattered(elementCount: count)
    case .unitStride:
      let isRow =
        access.base >= AddressMap.synapseWeights.base
        && access.base < AddressMap.recorderEntries.base
        && sramOffset(access.base, byteCount: 1) == nil
      let byteCount = count << access.width
      return stall
        + (isRow
          ? CycleCosts.rows(byteCount: byteCount) : CycleCosts.contiguous(byteCount: byteCount))
    }
  }

  // MARK: Lanes one by one

  private func activeLanes(_ i: Instruction, _ access: VectorAccess) -> ActiveLanes {
    ActiveLanes(length: access.length, isMasked: !i.isUnmasked, mask: lanes(0, UInt64.self))
  }

  private func firstActive(_ i: Instruction, _ access: VectorAccess) -> Int {
    let active = activeLanes(i, access)
    var lane = vector.start
    while lane < access.length && !active.contains(lane) { lane += 1 }
    return lane
  }

  @inline(__always)
  private func address(_ i: Instruction, _ access: VectorAccess, _ lane: Int) -> UInt32 {
    switch access.addressing {
    case .unitStride: access.base &+ UInt32(truncatingIfNeeded: lane << access.width)
    case .strided: access.base &+ UInt32(truncatingIfNeeded: lane) &* access.stride
    case .indexed:
      switch access.indexWidth {
      case 0: access.base &+ UInt32(lanes(i.source2, UInt8.self)[lane])
      case 1: access.base &+ UInt32(lanes(i.source2, UInt16.self)[lane])
      default: access.base &+ lanes(i.source2, UInt32.self)[lane]
      }
    }
  }

  /// Moves elements from `vstart` on until one is not in the SRAM.
  ///
  /// - Returns: that one, or the length if all are done.
  private mutating func accessLanes(_ i: Instruction, _ access: VectorAccess) -> Int {
    switch access.width {
    case 0: accessLanes(i, access, UInt8.self)
    case 1: accessLanes(i, access, UInt16.self)
    default: accessLanes(i, access, UInt32.self)
    }
  }

  @inline(never)
  private mutating func accessLanes<T: FixedWidthInteger & BitwiseCopyable>(
    _ i: Instruction, _ access: VectorAccess, _: T.Type
  ) -> Int {
    let active = activeLanes(i, access)
    let data = lanes(i.destination, T.self)
    var lane = vector.start
    while lane < access.length {
      if active.isMasked && !active.contains(lane) {
        lane += 1
        continue
      }
      let address = address(i, access, lane)
      guard let offset = sramOffset(address, byteCount: MemoryLayout<T>.size) else { break }
      if access.isWrite {
        unsafe sram.storeBytes(of: data[lane], toByteOffset: offset, as: T.self)
        invalidate(offset: offset, byteCount: MemoryLayout<T>.size)
      } else {
        data[lane] = unsafe sram.loadUnaligned(fromByteOffset: offset, as: T.self)
      }
      lane += 1
    }
    return lane
  }

  // MARK: The bus

  /// Asks the owner for an access outside the SRAM.
  private mutating func request(_ i: Instruction, _ access: VectorAccess) {
    let active = activeLanes(i, access)
    let byteCount = 1 << access.width
    var count = 0
    active.forEach(from: vector.start) { lane in
      unsafe busAddresses[count] = address(i, access, lane)
      if access.isWrite { copyElement(i, lane, to: count, byteCount: byteCount) }
      count += 1
    }
    let isContiguous =
      switch access.addressing {
      case .unitStride: i.isUnmasked
      case .strided, .indexed: false
      }
    busInstruction = i
    pendingFault = .bus(
      BusRequest(
        isWrite: access.isWrite, pattern: isContiguous ? .unitStride : .scattered,
        elementByteCount: byteCount, elementCount: count, address: unsafe busAddresses[0]))
  }

  private func copyElement(_ i: Instruction, _ lane: Int, to index: Int, byteCount: Int) {
    unsafe (busData + index * byteCount).copyMemory(
      from: vectors + Int(i.destination) * VectorGeometry.registerByteCount + lane * byteCount,
      byteCount: byteCount)
  }

  /// Writes the first `elementCount` elements that the owner has delivered to their lanes.
  func finishVectorLoad(_ i: Instruction, elementCount: Int) {
    guard let access = vectorAccess(i) else { return }
    let byteCount = 1 << access.width
    var index = 0
    activeLanes(i, access).forEach(from: vector.start) { lane in
      guard index < elementCount else { return }
      unsafe (vectors + Int(i.destination) * VectorGeometry.registerByteCount + lane * byteCount)
        .copyMemory(from: busData + index * byteCount, byteCount: byteCount)
      index += 1
    }
  }

  /// The lane of element `ordinal` of a bus request.
  func activeLane(_ i: Instruction, ordinal: Int) -> Int {
    guard let access = vectorAccess(i) else { return 0 }
    var index = 0
    var found = 0
    activeLanes(i, access).forEach(from: vector.start) { lane in
      if index == ordinal { found = lane }
      index += 1
    }
    return found
  }
}
