import InstructionSet

extension DifferentialGenerator {
  /// lg2 of the registers per group of each operand; 0 for masks and single elements.
  private struct Shape {
    var destination: Int
    var source1: Int
    var source2: Int
    /// False when the width of an operand does not exist.
    var isPossible = true

    /// True when every group has a legal length.
    var isLegal: Bool {
      isPossible && [destination, source1, source2].allSatisfy { (-3...3).contains($0) }
    }
  }

  private func shape(_ i: Instruction) -> Shape {
    let m = multiplier
    let memory = Int(i.elementWidth.rawValue) - width + m
    var shape = Shape(destination: m, source1: m, source2: m)
    switch i.operation {
    case .vle, .vse, .vlse, .vsse: shape = Shape(destination: memory, source1: 0, source2: 0)
    case .vluxei, .vloxei, .vsuxei, .vsoxei: shape.source2 = memory
    case .vlr, .vsr, .vmvr:
      let count = i.registerCount.trailingZeroBitCount
      shape = Shape(destination: count, source1: 0, source2: count)
    case .vwaddu, .vwadd, .vwsubu, .vwsub, .vwmul, .vwmulu, .vwmulsu, .vwmaccu, .vwmacc,
      .vwmaccsu, .vwmaccus:
      shape.destination = m + 1
      if i.form == .wv || i.form == .wx { shape.source2 = m + 1 }
      shape.isPossible = width < 2
    case .vnsrl, .vnsra, .vnclipu, .vnclip:
      shape.source2 = m + 1
      shape.isPossible = width < 2
    case .vzext, .vsext:
      shape.source2 = i.form == .vf2 ? m - 1 : m - 2
      shape.isPossible = width >= (i.form == .vf2 ? 1 : 2)
    case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt:
      shape.destination = 0
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax:
      shape = Shape(destination: 0, source1: 0, source2: m)
    case .vwredsumu, .vwredsum:
      shape = Shape(destination: 0, source1: 0, source2: m, isPossible: width < 2)
    case .vlm, .vsm, .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor, .vcpop,
      .vfirst, .vmsbf, .vmsif, .vmsof, .vmvXS, .vmvSX:
      shape = Shape(destination: 0, source1: 0, source2: 0)
    case .viota, .vid: shape = Shape(destination: m, source1: 0, source2: 0)
    case .vrgatherei16: shape.source1 = 1 - width + m
    case .vcompress: shape.source1 = 0
    default: break
    }
    return shape
  }

  private mutating func group(_ logarithm: Int) -> Int {
    let count = 1 << min(max(logarithm, 0), 3)
    return below(32 / count) * count
  }

  private static func overlap(_ a: Int, _ aLogarithm: Int, _ b: Int, _ bLogarithm: Int) -> Bool {
    a < b + 1 << max(bLogarithm, 0) && b < a + 1 << max(aLogarithm, 0)
  }

  /// Destination, source 1, source 2: disjoint and at multiples of their lengths.
  private mutating func plainRegisters(_ shape: Shape, isMasked: Bool) -> (Int, Int, Int) {
    while true {
      let (d, a, b) = (group(shape.destination), group(shape.source1), group(shape.source2))
      let isPlain =
        !Self.overlap(d, shape.destination, a, shape.source1)
        && !Self.overlap(d, shape.destination, b, shape.source2) && !(isMasked && d == 0)
      if isPlain { return (d, a, b) }
    }
  }

  /// Appends one vector instruction, and before it what it needs.
  mutating func vector() {
    let row = pick(Self.vectorRows)
    let shape = shape(Decoder.decode(row.match))
    guard shape.isLegal || isOnce(in: 10) else { return }
    append(row, shape, isPlain: below(6) > 1)
  }

  /// Appends one form of an instruction, with registers that do not overlap; a vector type under
  /// which it is illegal makes it trap.
  mutating func vector(_ row: InstructionRow, isMasked: Bool) {
    let shape = shape(Decoder.decode(row.match))
    append(row, shape, isPlain: true, isMasked: isMasked)
  }

