/// One element of a vector register: a signed integer of 8, 16 or 32 bits.
///
/// Operations are generic over lanes; the compiler specializes each for the three widths.
package protocol Lane: FixedWidthInteger, SignedInteger, BitwiseCopyable
where Magnitude: BitwiseCopyable {
  /// Twice as wide: holds every sum and every product of two lanes.
  associatedtype Wide: FixedWidthInteger & SignedInteger & BitwiseCopyable
}

extension Int8: Lane { package typealias Wide = Int16 }
extension Int16: Lane { package typealias Wide = Int32 }
extension Int32: Lane { package typealias Wide = Int64 }

extension Lane {
  /// The same bits, read as an unsigned number.
  @inline(__always) var unsigned: Magnitude { Magnitude(truncatingIfNeeded: self) }
  /// Sign-extended.
  @inline(__always) var wide: Wide { Wide(truncatingIfNeeded: self) }
  /// Zero-extended.
  @inline(__always) var unsignedWide: Wide { Wide(truncatingIfNeeded: unsigned) }
  /// How many lanes fit into one register.
  @inline(__always) static var perRegister: Int {
    VectorGeometry.registerByteCount / MemoryLayout<Self>.size
  }
}

/// The size of the vector registers.
package enum VectorGeometry {
  /// VLEN.
  package static let registerBitCount = 1024
  /// VLENB.
  package static let registerByteCount = 128
  package static let registerCount = 32
  /// The widest element, ELEN.
  package static let elementBitCountMax = 32
  /// A group of eight registers.
  package static let groupByteCountMax = 8 * registerByteCount
  /// VLMAX at e8, m8.
  package static let laneCountMax = groupByteCountMax
}

/// Lanes in the vector registers or in one block of scratch memory.
///
/// `@safe` promises that whoever makes one has checked that its lanes exist: the legality rules of
/// ``RegisterGroups`` keep every group inside the 32 registers.
@safe
struct Lanes<T: BitwiseCopyable> {
  let base: UnsafeMutablePointer<T>

  @inline(__always) init(_ bytes: UnsafeMutableRawPointer) {
    unsafe base = bytes.assumingMemoryBound(to: T.self)
  }
  @inline(__always) init(_ base: UnsafeMutablePointer<T>) { unsafe self.base = base }

  @inline(__always) subscript(_ index: Int) -> T {
    get { unsafe base[index] }
    nonmutating set { unsafe base[index] = newValue }
  }

  /// The lanes from `index` on.
  @inline(__always) func from(_ index: Int) -> Lanes<T> { unsafe Lanes(base + index) }

  /// The same bytes as lanes of another width.
  @inline(__always) func reinterpreted<U: BitwiseCopyable>(as _: U.Type) -> Lanes<U> {
    unsafe Lanes<U>(UnsafeMutableRawPointer(base))
  }

  /// Copies `count` lanes, which do not overlap with these.
  @inline(__always) func copy(_ other: Lanes<T>, count: Int) {
    unsafe base.update(from: other.base, count: count)
  }
  /// Copies `count` lanes, which may overlap with these.
  @inline(__always) func move(_ other: Lanes<T>, count: Int) {
    unsafe UnsafeMutableRawPointer(base).copyMemory(
      from: other.base, byteCount: count * MemoryLayout<T>.stride)
  }

  @inline(__always) func fill(_ value: T, count: Int) {
    unsafe base.update(repeating: value, count: count)
  }
}

/// Gives `body` scratch lanes on the stack.
///
/// Kernels compute a whole register into such a block and then copy it: the optimizer knows that a
/// block overlaps with nothing, so it vectorizes without run-time overlap checks, which would send
/// the frequent `vd == vs2` down the scalar loop.
@inline(__always)
func withBlock<T: BitwiseCopyable>(_: T.Type, count: Int, _ body: (Lanes<T>) -> Void) {
  unsafe withUnsafeTemporaryAllocation(of: T.self, capacity: count) {
    unsafe body(Lanes($0.baseAddress!))
  }
}
