import InstructionSet

/// The predecoded words, and the stores that must look at them.
extension PlasticityProcessor {
  /// Decodes the word at an offset inside the SRAM and remembers the result.
  mutating func decode(offset: Int) -> Instruction {
    let word = unsafe sram.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    let instruction = Decoder.decode(word)
    if decodedRange.isEmpty {
      decodedRange = offset..<(offset + 4)
    } else {
      decodedRange =
        min(decodedRange.lowerBound, offset)..<max(decodedRange.upperBound, offset + 4)
    }
    updateGuardedRange()
    let index = offset / 4
    unsafe code[index] =
      Slot(hasReachableTarget(instruction, at: offset) ? instruction : .illegal(0))
    // What was remembered belonged to another word.
    unsafe groupsOfCode[index].key = VectorState.noKey
    for first in max(0, index - Slot.fusedCountMax + 1)...index {
      unsafe code[first].fuse(code[first + 1], code[first + 2])
    }
    return instruction
  }

  /// False for a direct jump or branch out of the SRAM or to a misaligned address: the interpreter
  /// need not compare the targets of others.
  private func hasReachableTarget(_ instruction: Instruction, at offset: Int) -> Bool {
    switch instruction.opcode {
    case .jal, .beq, .bne, .blt, .bge, .bltu, .bgeu:
      let target = offset + Int(instruction.immediate)
      return instruction.immediate & 3 == 0 && target >= 0 && target < sramByteCount
    default:
      return true
    }
  }

  /// The word of a predecoded instruction.
  func word(of place: UnsafeMutablePointer<Slot>) -> UInt32 {
    unsafe sram.loadUnaligned(fromByteOffset: (place - code) * 4, as: UInt32.self)
  }

  // MARK: Stores

  /// The address of a word of the SRAM whose writing ends a run: as soon as an instruction has stored
  /// there and the word is not zero, the run stops with ``StopReason/watchedStore(value:)``.
  public var watchedAddress: UInt32? {
    get { watchedOffset.map { sramBase &+ UInt32(truncatingIfNeeded: $0) } }
    set {
      precondition(newValue.map { isInSRAM($0, byteCount: 4) } ?? true, "it is not in the SRAM")
      watchedOffset = newValue.map { Int($0 &- sramBase) }
      updateGuardedRange()
    }
  }

  private mutating func updateGuardedRange() {
    guard let watchedOffset else {
      guardedRange = decodedRange
      return
    }
    let watched = watchedOffset..<(watchedOffset + 4)
    guardedRange =
      decodedRange.isEmpty
      ? watched
      : min(
        decodedRange.lowerBound, watched.lowerBound)..<max(
          decodedRange.upperBound, watched.upperBound)
  }

  /// Must follow every store of the program: forgets the decoding of words that have been written,
  /// and looks at the watched word.
  @inline(__always)
  mutating func noteStore(offset: Int, byteCount: Int) {
    guard offset < guardedRange.upperBound, offset + byteCount > guardedRange.lowerBound else {
      return
    }
    forgetDecoding(offset: offset, byteCount: byteCount)
    if let watchedOffset, offset < watchedOffset + 4, offset + byteCount > watchedOffset {
      let word = unsafe sram.loadUnaligned(fromByteOffset: watchedOffset, as: UInt32.self)
      if word != 0 { hasHitWatch = true }
    }
  }

  /// Forgets the decoding of words that have been written by anybody.
  @inline(never)
  mutating func forgetDecoding(offset: Int, byteCount: Int) {
    let first = max(offset, decodedRange.lowerBound) / 4
    let end = (min(offset + byteCount, decodedRange.upperBound) + 3) / 4
    guard first < end else { return }
    for index in first..<end { unsafe code[index] = Slot(.illegal(0)) }
    for index in max(0, first - Slot.fusedCountMax + 1)..<first { unsafe code[index].separate() }
  }

  /// What the run must stop for, if the last instruction has written the watched word.
  @inline(__always)
  mutating func takeWatchStop() -> StopReason? {
    guard hasHitWatch, let watchedOffset else { return nil }
    hasHitWatch = false
    return .watchedStore(
      value: unsafe sram.loadUnaligned(fromByteOffset: watchedOffset, as: UInt32.self))
  }
}
