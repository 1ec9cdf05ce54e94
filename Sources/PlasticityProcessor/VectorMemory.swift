import ChipGeometry
import InstructionSet

/// A vector load or store, with everything that does not depend on the lane.
struct VectorAccess {
  enum Addressing { case unitStride, strided, indexed }

  var addressing: Addressing
  var isWrite: Bool
  /// lg2 of the bytes of an element in memory and in the register.
  var width: Int
  /// lg2 of the bytes of an index.
  var indexWidth = 0
  /// Elements below this one are accessed, from `vstart` on.
  var length: Int
  /// The address of element 0.
  var base: UInt32
  var stride: UInt32 = 0
}

extension PlasticityProcessor {
  /// Executes a vector load or store.
  ///
  /// - Returns: its cost without stalls; 0 if it did not happen or not wholly, and ``pendingFault``
  ///   tells why.
  @inline(__always)
  mutating func accessVectorMemory(_ i: VectorInstruction) -> Int {
    let cost = accessContiguous(i)
    return cost > 0 ? cost : accessGenerally(i)
  }

  /// The usual case: unit stride, no mask, all inside the SRAM.
  ///
  /// - Returns: the cost, 0 if it is another case.
  @inline(__always)
  private mutating func accessContiguous(_ i: VectorInstruction) -> Int {
    guard i.isUnmasked, vector.start == 0 else { return 0 }
    let isWrite: Bool
    switch i.operation {
    case .vle: isWrite = false
    case .vse: isWrite = true
    default: return 0
    }
    let byteCount = vector.length &<< Int(i.elementWidth.rawValue)
    let base = unsafe x[Int(i.source1)]
    guard copy(i, isWrite: isWrite, base, from: 0, byteCount: byteCount) else { return 0 }
    return CycleCosts.contiguous(byteCount: byteCount)
  }

  /// Copies bytes of a group to or from the SRAM, the byte at `start` first.
  ///
  /// - Returns: false if they are not all in the SRAM; then nothing has happened.
  @inline(__always)
  private mutating func copy(
    _ i: VectorInstruction, isWrite: Bool, _ base: UInt32, from start: Int, byteCount: Int
  ) -> Bool {
    let address = base &+ UInt32(truncatingIfNeeded: start)
    guard let offset = sramOffset(address, byteCount: byteCount) else { return false }
    let register = unsafe vectors + Int(i.destination) &* VectorGeometry.registerByteCount + start
    if isWrite {
      unsafe Self.copy(sram + offset, register, byteCount: byteCount)
      noteStore(offset: offset, byteCount: byteCount)
    } else {
      unsafe Self.copy(register, sram + offset, byteCount: byteCount)
    }
    return true
  }

  @inline(never)
  private mutating func accessGenerally(_ i: VectorInstruction) -> Int {
    let access = vectorAccess(i)
    let cost = vectorMemoryCost(access)
    let start = vector.start
    if start >= access.length { return cost }
    if case .unitStride = access.addressing, i.isUnmasked {
      let (first, count) = (start << access.width, (access.length - start) << access.width)
      if copy(i, isWrite: access.isWrite, access.base, from: first, byteCount: count) {
        return cost
      }
    }
    let stop = accessLanes(i, access)
    if stop >= access.length { return cost }
    let address = address(i, access, stop)
    if hasBus, stop == firstActive(i, access), sramOffset(address, byteCount: 1) == nil {
      request(i, access)
    } else {
      vector.start = stop
      pendingFault = .trap(
        access.isWrite ? .storeAccessFault : .loadAccessFault,
        value: firstOutside(address, byteCount: 1 << access.width))
    }
    return 0
  }

