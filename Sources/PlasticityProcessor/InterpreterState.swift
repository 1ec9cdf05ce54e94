import InstructionSet

/// How far a run may go and what it has cost, in one integer, because the loop changes it with every
/// instruction.
///
/// The low 32 bits count down the cycles that are left; what instructions cost beyond one cycle each
/// is added up in the high 32 bits.
struct Meter {
  private var bits: Int64

  /// - Parameter cycles: at most ``maximum``.
  init(cycles: UInt64) { bits = Int64(truncatingIfNeeded: cycles) }

  /// Leaves room for the last instruction to overrun.
  static let maximum: UInt64 = 1 << 30

  @inline(__always) var left: Int32 { Int32(truncatingIfNeeded: bits) }
  var extra: Int64 { (bits &- Int64(left)) >> 32 }

  /// Every instruction takes one cycle …
  @inline(__always) mutating func count() { bits &-= 1 }
  /// … and some take more.
  @inline(__always) mutating func charge(_ cost: Int) {
    bits &+= Int64(truncatingIfNeeded: cost &- 1) &* 0xFFFF_FFFF
  }
}

/// The interpreter's place in the predecoded code, and the operands of the instruction there.
///
/// `@safe`: ``PlasticityProcessor/interpret(untilCycle:)`` keeps it inside the code, whose register
/// numbers are 0…32 by construction.
@safe
struct Cursor {
  var place: UnsafeMutablePointer<Instruction>
  let code: UnsafeMutablePointer<Instruction>
  let x: UnsafeMutablePointer<UInt32>

  @inline(__always) var opcode: Opcode { unsafe place.pointee.opcode }
  /// `rs1`, unsigned and signed.
  @inline(__always) var a: UInt32 { unsafe x[Int(place.pointee.source1)] }
  @inline(__always) var signedA: Int32 { Int32(bitPattern: a) }
  /// `rs2`, unsigned and signed.
  @inline(__always) var b: UInt32 { unsafe x[Int(place.pointee.source2)] }
  @inline(__always) var signedB: Int32 { Int32(bitPattern: b) }
  @inline(__always) var immediate: UInt32 { UInt32(bitPattern: unsafe place.pointee.immediate) }
  @inline(__always) var signedImmediate: Int32 { unsafe place.pointee.immediate }
  @inline(__always) var rd: UInt32 {
    get { unsafe x[Int(place.pointee.destination)] }
    nonmutating set { unsafe x[Int(place.pointee.destination)] = newValue }
  }

  /// The index of the instruction.
  @inline(__always) var index: Int { unsafe place - code }
  /// The byte offset of the instruction in the SRAM.
  @inline(__always) var offset: UInt32 { UInt32(truncatingIfNeeded: index &* 4) }

  @inline(__always) mutating func advance() { unsafe place += 1 }
  /// Goes to a byte offset; ``advance()`` follows.
  @inline(__always) mutating func jump(to offset: UInt32) {
    unsafe place = code + Int(offset / 4) - 1
  }
  /// Goes to the target of a direct jump; ``advance()`` follows. Only those inside the SRAM are
  /// predecoded.
  @inline(__always) mutating func jump(_ meter: inout Meter) {
    unsafe place += Int(place.pointee.immediate >> 2) - 1
    meter.charge(CycleCosts.takenBranch)
  }
}

/// The memory as the loop sees it; `@safe` as ``Cursor``: the loop compares every offset.
@safe
struct Memory {
  let bytes: UnsafeMutableRawPointer
  let base: UInt32
  let byteCount: UInt32
  /// A store into the `guardedByteCount` bytes from `guardedStart` may change decoded code or the
  /// watched word.
  let guardedStart: UInt32
  let guardedByteCount: UInt32

  @inline(__always) func load<T: FixedWidthInteger & BitwiseCopyable>(
    _ offset: UInt32, as _: T.Type
  ) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe bytes.loadUnaligned(fromByteOffset: Int(offset), as: T.self))
  }
  @inline(__always) func store<T: FixedWidthInteger & BitwiseCopyable>(
    _ value: UInt32, _ offset: UInt32, as _: T.Type
  ) {
    unsafe bytes.storeBytes(
      of: T(truncatingIfNeeded: value), toByteOffset: Int(offset), as: T.self)
  }
  /// True if `T` at the offset is inside.
  @inline(__always) func canLoad<T: BitwiseCopyable>(_ offset: UInt32, _: T.Type) -> Bool {
    offset <= byteCount &- UInt32(MemoryLayout<T>.size)
  }
  /// True if `T` at the offset is inside and not guarded.
  @inline(__always) func canStore<T: BitwiseCopyable>(_ offset: UInt32, _: T.Type) -> Bool {
    canLoad(offset, T.self) && offset &- guardedStart >= guardedByteCount
  }
}
