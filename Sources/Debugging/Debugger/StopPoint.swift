package import ChipGeometry

/// Something that shall stop the program.
package struct StopPoint: Sendable {
  package enum Kind: Hashable, Sendable {
    /// The instruction at the address is next.
    case breakpoint(UInt32)
    case memory(MemoryRange, MemoryAccessKind)
    case register(RegisterReference)
    case event(EventPattern)
  }

  /// From 1; how a person names it.
  package let number: Int
  package let kind: Kind
  /// As the person wrote it.
  package let text: String
  package var isEnabled = true
  /// Goes away with its first hit.
  package var isTemporary = false
  /// It only stops the program while this is not 0.
  package var condition: String?
  package var hitCount = 0
}

package struct MemoryRange: Hashable, Sendable {
  package let address: UInt32
  package let byteCount: Int

  package init(address: UInt32, byteCount: Int) {
    (self.address, self.byteCount) = (address, byteCount)
  }

  /// Whether `byteCount` bytes from `address` on have one in common with this.
  package func overlaps(_ address: UInt32, byteCount: Int) -> Bool {
    let distance = Int(address &- self.address)
    return distance < self.byteCount || Int(self.address &- address) < byteCount
  }
}

/// When a watched place stops the program.
package enum MemoryAccessKind: Hashable, Sendable {
  /// Its value has changed.
  case change
  /// It is read.
  case read
  /// It is read or written.
  case access
}

/// A register of the subject.
package enum RegisterReference: Hashable, Sendable {
  case integer(Int)
  case vector(Int)
  case control(UInt16)
  case programCounter
}

/// Why the program stands still.
package enum StopCause: Equatable, Sendable {
  /// What was asked for is done.
  case done
  case breakpoint(number: Int)
  /// The instruction at `writer` has changed what is watched.
  case changed(number: Int, old: [UInt8], new: [UInt8], writer: UInt32)
  /// The instruction at `place` has read or written what is watched.
  case accessed(number: Int, isWrite: Bool, place: UInt32)
  case event(number: Int, SpikeEvent)
  /// The person has interrupted it.
  case interrupted
  /// The program has come to its end.
  case over(ProgramEnd)
  /// There is nothing before: the program, or its history since an edit, begins here.
  case beginning
}

/// How a program has ended.
package enum ProgramEnd: Equatable, Sendable {
  case stopped(ExecutionStop)
  /// The program's host had something to complain about.
  case failed(String)
}
