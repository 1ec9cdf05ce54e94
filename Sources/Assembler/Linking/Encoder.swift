import InstructionSet

extension AssemblyState {
  /// Makes the words of all instructions.
  mutating func encodeInstructions() {
    for instruction in instructions {
      for operand in instruction.operands {
        if case .number(let expression, .programCounterHigh) = operand.content {
          let place = Place(section: instruction.section, offset: Int64(instruction.offset))
          highParts[place] = expression
        }
      }
    }
    for instruction in instructions {
      do {
        guard let word = try word(instruction) else { continue }
        for (index, byte) in Self.bytes(Int64(word), 4).enumerated() {
          sections[instruction.section].bytes[instruction.offset + index] = byte
        }
      } catch {
        map.report(error)
      }
    }
  }

  /// Nil: a symbol is undefined, which has been said.
  private func word(_ instruction: PendingInstruction) throws(SourceError) -> UInt32? {
    var operands: [Operand] = []
    for (index, operand) in instruction.operands.enumerated() {
      guard let operand = try value(operand, at: index, of: instruction) else { return nil }
      operands.append(operand)
    }
    let error: EncodingError
    do {
      return try instruction.row.encode(operands)
    } catch let failure {
      error = failure
    }
    let index = error.operandIndex
    let isOperand = index < instruction.operands.count
    throw SourceError(
      position: isOperand ? instruction.operands[index].position : instruction.position,
      message: unreachable(instruction, operands, index) ?? error.description)
  }

  private func value(
    _ operand: ParsedOperand, at index: Int, of instruction: PendingInstruction
  ) throws(SourceError) -> Operand? {
    switch operand.content {
    case .fixed(let operand): return operand
    case .number(let expression, let modifier):
      let slots = instruction.row.operands
      let isTarget = index < slots.count && slots[index].kind == .target
      return try number(expression, modifier, instruction, isTarget: isTarget)
        .map { .immediate($0) }
    case .address(let expression, let modifier, let base):
      return try number(expression, modifier, instruction, isTarget: false)
        .map { .address(offset: $0, base: base) }
    }
  }

  private func number(
    _ expression: Expression, _ modifier: ParsedOperand.Modifier?,
    _ instruction: PendingInstruction, isTarget: Bool
  ) throws(SourceError) -> Int64? {
    guard let (value, isPlace) = try finalValue(expression) else { return nil }
    let counter = addresses[instruction.section] + Int64(instruction.offset)
    switch modifier {
    case nil:
      if isTarget { return isPlace ? value &- counter : value }
      guard !isPlace else {
        throw SourceError(
          position: expression.position,
          message: "an address does not fit into this instruction; use la, or %hi and %lo")
      }
      return value
    case .high: return Self.high(value)
    case .low: return Self.low(value)
    case .programCounterHigh: return Self.high(value &- counter)
    case .lowOfPrevious: return Self.low(value &- (counter - 4))
    case .programCounterLow:
      guard let label = try evaluate(expression), let section = label.section,
        let target = highParts[Place(section: section, offset: label.offset)]
      else {
        throw SourceError(
          position: expression.position,
          message: "%pcrel_lo needs the label of an instruction with %pcrel_hi")
      }
      return try finalValue(target).map { Self.low($0.value &- value) }
    }
  }

  /// The upper 20 bits of an address whose lower 12 bits will be added with their sign.
  private static func high(_ value: Int64) -> Int64 { ((value &+ 0x800) >> 12) & 0xF_FFFF }

  private static func low(_ value: Int64) -> Int64 { ((value & 0xFFF) ^ 0x800) - 0x800 }

  /// What to do about a target that is too far away.
  private func unreachable(
    _ instruction: PendingInstruction, _ operands: [Operand], _ index: Int
  ) -> String? {
    let row = instruction.row
    guard index < row.operands.count, row.operands[index].kind == .target,
      case .immediate(let distance) = operands[index], distance & 1 == 0
    else { return nil }
    let range = row.operands[index].range
    let remedy =
      row.mnemonic == "jal"
      ? "use call or tail" : "branch on the opposite condition over a j to the target"
    return "the target is \(distance) bytes away, \(row.mnemonic) reaches \(range.lowerBound) to "
      + "\(range.upperBound): \(remedy)"
  }
}
