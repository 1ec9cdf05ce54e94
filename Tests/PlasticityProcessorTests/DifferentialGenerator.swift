import ChipGeometry
import InstructionSet

/// Writes random programs that stay inside the scratch area and away from the few things in which
/// QEMU 7.2 is known to be wrong; most of the instructions are legal.
struct DifferentialGenerator {
  var random: RandomStream
  var body: [UInt32] = []
  var reserved: UInt32 = 0
  /// The vector state at the end of `body`, as far as the choice of instructions needs it.
  var width = 0
  var multiplier = 0
  var length = 0
  var isIllegal = true
  /// `vtype`.
  var type: UInt32 = 0
  var vectorInstructionCount = 0

  static let vectorRows = InstructionTable.rows.filter {
    $0.mask & 0x7F != 0 && [0x57, 0x07, 0x27].contains($0.match & 0x7F)
      && !$0.mnemonic.hasPrefix("vset")
  }
  static let scalarRows = InstructionTable.rows.filter {
    [0x13, 0x33, 0x37, 0x17].contains($0.match & 0x7F)
  }

  init(seed: UInt64) { random = RandomStream(seed: seed, name: "differential") }

  mutating func below(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
  mutating func isOnce(in count: Int) -> Bool { below(count) == 0 }
  mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  /// A register that the program may write.
  mutating func freeRegister(except other: UInt32 = 0) -> UInt32 {
    while true {
      let register = UInt32(below(31) + 1)
      if register != 2 && register != reserved && register != other { return register }
    }
  }

  mutating func next(instructionCount: Int) -> DifferentialCase {
    isIllegal = true
    reserved = 0
    reserved = freeRegister()
    var units: [DifferentialCase.Unit] = []
    var count = 0
    while count < instructionCount {
      body = []
      let choice = units.isEmpty ? 0 : below(24)
      switch choice {
      case 0: configure()
      case 1, 2: scalar()
      case 3: scalarMemory()
      case 4: branch()
      case 5: control()
      case 6: if !isIllegal { restartedMemory() }
      case 7: if isOnce(in: 4) { modifiedCode() }
      default: vector()
      }
      count += body.count
      // The configuration that keeps the length is the only one with rd and rs1 = x0.
      let keepsLength = choice == 0 && body[0] & 0xF_FFFF == 0x7057
      units.append(
        .init(
          words: body, isConfiguration: choice == 0 && !keepsLength, keepsLength: keepsLength))
    }
    return DifferentialCase(
      reserved: reserved, scratchSeed: poolOffset(2048), integerSeed: poolOffset(128),
      vectorSeeds: (0..<4).map { _ in poolOffset(1024) }, rounding: UInt32(below(4)),
      hasSaturated: UInt32(below(2)), units: units)
  }

  mutating func poolOffset(_ byteCount: Int) -> UInt32 {
    UInt32(below((Int(DifferentialProgram.poolByteCount) - byteCount) / 4) * 4)
  }

  // MARK: Vector configuration

  /// VLMAX.
  var lengthMax: Int {
    let lanes = 128 >> width
    return multiplier >= 0 ? lanes << multiplier : lanes >> -multiplier
  }

  mutating func configure() {
    let width = below(3)
    let multiplier = below(6 - width) + width - 2
    var type = UInt32(width << 3 | multiplier & 7 | below(4) << 6)
    // Now and then a vector type that does not exist.
    if isOnce(in: 30) { type = UInt32(below(2048)) }
    configure(type: type)
  }

  private mutating func configure(type: UInt32) {
    let oldMax = isIllegal ? 0 : lengthMax
    setType(type)
    let destination = isOnce(in: 4) ? 0 : freeRegister()
    switch below(8) {
    case 0:
      // VLMAX, or the old length where that is allowed.
      let isKept = !isIllegal && oldMax == lengthMax && isOnce(in: 2)
      let target = isKept ? 0 : freeRegister()
      body.append(type << 20 | target << 7 | 0x7057)
      if !isKept { length = lengthMax }
    case 1, 2:
      let wish = below(32)
      let immediates = (type & 0x3FF) << 20 | UInt32(wish) << 15
      body.append(3 << 30 | immediates | destination << 7 | 0x7057)
      setType(type & 0x3FF)
      length = min(wish, lengthMax)
    case let choice:
      let wish = lengthWish()
      let source = freeRegister()
      loadImmediate(UInt32(wish), into: source)
      if choice < 5 {
        let other = freeRegister(except: source)
        loadImmediate(type, into: other)
        body.append(0x80 << 24 | other << 20 | source << 15 | destination << 7 | 0x7057)
      } else {
        body.append(type << 20 | source << 15 | destination << 7 | 0x7057)
      }
      length = min(wish, lengthMax)
    }
    if isIllegal { length = 0 }
  }

  /// Short vectors are more common than long ones, which cost more time.
  private mutating func lengthWish() -> Int {
    switch below(8) {
    case 0: below(4)
    case 1: lengthMax + below(lengthMax)
    case 2: below(lengthMax + 1)
    case 3: lengthMax
    default: lengthMax <= 64 ? lengthMax : below(64)
    }
  }

  mutating func setType(_ type: UInt32) {
    self.type = type
    width = Int(type >> 3 & 7)
    multiplier = Int(type & 7) > 4 ? Int(type & 7) - 8 : Int(type & 7)
    isIllegal = type >> 8 != 0 || width > 2 || type & 7 == 4 || width > 2 + min(multiplier, 0)
    if isIllegal { (width, multiplier) = (0, 0) }
  }

  mutating func loadImmediate(_ value: UInt32, into register: UInt32) {
    body.append((value &+ 0x800) & 0xFFFF_F000 | register << 7 | 0x37)
    body.append((value & 0xFFF) << 20 | register << 15 | register << 7 | 0x13)
  }

  // MARK: Scalar instructions

  mutating func scalar() {
    var word = scalarWord(writing: nil)
    // Random operands are hardly ever equal.
    if isOnce(in: 4) {
      if word & 0x7F == 0x13 {
        let source = freeRegister()
        body.append(word & 0xFFF0_0000 | source << 7 | 0x13)
        word = word & ~(31 << 15) | source << 15
      } else if word & 0x7F == 0x33 {
        word = word & ~(31 << 20) | (word >> 15 & 31) << 20
      }
    }
    body.append(word)
  }

  /// Any arithmetic; `avoided` is not written.
  mutating func scalarWord(writing avoided: UInt32?) -> UInt32 {
    let row = pick(Self.scalarRows)
    let word = row.match | UInt32(truncatingIfNeeded: random.next()) & ~row.mask & ~(31 << 7)
    let destination = isOnce(in: 16) ? 0 : freeRegister(except: avoided ?? 0)
    return word | destination << 7
  }

  /// An address with `byteCount` bytes of the scratch area behind it and `before` bytes in front of
  /// it, in a register.
  mutating func scratchAddress(_ byteCount: Int, before: Int = 0) -> UInt32 {
    let register = freeRegister()
    let room = Int(DifferentialProgram.scratchByteCount) - byteCount - before
    let offset = UInt32(below(max(room, 0) + 1) + before)
    loadImmediate(
      DifferentialProgram.state + DifferentialProgram.scratchOffset + offset, into: register)
    return register
  }

  mutating func scalarMemory() {
    let base = scratchAddress(4)
    let other = isOnce(in: 16) ? 0 : freeRegister()
    if isOnce(in: 2) {
      body.append(base << 15 | UInt32(pick([0, 1, 2, 4, 5])) << 12 | other << 7 | 0x03)
    } else {
      body.append(other << 20 | base << 15 | UInt32(below(3)) << 12 | 0x23)
    }
  }

  /// Branches and jumps over a few instructions, and counted loops.
  mutating func branch() {
    let skipped = UInt32(below(3) + 1)
    let distance = 4 * (skipped + 1)
    let registers = UInt32(below(32)) << 20 | UInt32(below(32)) << 15
    switch below(4) {
    case 0:
      // A branch forward: the distance is below 32.
      body.append(registers | UInt32(pick([0, 1, 4, 5, 6, 7])) << 12 | distance << 7 | 0x63)
    case 1: body.append(distance << 20 | freeRegister() << 7 | 0x6F)
    case 2:
      let base = freeRegister()
      body.append(base << 7 | 0x17)
      body.append((distance + 4) << 20 | base << 15 | freeRegister() << 7 | 0x67)
    default:
      let counter = freeRegister()
      body.append(UInt32(below(5) + 1) << 20 | counter << 7 | 0x13)
      let start = body.count
      for _ in 0..<skipped { body.append(scalarWord(writing: counter)) }
      appendLoopEnd(counter, start: start)
      return
    }
    for _ in 0..<skipped { body.append(scalarWord(writing: nil)) }
  }

  /// A loop that overwrites one of its instructions after its first execution.
  private mutating func modifiedCode() {
    let counter = freeRegister()
    let word = freeRegister(except: counter)
    var base = freeRegister(except: counter)
    while base == word { base = freeRegister(except: counter) }
    let replacement = scalarWord(writing: counter)
    body.append(2 << 20 | counter << 7 | 0x13)
    let start = body.count
    body.append(scalarWord(writing: counter))
    loadImmediate(replacement, into: word)
    body.append(base << 7 | 0x17)
    // sw word, -12(base); fence.i
    body.append(0x7F << 25 | word << 20 | base << 15 | 2 << 12 | 20 << 7 | 0x23)
    body.append(0x100F)
    appendLoopEnd(counter, start: start)
  }

  /// Counts down and jumps back to the instruction at `start` unless the counter is 0.
  private mutating func appendLoopEnd(_ counter: UInt32, start: Int) {
    body.append(0xFFF << 20 | counter << 15 | counter << 7 | 0x13)
    guard let branch = InstructionTable.row("bne"),
      let word = try? branch.encode([
        .integerRegister(Int(counter)), .integerRegister(0),
        .immediate(4 * Int64(start - body.count)),
      ])
    else { preconditionFailure("no bne") }
    body.append(word)
  }

  /// The control registers of the vector unit, read and written; writes to read-only ones trap.
  mutating func control() {
    let registers: [(UInt32, Int)] = [
      (0x00A, 4), (0x009, 2), (0x00F, 8), (0xC20, 32), (0xC21, 32), (0xC22, 32), (0x008, 1),
    ]
    let (number, bound) = pick(registers)
    let function = UInt32(pick([5, 6, 7]))
    let value = isOnce(in: 3) ? 0 : UInt32(below(bound))
    body.append(number << 20 | value << 15 | function << 12 | freeRegister() << 7 | 0x73)
  }
}
