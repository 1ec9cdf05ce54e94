import InstructionSet

/// A vector instruction where it lies among the predecoded ones.
///
/// Its execution passes this one pointer on; taking the fields of a ``Slot`` apart and
/// putting them together again for each call took a quarter of the time. `@safe`: made only of places
/// that outlive the instruction's execution.
@safe
struct VectorInstruction {
  let place: UnsafeMutablePointer<Slot>

  @inline(__always) init(_ place: UnsafeMutablePointer<Slot>) { unsafe self.place = place }

  @inline(__always) var operation: VectorOperation { unsafe place.pointee.operation }
  @inline(__always) var destination: UInt8 { unsafe place.pointee.destination }
  @inline(__always) var source1: UInt8 { unsafe place.pointee.source1 }
  @inline(__always) var source2: UInt8 { unsafe place.pointee.source2 }
  @inline(__always) var form: OperandForm { unsafe place.pointee.form }
  @inline(__always) var isUnmasked: Bool { unsafe place.pointee.isUnmasked }
  @inline(__always) var elementWidth: ElementWidth { unsafe place.pointee.elementWidth }
  @inline(__always) var immediate: Int32 { unsafe place.pointee.immediate }
  @inline(__always) var registerCount: Int { Int(unsafe place.pointee.immediate) }
  /// All of it.
  var slot: Slot { unsafe place.pointee }
}