  /// Copies bytes that do not overlap, 16 at a time as long as it goes. The library's wider loads would
  /// wait for the narrower stores that have just written a register.
  @inline(__always)
  private static func copy(
    _ to: UnsafeMutableRawPointer, _ from: UnsafeMutableRawPointer, byteCount: Int
  ) {
    typealias Piece = SIMD16<UInt8>
    var offset = 0
    while offset &+ 64 <= byteCount {
      let a = unsafe from.loadUnaligned(fromByteOffset: offset, as: Piece.self)
      let b = unsafe from.loadUnaligned(fromByteOffset: offset &+ 16, as: Piece.self)
      let c = unsafe from.loadUnaligned(fromByteOffset: offset &+ 32, as: Piece.self)
      let d = unsafe from.loadUnaligned(fromByteOffset: offset &+ 48, as: Piece.self)
      unsafe to.storeBytes(of: a, toByteOffset: offset, as: Piece.self)
      unsafe to.storeBytes(of: b, toByteOffset: offset &+ 16, as: Piece.self)
      unsafe to.storeBytes(of: c, toByteOffset: offset &+ 32, as: Piece.self)
      unsafe to.storeBytes(of: d, toByteOffset: offset &+ 48, as: Piece.self)
      offset &+= 64
    }
    while offset &+ 16 <= byteCount {
      let piece = unsafe from.loadUnaligned(fromByteOffset: offset, as: Piece.self)
      unsafe to.storeBytes(of: piece, toByteOffset: offset, as: Piece.self)
      offset &+= 16
    }
    if offset < byteCount {
      unsafe (to + offset).copyMemory(from: from + offset, byteCount: byteCount &- offset)
    }
  }

  /// What a legal instruction accesses.
  mutating func vectorAccess(_ i: VectorInstruction) -> VectorAccess {
    var access = VectorAccess(
      addressing: .unitStride, isWrite: i.operation.isStore, width: Int(i.elementWidth.rawValue),
      length: vector.length, base: unsafe x[Int(i.source1)])
    switch i.operation {
    case .vlse, .vsse:
      access.addressing = .strided
      access.stride = unsafe x[Int(i.source2)]
    case .vluxei, .vloxei, .vsuxei, .vsoxei:
      access.addressing = .indexed
      access.indexWidth = access.width
      access.width = vector.width
    case .vlr, .vsr:
      access.length = i.registerCount * VectorGeometry.registerByteCount >> access.width
    case .vlm, .vsm: access.length = (vector.length + 7) / 8
    default: break
    }
    return access
  }

  // MARK: Time

  /// The cost on the bus, once the access has happened there.
  mutating func vectorMemoryCost(_ i: VectorInstruction, at now: UInt64) -> Int {
    let groups = vector.groups(i)
    let stall = unsafe withUnsafePointer(to: groups) { unsafe stallCycles(i, $0, at: now) }
    return stall + vectorMemoryCost(vectorAccess(i))
  }

  private mutating func vectorMemoryCost(_ access: VectorAccess) -> Int {
    let count = max(0, access.length - vector.start)
    switch access.addressing {
    case .strided, .indexed: return CycleCosts.scattered(elementCount: count)
    case .unitStride:
      let byteCount = count << access.width
      return isRow(access.base)
        ? CycleCosts.rows(byteCount: byteCount) : CycleCosts.contiguous(byteCount: byteCount)
    }
  }

  /// True if a row-like block of the bus has this address.
  @inline(__always)
  private mutating func isRow(_ address: UInt32) -> Bool {
    sramOffset(address, byteCount: 1) == nil && address >= Self.rowStart && address < Self.rowEnd
  }

  private static let rowStart = AddressMap.synapseWeights.base
  private static let rowEnd = AddressMap.recorderEntries.base

  // MARK: Lanes one by one

  private mutating func activeLanes(_ i: VectorInstruction, _ access: VectorAccess) -> ActiveLanes {
    ActiveLanes(length: access.length, isMasked: !i.isUnmasked, mask: lanes(0, UInt64.self))
  }

  private mutating func firstActive(_ i: VectorInstruction, _ access: VectorAccess) -> Int {
    let active = activeLanes(i, access)
    var lane = vector.start
    while lane < access.length && !active.contains(lane) { lane += 1 }
    return lane
  }

