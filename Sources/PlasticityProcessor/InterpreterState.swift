import InstructionSet

/// How far a run may go and what it has cost, in one integer, because the loop changes it with every
/// instruction.
///
/// The high 32 bits are the cycles that are left, less one, so that the sign tells when they are used
/// up; in the low 32 bits what instructions cost beyond one cycle each is added up.
struct Meter {
  private let bits: Int64

  private init(bits: Int64) { self.bits = bits }

  /// - Parameter cycles: 1 to ``maximum``.
  init(cycles: UInt64) { bits = Int64(truncatingIfNeeded: cycles &- 1) &<< 32 }

  /// Leaves room for the last instruction to overrun.
  static let maximum: UInt64 = 1 << 30

  @inline(__always) var isUsedUp: Bool { bits < 0 }
  /// Negative after an overrun.
  @inline(__always) var left: Int64 { (bits &>> 32) &+ 1 }
  var extra: Int64 { bits & 0xFFFF_FFFF }

  /// Every instruction takes one cycle …
  @inline(__always) var next: Meter { Meter(bits: bits &- (1 &<< 32)) }
  /// … and some take more.
  @inline(__always) func taking(_ cost: Int) -> Meter {
    Meter(bits: bits &- Int64(truncatingIfNeeded: cost &- 1) &* 0xFFFF_FFFF)
  }
}

/// How far the loop has come: the place of the next instruction, and what was spent.
@safe
struct Progress {
  let place: UnsafeMutablePointer<Slot>
  let meter: Meter

  @inline(__always) init(place: UnsafeMutablePointer<Slot>, meter: Meter) {
    unsafe self.place = place
    self.meter = meter
  }

  /// The instruction is done; what it takes beyond one cycle must be counted before.
  @inline(__always) var next: Self { unsafe Self(place: place + 1, meter: meter.next) }
  /// Before ``next``: it takes more than one cycle …
  @inline(__always) func taking(_ cost: Int) -> Self {
    unsafe Self(place: place, meter: meter.taking(cost))
  }
  @inline(__always) var memory: Self { taking(CycleCosts.memory) }
  @inline(__always) var multiply: Self { taking(CycleCosts.multiply) }
  @inline(__always) var divide: Self { taking(CycleCosts.divide) }
  /// … or what follows is not the next instruction, but the target of a direct jump,
  @inline(__always) func jump(_ i: ScalarOperands) -> Self {
    unsafe Self(place: i.target, meter: meter.taking(CycleCosts.takenBranch))
  }
  /// or any.
  @inline(__always) func jump(to target: UnsafeMutablePointer<Slot>) -> Self {
    unsafe Self(place: target - 1, meter: meter.taking(CycleCosts.takenBranch))
  }
}

/// Which handlers the loop follows.
protocol HandlerChoice {
  static var isFused: Bool { get }
}
/// Up to three instructions in a turn, as long as the limit is further away than that.
enum FusedInstructions: HandlerChoice { static var isFused: Bool { true } }
/// One instruction in a turn.
enum SingleInstructions: HandlerChoice { static var isFused: Bool { false } }

/// The memory as the loop sees it; `@safe` as ``ScalarOperands``: the loop compares every offset.
@safe
struct Memory {
  let bytes: UnsafeMutableRawPointer
  /// The predecoded words.
  let code: UnsafeMutablePointer<Slot>
  let base: UInt32
  let byteCount: UInt32
  /// A store into the `guardedByteCount` bytes from `guardedStart` may change decoded code or the
  /// watched word.
  let guardedStart: UInt32
  let guardedByteCount: UInt32

  /// The byte offset of a predecoded instruction, and back.
  @inline(__always) func offset(_ place: UnsafeMutablePointer<Slot>) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe (place - code) &* 4)
  }
  @inline(__always) func place(_ offset: UInt32) -> UnsafeMutablePointer<Slot> {
    unsafe code + Int(offset / 4)
  }

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
