import InstructionSet

/// The operands of one predecoded instruction.
///
/// `@safe`: ``PlasticityProcessor/run(untilCycle:)`` makes it of places inside the code, whose register
/// numbers are 0…32 by construction.
@safe
struct ScalarOperands {
  let place: UnsafeMutablePointer<Slot>
  let x: UnsafeMutablePointer<UInt32>

  @inline(__always) func handler<Choice: HandlerChoice>(_: Choice.Type) -> Handler {
    unsafe Choice.isFused ? place.pointee.handler : place.pointee.single
  }
  /// `rs1`, unsigned and signed.
  @inline(__always) var a: UInt32 { unsafe x[Int(place.pointee.source1)] }
  @inline(__always) var signedA: Int32 { Int32(bitPattern: a) }
  /// `rs2`, unsigned and signed.
  @inline(__always) var b: UInt32 { unsafe x[Int(place.pointee.source2)] }
  @inline(__always) var signedB: Int32 { Int32(bitPattern: b) }
  @inline(__always) var immediate: UInt32 { UInt32(bitPattern: unsafe place.pointee.immediate) }
  @inline(__always) var signedImmediate: Int32 { unsafe place.pointee.immediate }
  /// Writes `rd`.
  @inline(__always) func set(_ value: UInt32) {
    unsafe x[Int(place.pointee.destination)] = value
  }
  /// The place before the target of a direct jump. Only those inside the SRAM are predecoded.
  @inline(__always) var target: UnsafeMutablePointer<Slot> {
    unsafe (UnsafeMutableRawPointer(place) + Int(place.pointee.immediate))
      .assumingMemoryBound(to: Slot.self)
  }
  @inline(__always) func programCounter(_ memory: Memory) -> UInt32 {
    unsafe memory.base &+ memory.offset(place)
  }
}

/// What the scalar instructions do, one line each. Accesses to memory return false if they are not for
/// the loop, and have done nothing then; branches return whether they are taken.
extension ScalarOperands {
  // MARK: Arithmetic

  @inline(__always) func lui() { set(immediate) }
  @inline(__always) func auipc(_ memory: Memory) {
    set(programCounter(memory) &+ immediate)
  }
  @inline(__always) func addi() { set(a &+ immediate) }
  @inline(__always) func slti() { set(signedA < signedImmediate ? 1 : 0) }
  @inline(__always) func sltiu() { set(a < immediate ? 1 : 0) }
  @inline(__always) func xori() { set(a ^ immediate) }
  @inline(__always) func ori() { set(a | immediate) }
  @inline(__always) func andi() { set(a & immediate) }
  @inline(__always) func slli() { set(a &<< immediate) }
  @inline(__always) func srli() { set(a &>> immediate) }
  @inline(__always) func srai() { set(UInt32(bitPattern: signedA &>> signedImmediate)) }
  @inline(__always) func add() { set(a &+ b) }
  @inline(__always) func sub() { set(a &- b) }
  @inline(__always) func sll() { set(a &<< b) }
  @inline(__always) func slt() { set(signedA < signedB ? 1 : 0) }
  @inline(__always) func sltu() { set(a < b ? 1 : 0) }
  @inline(__always) func xor() { set(a ^ b) }
  @inline(__always) func srl() { set(a &>> b) }
  @inline(__always) func sra() { set(UInt32(bitPattern: signedA &>> signedB)) }
  @inline(__always) func or() { set(a | b) }
  @inline(__always) func and() { set(a & b) }

  /// `andi`, then `neg` and `and` of what the one before has written.
  @inline(__always) func andiNegAnd(_ second: Self, _ third: Self) {
    let bit = a & immediate
    set(bit)
    second.set(0 &- bit)
    third.set((0 &- bit) & third.b)
  }
  /// `slli`, then `srai` and `and` of what the one before has written.
  @inline(__always) func slliSraiAnd(_ second: Self, _ third: Self) {
    let shifted = a &<< immediate
    set(shifted)
    let mask = UInt32(bitPattern: Int32(bitPattern: shifted) &>> second.signedImmediate)
    second.set(mask)
    third.set(mask & third.b)
  }

  // MARK: Multiplication and division

  @inline(__always) func mul() { set(a &* b) }
  @inline(__always) func mulh() { setUpper(Int64(signedA) &* Int64(signedB)) }
  @inline(__always) func mulhsu() { setUpper(Int64(signedA) &* Int64(b)) }
  @inline(__always) func mulhu() { setUpper(Int64(bitPattern: UInt64(a) &* UInt64(b))) }
  @inline(__always) private func setUpper(_ value: Int64) {
    set(UInt32(truncatingIfNeeded: value &>> 32))
  }

  // Division rounds towards zero, the remainder has the sign of the dividend. By zero the quotient is
  // all ones and the remainder the dividend; the one overflow gives the dividend and 0.
  @inline(__always) func div() {
    let quotient = signedA.dividedReportingOverflow(by: signedB).partialValue
    set(b == 0 ? .max : UInt32(bitPattern: quotient))
  }
  @inline(__always) func divu() { set(b == 0 ? .max : a / b) }
  @inline(__always) func rem() {
    let remainder = signedA.remainderReportingOverflow(dividingBy: signedB).partialValue
    set(b == 0 ? a : UInt32(bitPattern: remainder))
  }
  @inline(__always) func remu() { set(b == 0 ? a : a % b) }

  // MARK: Jumps

  @inline(__always) func link(_ memory: Memory) {
    set(programCounter(memory) &+ 4)
  }
  /// - Returns: the byte offset of the target; nil if it is not in the SRAM or misaligned.
  @inline(__always) func jalr(_ memory: Memory) -> UInt32? {
    let target = (a &+ immediate) & ~1 &- memory.base
    guard target & 3 == 0, target < memory.byteCount else { return nil }
    link(memory)
    return target
  }
  @inline(__always) func beq() -> Bool { a == b }
  @inline(__always) func bne() -> Bool { a != b }
  @inline(__always) func blt() -> Bool { signedA < signedB }
  @inline(__always) func bge() -> Bool { signedA >= signedB }
  @inline(__always) func bltu() -> Bool { a < b }
  @inline(__always) func bgeu() -> Bool { a >= b }

  // MARK: Memory

  @inline(__always) func lb(_ memory: Memory) -> Bool { load(Int8.self, memory) }
  @inline(__always) func lh(_ memory: Memory) -> Bool { load(Int16.self, memory) }
  @inline(__always) func lw(_ memory: Memory) -> Bool { load(UInt32.self, memory) }
  @inline(__always) func lbu(_ memory: Memory) -> Bool { load(UInt8.self, memory) }
  @inline(__always) func lhu(_ memory: Memory) -> Bool { load(UInt16.self, memory) }
  @inline(__always) func sb(_ memory: Memory) -> Bool { store(UInt8.self, memory) }
  @inline(__always) func sh(_ memory: Memory) -> Bool { store(UInt16.self, memory) }
  @inline(__always) func sw(_ memory: Memory) -> Bool { store(UInt32.self, memory) }
  @inline(__always)
  private func load<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ memory: Memory
  ) -> Bool {
    let offset = a &+ immediate &- memory.base
    guard memory.canLoad(offset, T.self) else { return false }
    set(memory.load(offset, as: T.self))
    return true
  }
  @inline(__always)
  private func store<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ memory: Memory
  ) -> Bool {
    let offset = a &+ immediate &- memory.base
    guard memory.canStore(offset, T.self) else { return false }
    memory.store(b, offset, as: T.self)
    return true
  }
}
