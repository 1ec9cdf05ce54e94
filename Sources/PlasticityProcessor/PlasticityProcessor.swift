import InstructionSet

/// One plasticity processor with its SRAM: RV32IM, Zicsr, machine mode, and a fixed-point vector
/// unit of 32 registers of 1024 bits (the integer and fixed-point part of Zve32x without division).
///
/// The processor is a value that its owner steps; it knows no chip. It runs until it needs something
/// from outside, and says what:
/// ```
/// var processor = PlasticityProcessor()
/// processor.load(image, at: 0)
/// processor.programCounter = entry
/// while true {
///   switch processor.run(untilCycle: limit) {
///   case .cycleLimit: …                     // the clock is at or just past the limit
///   case .busAccess:                        // an address outside the SRAM
///     let request = processor.busRequest!
///     if request.isWrite { … processor.busElement(k) … } else { … setBusElement(k, to: value) … }
///     processor.completeBusAccess()         // or failBusAccess(): an access-fault trap
///   case .waiting: …                        // wfi: sleep(untilCycle:), setInterrupt(_:_:)
///   case .trapped(let trap): …              // and there is no handler
///   case .exited(let code): …
///   case .consoleWrite(let address, let count): …
///   }
/// }
/// ```
/// A run may be split at any limits, checkpoints and restores in between: the states passed through
/// are the same. Everything is deterministic; nothing but ``setInterrupt(_:_:)``, the answers on the
/// bus and the setters below reach the state from outside.
///
/// Choices the specifications leave open: tail and masked-off elements are undisturbed whatever the
/// policy bits say; misaligned scalar and vector accesses to the SRAM work, misaligned scalar accesses
/// to the bus trap; arithmetic with `vstart` ≠ 0 and every reserved register overlap trap;
/// `vsetvl x0, x0` that would change VLMAX sets `vill`. Cycle costs: `CycleCosts.swift`.
///
/// `@safe`: the pointers are to this value's own allocations, and every address of the program is
/// compared with their sizes.
@safe
public struct PlasticityProcessor: ~Copyable {
  /// The first address of the SRAM.
  public let sramBase: UInt32
  public let sramByteCount: Int
  /// What `mhartid` reads: 0 top, 1 bottom.
  public let hartID: UInt32

  let sram: UnsafeMutableRawPointer
  /// The predecoded words of the SRAM, and behind them some that are never decoded.
  let code: UnsafeMutablePointer<Slot>
  /// Beside ``code``, what vector instructions need to know under the `vtype` they last met.
  let groupsOfCode: UnsafeMutablePointer<RegisterGroups>
  /// The byte offsets of the lowest and past the highest word ever decoded.
  var decodedRange: Range<Int> = 0..<0
  /// The byte offset of ``watchedAddress``.
  var watchedOffset: Int?
  /// Stores elsewhere need look neither at ``code`` nor at the watched word.
  var guardedRange: Range<Int> = 0..<0
  /// True after a store of the running instruction has left a watched word that is not zero.
  var hasHitWatch = false
  /// False: what is outside the SRAM does not exist, and accesses there are access faults. True:
  /// the owner is asked, ``StopReason/busAccess``.
  let hasBus: Bool

  /// x0…x31 and the bit bucket.
  let x: UnsafeMutablePointer<UInt32>
  /// v0…v31, then scratch memory of ``VectorScratch``.
  let vectors: UnsafeMutableRawPointer
  let busAddresses: UnsafeMutablePointer<UInt32>
  let busData: UnsafeMutableRawPointer

  /// Of the next instruction.
  public package(set) var cycle: UInt64 = 0
  /// How many instructions have retired.
  public internal(set) var instructionCount: UInt64 = 0
  /// How many vector instructions have saturated at least one lane.
  public internal(set) var saturationCount: UInt64 = 0
  /// True while `wfi` sleeps.
  public internal(set) var isWaiting = false
  /// What an unfinished ``StopReason/busAccess`` wants.
  public internal(set) var busRequest: BusRequest?

