import ChipGeometry

/// Where the program's memory goes.
public struct MemoryBudget: Sendable, Equatable {
  public struct Section: Sendable, Equatable {
    public let name: String
    public let address: UInt32
    public let byteCount: Int
    /// By address; what lies outside all of them is not listed.
    public let symbols: [Symbol]
  }

  public struct Symbol: Sendable, Equatable {
    public let name: String
    public let address: UInt32
    /// As `.size` says, or else up to the next one.
    public let byteCount: Int
  }

  /// The loaded sections, by address.
  public let sections: [Section]
  /// The address of the first byte.
  public let start: UInt32
  /// The address after the last byte.
  public let end: UInt32
  /// The address where the program must end; nil if only the address space ends it.
  public let limit: UInt32?

  /// Bytes from the first to the last, gaps included.
  public var need: Int { Int(end) - Int(start) }
  /// Bytes that there are; nil if only the address space ends them.
  public var have: Int? { limit.map { Int($0) - Int(start) } }
  /// Bytes left, for the stack; nil if only the address space ends them.
  public var free: Int? { have.map { $0 - need } }
}

extension AssemblyState {
  /// The end of the memory that the program may fill.
  var memoryEnd: UInt32? {
    options.memoryEnd
      ?? (options.textBase < AddressMap.sram.end ? AddressMap.mailbox.base : nil)
  }

  func budget(_ outputs: [OutputSection]) -> MemoryBudget {
    let loaded = outputs.filter { $0.isLoaded && $0.size > 0 }
    let start = Int64(options.textBase)
    return MemoryBudget(
      sections: loaded.map { output in
        MemoryBudget.Section(
          name: output.name, address: UInt32(truncatingIfNeeded: output.address),
          byteCount: output.size, symbols: budgetSymbols(output))
      },
      start: options.textBase,
      end: UInt32(clamping: loaded.map(\.end).max() ?? start), limit: memoryEnd)
  }

  /// What has a name: each as long as `.size` says, or else up to the next one.
  private func budgetSymbols(_ output: OutputSection) -> [MemoryBudget.Symbol] {
    var isInput = [Bool](repeating: false, count: sections.count)
    for input in output.inputs { isInput[input.section] = true }
    var labels: [(address: Int64, index: Int)] = []
    for index in symbols.indices where !symbols[index].isTemporary && !symbols[index].isVariable {
      guard case .value(let value) = symbols[index].definition, let section = value.section,
        isInput[section]
      else { continue }
      labels.append((address(of: value), index))
    }
    labels.sort { ($0.address, $0.index) < ($1.address, $1.index) }
    var result: [MemoryBudget.Symbol] = []
    // Labels inside a function or an object whose size is known are part of it.
    var covered = Int64.min
    for (place, label) in labels.enumerated() where label.address >= covered {
      let size = symbols[label.index].size.flatMap { try? finalValue($0) }??.value ?? 0
      // Of several names for one place, one with a size counts, or else the first.
      let others = labels[place...].prefix { $0.address == label.address }
      if size <= 0, others.contains(where: { symbols[$0.index].size != nil }) { continue }
      let next = labels[place...].first { $0.address > label.address }?.address ?? output.end
      if size <= 0, next == label.address { continue }
      let byteCount = size > 0 ? size : next - label.address
      covered = label.address + byteCount
      result.append(
        MemoryBudget.Symbol(
          name: symbols[label.index].name,
          address: UInt32(truncatingIfNeeded: label.address), byteCount: Int(byteCount)))
    }
    return result
  }

  /// Refuses a program that is larger than its memory.
  mutating func checkMemory(_ outputs: [OutputSection]) {
    let end = outputs.filter(\.isLoaded).map(\.end).max() ?? 0
    let limit = memoryEnd.map(Int64.init) ?? 1 << 32
    guard end > limit else { return }
    let budget = budget(outputs)
    let start = Int64(options.textBase)
    let all = budget.sections.flatMap(\.symbols)
    let sections = budget.sections.map { "\($0.name) \($0.byteCount)" }
    let largest = all.sorted { ($1.byteCount, $0.address) < ($0.byteCount, $1.address) }
      .prefix(5).map { "\($0.name) \($0.byteCount)" }
    let crossing = all.first { Int64($0.address) + Int64($0.byteCount) > limit }
    let section = outputs.first { $0.isLoaded && $0.end > limit }
    map.report(
      .error, at: positionBeyond(limit, section) ?? Position(line: 0, column: 0),
      "the program does not fit: it needs \(end - start) bytes, the memory "
        + (options.memoryEnd == nil && memoryEnd != nil ? "below the mailbox " : "")
        + "has \(limit - start) (\(end - limit) too many); "
        + (crossing.map { "\($0.name) (\($0.byteCount) bytes) is the first beyond it; " } ?? "")
        + "sections: " + sections.joined(separator: ", ")
        + (largest.isEmpty ? "" : "; largest: " + largest.joined(separator: ", ")))
  }

  /// The first statement of a section whose bytes lie beyond an address.
  private func positionBeyond(_ limit: Int64, _ output: OutputSection?) -> Position? {
    guard let output else { return nil }
    for input in output.inputs {
      let start = addresses[input.section]
      guard start + Int64(sections[input.section].size) > limit else { continue }
      for emission in emissions
      where emission.section == input.section && start + Int64(emission.end) > limit {
        return Position(
          line: emission.line, column: map.lines[emission.line].statementColumn)
      }
      // Of .comm there is only the symbol.
      for symbol in symbols {
        guard case .value(let value) = symbol.definition, value.section == input.section,
          let size = symbol.size?.constant?.offset, address(of: value) + size > limit,
          let position = symbol.definedAt
        else { continue }
        return position
      }
    }
    return nil
  }
}
