import InstructionSet
import PlasticityProcessor

/// What a ``CommitLog`` remembers from before an instruction.
struct CommitLogState {
  /// The elements that an instruction loads or stores.
  struct Accesses {
    var isStore = false
    var byteCount = 1
    var addresses: [UInt32] = []
  }

  private(set) var programCounter: UInt32 = 0
  private(set) var instructionCount: UInt64 = 0
  private(set) var word: UInt32 = 0
  private(set) var accesses = Accesses()
  /// Beside the addresses of a store.
  private(set) var storedValues: [UInt32] = []
  private var instruction = Instruction.illegal(0)
  private var saturationCount: UInt64 = 0
  private var status: UInt32 = 0
  private var type: UInt32 = 0
  private var length = 0
  private var start = 0
  /// v0, if it masks the instruction.
  private var mask: [UInt8]?
  /// The offset of a slide, or the mask of a `vcompress`.
  private var offset: UInt32 = 0
  private var selection: [UInt8] = []

  init() {}

  init(_ processor: borrowing PlasticityProcessor) {
    programCounter = processor.programCounter
    instructionCount = processor.instructionCount
    status = processor.controlRegister(0x300) ?? 0
    guard processor.isInSRAM(programCounter, byteCount: 4) else { return }
    word = processor.readWord(at: programCounter)
    instruction = Decoder.decode(word)
    let base = processor[x: Int(instruction.source1 & 31)]
    switch instruction.opcode {
    case .lb, .lbu, .lh, .lhu, .lw, .sb, .sh, .sw: access(processor, base)
    case .vector: look(processor, base)
    default: break
    }
  }

  private mutating func access(_ processor: borrowing PlasticityProcessor, _ base: UInt32) {
    switch instruction.opcode {
    case .lb, .lbu, .sb: accesses.byteCount = 1
    case .lh, .lhu, .sh: accesses.byteCount = 2
    default: accesses.byteCount = 4
    }
    accesses.addresses = [base &+ UInt32(bitPattern: instruction.immediate)]
    switch instruction.opcode {
    case .sb, .sh, .sw:
      accesses.isStore = true
      storedValues = [processor[x: Int(instruction.source2)]]
    default: break
    }
  }

  private mutating func look(_ processor: borrowing PlasticityProcessor, _ base: UInt32) {
    saturationCount = processor.saturationCount
    type = processor.controlRegister(0xC21) ?? 0
    length = Int(processor.controlRegister(0xC20) ?? 0)
    start = Int(processor.controlRegister(0x008) ?? 0)
    if !instruction.isUnmasked, instruction.operation != .vmerge { mask = processor[v: 0] }
    offset = instruction.form == .vx ? base : UInt32(bitPattern: instruction.immediate)
    switch instruction.operation {
    case .vcompress: selection = processor[v: Int(instruction.source1)]
    case .vle, .vse, .vlm, .vsm, .vlr, .vsr: accessInRow(processor, base)
    case .vlse, .vsse:
      let stride = processor[x: Int(instruction.source2)]
      collect(processor, width: Int(instruction.elementWidth.rawValue)) {
        base &+ UInt32($0) &* stride
      }
    case .vluxei, .vloxei, .vsuxei, .vsoxei: accessByIndices(processor, base)
    default: break
    }
  }

  private mutating func accessInRow(_ processor: borrowing PlasticityProcessor, _ base: UInt32) {
    let width = Int(instruction.elementWidth.rawValue)
    switch instruction.operation {
    case .vlm, .vsm: length = (length + 7) / 8
    case .vlr, .vsr: length = (128 * instruction.registerCount) >> width
    default: break
    }
    collect(processor, width: width) { base &+ UInt32($0 << width) }
  }

  private mutating func accessByIndices(
    _ processor: borrowing PlasticityProcessor, _ base: UInt32
  ) {
    guard let shape = ElementShape(vtype: type) else { return }
    let indexWidth = Int(instruction.elementWidth.rawValue)
    let first = Int(instruction.source2)
    let count = max(1, (length << indexWidth + 127) / 128)
    let indices = (first..<min(first + count, 32)).flatMap { processor[v: $0] }
    collect(processor, width: shape.width) { lane in
      base &+ Self.element(indices, lane, width: indexWidth)
    }
  }

  private static func element(_ bytes: [UInt8], _ lane: Int, width: Int) -> UInt32 {
    (0..<1 << width).reduce(0) { value, k in
      let index = lane << width + k
      return value | (index < bytes.count ? UInt32(bytes[index]) << UInt32(8 * k) : 0)
    }
  }