  /// A load or store that is resumed in the middle, as after a trap.
  mutating func restartedMemory() {
    let row = pick(Self.vectorRows.filter { $0.match & 0x7F != 0x57 })
    let instruction = Decoder.decode(row.match)
    let shape = shape(instruction)
    let count: Int =
      switch instruction.operation {
      case .vlm, .vsm: (length + 7) / 8
      case .vlr: 128 * instruction.registerCount / instruction.elementWidth.byteCount
      case .vsr: 128 * instruction.registerCount
      default: length
      }
    guard shape.isLegal, count > 0 else { return }
    append(row, shape, isPlain: true, start: below(min(count, 32)))
    body.append(0x0080_5073)
  }

  private mutating func append(
    _ row: InstructionRow, _ shape: Shape, isPlain: Bool, start: Int? = nil,
    isMasked wantsMask: Bool? = nil
  ) {
    var word = row.match | UInt32(truncatingIfNeeded: random.next()) & ~row.mask
    if let wantsMask {
      word = word & ~(1 << 25 & ~row.mask) | (wantsMask ? 0 : 1 << 25 & ~row.mask)
    }
    let isMasked = word >> 25 & 1 == 0
    var registers = plainRegisters(shape, isMasked: isMasked)
    if !isPlain {
      // Overlaps, legal or not, and registers that begin no group.
      switch below(3) {
      case 0: registers = (below(32), below(32), below(32))
      case 1: registers.0 = registers.2 + below(2 << max(shape.source2, 0))
      default: registers.0 = registers.1 + below(2 << max(shape.source1, 0))
      }
    }
    let instruction = Decoder.decode(row.match)
    if instruction.operation == .vmvr && isIllegal { return }
    for slot in row.operands {
      switch slot.name {
      case "vd", "vs3": Self.set(&word, 7, UInt32(registers.0 & 31), row)
      case "vs1": Self.set(&word, 15, UInt32(registers.1), row)
      case "vs2": Self.set(&word, 20, UInt32(registers.2), row)
      case "rd": Self.set(&word, 7, isOnce(in: 16) ? 0 : freeRegister(), row)
      default: break
      }
    }
    if instruction.operation == .vslideup || instruction.operation == .vslidedown,
      instruction.form == .vx, isOnce(in: 2)
    {
      let offset = freeRegister()
      loadImmediate(UInt32(below(length + 3)), into: offset)
      Self.set(&word, 15, offset, row)
    }
    if word & 0x7F != 0x57 { prepareMemory(&word, row, instruction, shape) }
    if let start { body.append(UInt32(0x0080_5073 | start << 15)) }
    body.append(word)
    vectorInstructionCount += 1
  }

  private static func set(
    _ word: inout UInt32, _ bit: UInt32, _ value: UInt32, _ row: InstructionRow
  ) {
    word = word & ~(31 << bit) | value << bit
    word = word & ~row.mask | row.match
  }

  /// Sets up addresses, strides and indices so that every access stays in the scratch area.
  private mutating func prepareMemory(
    _ word: inout UInt32, _ row: InstructionRow, _ i: Instruction, _ shape: Shape
  ) {
    var base: UInt32 = 0
    switch i.operation {
    case .vlse, .vsse:
      let steps = max(length - 1, 0)
      let limit = min(1500 / max(steps, 1), 200)
      let distance = below(2 * limit + 1) - limit
      base = scratchAddress(
        max(distance, 0) * steps + 4, before: max(-distance, 0) * steps)
      let stride = freeRegister(except: base)
      loadImmediate(UInt32(bitPattern: Int32(distance)), into: stride)
      Self.set(&word, 20, isOnce(in: 8) ? 0 : stride, row)
    case .vluxei, .vloxei, .vsuxei, .vsoxei:
      if i.elementWidth != .e8 && !isIllegal && shape.isLegal {
        // The indices become smaller than 1024; VLMAX is the same in both vector types.
        let indexType = UInt32(i.elementWidth.rawValue) << 3 | UInt32(shape.source2 & 7)
        body.append(indexType << 20 | 0x7057)
        let limit = freeRegister()
        loadImmediate(1023, into: limit)
        let indices = word >> 20 & 31
        body.append(0x2600_4057 | indices << 20 | limit << 15 | indices << 7)
        body.append(type << 20 | 0x7057)
      }
      base = scratchAddress(1028)
    default: base = scratchAddress(1024)
    }
    Self.set(&word, 15, base, row)
  }
}