  /// The instruction that has made ``busRequest``.
  let busInstruction: UnsafeMutablePointer<Slot>

  /// Byte offset of the next instruction from ``sramBase``.
  var pcOffset: UInt32
  var machine = MachineState()
  var vector = VectorState()
  var pendingFault = Fault.none
  /// The cycle from which each vector register has the multiplier's result.
  let resultCycles: UnsafeMutablePointer<UInt64>
  /// The latest of ``resultCycles``.
  var latestResult: UInt64 = 0

  /// A processor after reset: registers and memory 0, vector unit `Initial` with `vill`.
  ///
  /// - Parameters:
  ///   - hartID: what `mhartid` reads.
  ///   - sramBase: the first address of the SRAM, a multiple of 4.
  ///   - sramByteCount: its size, a multiple of 4.
  ///   - hasBus: whether the owner answers accesses outside the SRAM; if not, they are access faults.
  public init(
    hartID: UInt32 = 0, sramBase: UInt32 = 0, sramByteCount: Int = 16 * 1024, hasBus: Bool = true
  ) {
    precondition(sramBase & 3 == 0 && sramByteCount & 3 == 0 && sramByteCount > 0)
    precondition(Int(sramBase) + sramByteCount <= 1 << 32, "the SRAM ends above 4 GiB")
    self.hartID = hartID
    self.sramBase = sramBase
    self.sramByteCount = sramByteCount
    self.hasBus = hasBus
    unsafe sram = UnsafeMutableRawPointer(
      ZeroedMemory.allocate(UInt8.self, count: sramByteCount))
    unsafe code = ZeroedMemory.allocate(Slot.self, count: sramByteCount / 4 + Slot.fusedCountMax)
    precondition(MemoryLayout<RegisterGroups>.stride == MemoryLayout<Slot>.stride)
    unsafe groupsOfCode = ZeroedMemory.allocate(RegisterGroups.self, count: sramByteCount / 4)
    unsafe x = .allocate(capacity: 33)
    unsafe x.initialize(repeating: 0, count: 33)
    unsafe vectors = .allocate(byteCount: VectorScratch.end, alignment: 64)
    unsafe vectors.initializeMemory(as: UInt8.self, repeating: 0, count: VectorScratch.end)
    unsafe busAddresses = .allocate(capacity: VectorGeometry.laneCountMax)
    unsafe busAddresses.initialize(repeating: 0, count: VectorGeometry.laneCountMax)
    unsafe busData = .allocate(byteCount: VectorGeometry.groupByteCountMax, alignment: 64)
    unsafe busData.initializeMemory(
      as: UInt8.self, repeating: 0, count: VectorGeometry.groupByteCountMax)
    unsafe busInstruction = .allocate(capacity: 1)
    unsafe busInstruction.initialize(to: Slot(.illegal(0)))
    unsafe resultCycles = .allocate(capacity: VectorGeometry.registerCount)
    unsafe resultCycles.initialize(repeating: 0, count: VectorGeometry.registerCount)
    pcOffset = 0
  }

  deinit {
    unsafe ZeroedMemory.free(sram)
    unsafe ZeroedMemory.free(code)
    unsafe ZeroedMemory.free(groupsOfCode)
    unsafe x.deallocate()
    unsafe vectors.deallocate()
    unsafe busInstruction.deallocate()
    unsafe resultCycles.deallocate()
    unsafe busAddresses.deallocate()
    unsafe busData.deallocate()
  }
}

// MARK: Registers, for owners, debuggers and tests

extension PlasticityProcessor {
  /// The address of the next instruction, a multiple of 4.
  public var programCounter: UInt32 {
    get { sramBase &+ pcOffset }
    set {
      precondition(newValue & 3 == 0, "an instruction's address is a multiple of 4")
      pcOffset = newValue &- sramBase
      isWaiting = false
    }
  }