  /// The addresses of the active elements, and the data of stores.
  private mutating func collect(
    _ processor: borrowing PlasticityProcessor, width: Int, address: (Int) -> UInt32
  ) {
    accesses.byteCount = 1 << width
    accesses.isStore = instruction.operation.isStore
    let lanes = (start..<max(start, length)).filter(isActive)
    accesses.addresses = lanes.map(address)
    guard accesses.isStore, let last = lanes.last else { return }
    let first = Int(instruction.destination)
    let data = (first...min(31, first + last << width / 128)).flatMap { processor[v: $0] }
    storedValues = lanes.map { Self.element(data, $0, width: width) }
  }

  private func isActive(_ lane: Int) -> Bool {
    mask.map { $0[lane / 8] >> UInt8(lane % 8) & 1 != 0 } ?? true
  }

  // MARK: Writes

  /// What the instruction has written, now that it is done.
  func writes(_ processor: borrowing PlasticityProcessor) -> [CommitLogWrite] {
    var writes: [CommitLogWrite] = []
    switch instruction.opcode {
    case .csrrw, .csrrwi: writes = [.control(UInt16(instruction.immediate & 0xFFF))]
    case .csrrs, .csrrc, .csrrsi, .csrrci:
      if instruction.source1 != 0 { writes = [.control(UInt16(instruction.immediate & 0xFFF))] }
    case .mret: return [.control(0x300), .control(0x310)]
    case .vector: writes = vectorWrites(processor)
    default: break
    }
    let hasIntegerDestination = instruction.opcode != .vector || writesInteger
    if hasIntegerDestination, instruction.destination != Instruction.bitBucket {
      writes.append(.integer(instruction.destination))
    }
    let isStatusWritten = writes.contains { $0.key == CommitLogWrite.control(0x300).key }
    if !isStatusWritten, processor.controlRegister(0x300) != status {
      writes.append(.control(0x300))
    }
    return writes
  }

  /// True of vector instructions with an integer result.
  private var writesInteger: Bool {
    switch instruction.operation {
    case .vsetvli, .vsetivli, .vsetvl, .vmvXS, .vcpop, .vfirst: true
    default: false
    }
  }

  private func vectorWrites(_ processor: borrowing PlasticityProcessor) -> [CommitLogWrite] {
    var writes: [CommitLogWrite] = []
    switch instruction.operation {
    case .vsetvli, .vsetivli, .vsetvl:
      writes = [.control(0x008), .control(0xC20)]
      if processor.controlRegister(0xC21) != type { writes.append(.control(0xC21)) }
      return writes
    // Spike does not write `vstart` where it must have been 0.
    case .vcpop, .vfirst, .vmsbf, .vmsif, .vmsof, .viota: writes = [.vectorMark]
    default: writes = [.vectorMark, .control(0x008)]
    }
    if processor.saturationCount != saturationCount { writes.append(.control(0x009)) }
    let registers = writtenRegisters.filter { $0 < 32 }
    return writes + registers.map { .vector(UInt8($0)) }
  }

  /// The vector registers of which the instruction has written elements.
  private var writtenRegisters: [Int] {
    guard !instruction.operation.isStore, !writesInteger else { return [] }
    let first = Int(instruction.destination)
    guard let shape = ElementShape(vtype: type) else {
      // Whole registers only.
      return accesses.addresses.isEmpty ? [] : Array(first..<first + instruction.registerCount)
    }
    let groups = OperandGroups(instruction, shape)
    let lanes = (start..<max(start, length)).filter(isActive)
    switch instruction.operation {
    case .vlr, .vmvr: return Array(first..<first + instruction.registerCount)
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax,
      .vwredsumu, .vwredsum, .vmvSX, .vlm:
      return length > 0 ? [first] : []
    case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt, .vmand, .vmnand,
      .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor, .vmsbf, .vmsif, .vmsof:
      return lanes.isEmpty ? [] : [first]
    case .vle, .vlse: return registers(lanes, width: Int(instruction.elementWidth.rawValue))
    case .vslideup: return registers(lanes.filter { $0 >= Int(offset) }, width: shape.width)
    case .vcompress:
      let count = lanes.filter { selection[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }.count
      return registers(Array(0..<count), width: shape.width)
    default:
      // A wider destination has as much larger a group.
      let widening = (groups.destination ?? shape.multiplier) - shape.multiplier
      return registers(lanes, width: shape.width + widening)
    }
  }

  /// The registers that these lanes of the destination lie in.
  private func registers(_ lanes: [Int], width: Int) -> [Int] {
    var found: [Int] = []
    for lane in lanes {
      let register = Int(instruction.destination) + lane << width / 128
      if found.last != register { found.append(register) }
    }
    return found
  }
}