  @inline(__always)
  private mutating func address(_ i: VectorInstruction, _ access: VectorAccess, _ lane: Int)
    -> UInt32
  {
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
  private mutating func accessLanes(_ i: VectorInstruction, _ access: VectorAccess) -> Int {
    switch access.width {
    case 0: accessLanes(i, access, UInt8.self)
    case 1: accessLanes(i, access, UInt16.self)
    default: accessLanes(i, access, UInt32.self)
    }
  }

  @inline(never)
  private mutating func accessLanes<T: FixedWidthInteger & BitwiseCopyable>(
    _ i: VectorInstruction, _ access: VectorAccess, _: T.Type
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
        noteStore(offset: offset, byteCount: MemoryLayout<T>.size)
      } else {
        data[lane] = unsafe sram.loadUnaligned(fromByteOffset: offset, as: T.self)
      }
      lane += 1
    }
    return lane
  }

  // MARK: The bus

  /// Asks the owner for an access outside the SRAM.
  private mutating func request(_ i: VectorInstruction, _ access: VectorAccess) {
    let byteCount = 1 << access.width
    var count = 0
    if isContiguous(i, access) {
      count = access.length - vector.start
      unsafe busAddresses[0] = address(i, access, vector.start)
      if access.isWrite {
        unsafe Self.copy(
          busData, element(i, vector.start, access.width), byteCount: count << access.width)
      }
    } else {
      activeLanes(i, access).forEach(from: vector.start) { lane in
        unsafe busAddresses[count] = address(i, access, lane)
        if access.isWrite {
          unsafe Self.copyElement(
            busData + count << access.width, element(i, lane, access.width), access.width)
        }
        count += 1
      }
    }
    unsafe busInstruction.pointee = i.slot
    pendingFault = .bus(
      BusRequest(
        isWrite: access.isWrite, pattern: isContiguous(i, access) ? .unitStride : .scattered,
        elementByteCount: byteCount, elementCount: count, address: unsafe busAddresses[0]))
  }

  /// Whether all elements lie in a row, in memory as in the register.
  private func isContiguous(_ i: VectorInstruction, _ access: VectorAccess) -> Bool {
    switch access.addressing {
    case .unitStride: i.isUnmasked
    case .strided, .indexed: false
    }
  }

  /// Where an element lies in the register group, which begins at `i`'s destination.
  @inline(__always)
  private func element(
    _ i: VectorInstruction, _ lane: Int, _ width: Int
  ) -> UnsafeMutableRawPointer {
    unsafe vectors + Int(i.destination) &* VectorGeometry.registerByteCount + lane << width
  }

  /// Copies 1 << `width` bytes.
  @inline(__always)
  private static func copyElement(
    _ to: UnsafeMutableRawPointer, _ from: UnsafeMutableRawPointer, _ width: Int
  ) {
    switch width {
    case 0: unsafe to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
    case 1: unsafe to.storeBytes(of: from.loadUnaligned(as: UInt16.self), as: UInt16.self)
    default: unsafe to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
    }
  }

  /// Writes the first `elementCount` elements that the owner has delivered to their lanes.
  mutating func finishVectorLoad(_ i: VectorInstruction, elementCount: Int) {
    let access = vectorAccess(i)
    guard !isContiguous(i, access) else {
      let first = unsafe element(i, vector.start, access.width)
      return unsafe Self.copy(first, busData, byteCount: elementCount << access.width)
    }
    var index = 0
    activeLanes(i, access).forEach(from: vector.start) { lane in
      guard index < elementCount else { return }
      unsafe Self.copyElement(
        element(i, lane, access.width), busData + index << access.width, access.width)
      index += 1
    }
  }

  /// The lane of element `ordinal` of a bus request.
  mutating func activeLane(_ i: VectorInstruction, ordinal: Int) -> Int {
    let access = vectorAccess(i)
    var index = 0
    var found = 0
    activeLanes(i, access).forEach(from: vector.start) { lane in
      if index == ordinal { found = lane }
      index += 1
    }
    return found
  }
}