  /// Integer register `index`, 0…31. Writes to x0 are lost.
  public subscript(x index: Int) -> UInt32 {
    get {
      precondition(index >= 0 && index < 32)
      return unsafe x[index]
    }
    set {
      precondition(index >= 0 && index < 32)
      if index != 0 { unsafe x[index] = newValue }
    }
  }

  /// Vector register `index`, 0…31: 128 bytes, the lowest first.
  public subscript(v index: Int) -> [UInt8] {
    get {
      precondition(index >= 0 && index < VectorGeometry.registerCount)
      return unsafe [UInt8](
        UnsafeRawBufferPointer(
          start: vectors + index * VectorGeometry.registerByteCount,
          count: VectorGeometry.registerByteCount))
    }
    set {
      precondition(index >= 0 && index < VectorGeometry.registerCount)
      precondition(newValue.count == VectorGeometry.registerByteCount)
      unsafe (vectors + index * VectorGeometry.registerByteCount).copyBytes(from: newValue)
    }
  }
}

extension UnsafeMutableRawPointer {
  func copyBytes(from bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes {
      unsafe UnsafeMutableRawBufferPointer(start: self, count: $0.count).copyMemory(from: $0)
    }
  }
}

// MARK: Memory

extension PlasticityProcessor {
  /// The offset of `byteCount` bytes at `address` in the SRAM, nil if they are not all inside.
  @inline(__always)
  func sramOffset(_ address: UInt32, byteCount: Int) -> Int? {
    let offset = Int(address &- sramBase)
    return byteCount <= sramByteCount && offset <= sramByteCount - byteCount ? offset : nil
  }

  /// Writes bytes into the SRAM, as the host does.
  ///
  /// - Precondition: all of them are inside.
  public mutating func load(_ bytes: [UInt8], at address: UInt32) {
    guard let offset = sramOffset(address, byteCount: bytes.count) else {
      preconditionFailure("\(bytes.count) bytes at \(address) are not in the SRAM")
    }
    unsafe (sram + offset).copyBytes(from: bytes)
    forgetDecoding(offset: offset, byteCount: bytes.count)
  }

  /// Reads bytes of the SRAM.
  ///
  /// - Precondition: all of them are inside.
  public func read(at address: UInt32, byteCount: Int) -> [UInt8] {
    guard let offset = sramOffset(address, byteCount: byteCount) else {
      preconditionFailure("\(byteCount) bytes at \(address) are not in the SRAM")
    }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: sram + offset, count: byteCount))
  }

  /// True if all these bytes of the SRAM are 0.
  ///
  /// - Precondition: the address and the count are multiples of 8, all bytes inside.
  package func isZero(at address: UInt32, byteCount: Int) -> Bool {
    guard let offset = sramOffset(address, byteCount: byteCount), (offset | byteCount) & 7 == 0
    else { preconditionFailure("\(byteCount) bytes at \(address) cannot be compared") }
    var index = 0
    while index < byteCount {
      if unsafe sram.load(fromByteOffset: offset &+ index, as: UInt64.self) != 0 { return false }
      index &+= 8
    }
    return true
  }

  /// True if the SRAM holds all these bytes.
  public func isInSRAM(_ address: UInt32, byteCount: Int) -> Bool {
    sramOffset(address, byteCount: byteCount) != nil
  }

  /// Reads an aligned or misaligned word of the SRAM.
  ///
  /// - Precondition: it is inside.
  public func readWord(at address: UInt32) -> UInt32 {
    guard let offset = sramOffset(address, byteCount: 4) else {
      preconditionFailure("the word at \(address) is not in the SRAM")
    }
    return unsafe sram.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  /// Writes a word of the SRAM, as the host does.
  ///
  /// - Precondition: it is inside.
  public mutating func writeWord(_ value: UInt32, at address: UInt32) {
    guard let offset = sramOffset(address, byteCount: 4) else {
      preconditionFailure("the word at \(address) is not in the SRAM")
    }
    unsafe sram.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
    forgetDecoding(offset: offset, byteCount: 4)
  }
}
