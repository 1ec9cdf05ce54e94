/// Which lanes an instruction writes: those below `vl` that the mask, if there is one, includes.
struct ActiveLanes {
  /// `vl`.
  let length: Int
  let isMasked: Bool
  /// v0.
  let mask: Lanes<UInt64>

  /// True if all of `count` lanes from `lane` on are active without a look at the mask.
  @inline(__always) func areAll(from lane: Int, count: Int) -> Bool {
    !isMasked && lane &+ count <= length
  }

  /// Bit k is lane 64·`index` + k.
  @inline(__always) func word(_ index: Int) -> UInt64 {
    let below = length &- index &* 64
    if below <= 0 { return 0 }
    let tail: UInt64 = below >= 64 ? .max : (1 &<< UInt64(below)) &- 1
    return isMasked ? mask[index] & tail : tail
  }

  @inline(__always) func contains(_ lane: Int) -> Bool {
    word(lane >> 6) >> UInt64(lane & 63) & 1 != 0
  }

  /// Sets a block's lanes to all ones where `count` lanes from `lane` on, at most those of a register,
  /// are active, otherwise to 0.
  @inline(never)
  func expand<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ block: Lanes<T>, from lane: Int, count: Int
  ) {
    guard isMasked else {
      // Not all of a register's lanes (see areAll), so lanes of any width can count them.
      let end = T(truncatingIfNeeded: length &- lane)
      for k in 0..<count { block[k] = T(truncatingIfNeeded: k) < end ? -1 : 0 }
      return
    }
    // As many as a register has lanes at most: a constant, so that the block lies on the stack.
    withBlock(UInt64.self, count: VectorGeometry.registerByteCount / 8) { bytes in
      for k in 0..<(count / 8) {
        let position = lane &+ 8 &* k
        bytes[k] = Self.spread(word(position >> 6) &>> UInt64(position & 63) & 0xFF)
      }
      let flags = bytes.reinterpreted(as: Int8.self)
      for i in 0..<count { block[i] = T(truncatingIfNeeded: flags[i]) }
    }
  }

  /// Eight bits to eight bytes of all zeros or all ones.
  @inline(__always) static func spread(_ bits: UInt64) -> UInt64 {
    let single = (bits &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
    let top = (single &+ 0x7F7F_7F7F_7F7F_7F7F) & 0x8080_8080_8080_8080
    return (top &>> 7) &* 0xFF
  }

  /// Eight bytes of 0 or 1 to eight bits.
  @inline(__always) static func gather(_ bytes: UInt64) -> UInt64 {
    (bytes &* 0x0102_0408_1020_4080) &>> 56
  }

  /// Calls `body` with each active lane from `start` on, lowest first.
  @inline(__always) func forEach(from start: Int = 0, _ body: (Int) -> Void) {
    if !isMasked {
      var lane = start
      while lane < length {
        body(lane)
        lane &+= 1
      }
      return
    }
    var index = start >> 6
    while index &* 64 < length {
      var bits = word(index)
      if index == start >> 6 { bits &= UInt64.max &<< UInt64(start & 63) }
      while bits != 0 {
        body(index &* 64 &+ bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
      index &+= 1
    }
  }

  /// Writes the bits of a mask result: active ones change, others stay.
  func writeMask(_ destination: Lanes<UInt64>, _ bits: Lanes<UInt64>) {
    var index = 0
    while index &* 64 < length {
      let active = word(index)
      destination[index] = destination[index] & ~active | bits[index] & active
      index &+= 1
    }
  }
}
