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

  /// Functions and objects: what is global, typed or sized; if a section has none, its labels.
  private func budgetSymbols(_ output: OutputSection) -> [MemoryBudget.Symbol] {
    var isInput = [Bool](repeating: false, count: sections.count)
    for input in output.inputs { isInput[input.section] = true }
    var labels: [(address: Int64, index: Int)] = []
    var hasNamed = false
    for index in symbols.indices where !symbols[index].isTemporary && !symbols[index].isVariable {
      guard case .value(let value) = symbols[index].definition, let section = value.section,
        isInput[section]
      else { continue }
      labels.append((address(of: value), index))
      hasNamed = hasNamed || isNamed(symbols[index])
    }
    if hasNamed { labels.removeAll { !isNamed(symbols[$0.index]) } }
    labels.sort { ($0.address, $0.index) < ($1.address, $1.index) }
    var result: [MemoryBudget.Symbol] = []
    for (place, label) in labels.enumerated() {
      // Of several names for one place, the first counts.
      if place > 0, labels[place - 1].address == label.address { continue }
      let next = labels[place...].first { $0.address > label.address }?.address ?? output.end
      let size = symbols[label.index].size.flatMap { try? finalValue($0) }??.value
      let byteCount = size.map { $0 > 0 ? $0 : next - label.address } ?? next - label.address
      result.append(
        MemoryBudget.Symbol(
          name: symbols[label.index].name,
          address: UInt32(truncatingIfNeeded: label.address), byteCount: Int(byteCount)))
    }
    return result
  }

  private func isNamed(_ symbol: Symbol) -> Bool {
    symbol.binding != .local || symbol.type != 0 || symbol.size != nil
  }

  /// Refuses a program that is larger than its memory.
  mutating func checkMemory(_ outputs: [OutputSection]) {
    let end = outputs.filter(\.isLoaded).map(\.end).max() ?? 0
    let limit = memoryEnd.map(Int64.init) ?? 1 << 32
    guard end > limit else { return }
    let budget = budget(outputs)
    let start = Int64(options.textBase)
    let sections = budget.sections.map { "\($0.name) \($0.byteCount)" }
    let largest = budget.sections.flatMap(\.symbols)
      .sorted { ($1.byteCount, $0.address) < ($0.byteCount, $1.address) }
      .prefix(5).map { "\($0.name) \($0.byteCount)" }
    map.report(
      .error, at: Position(line: map.lines.count, column: 0),
      "the program does not fit: it needs \(end - start) bytes, the memory "
        + (options.memoryEnd == nil && memoryEnd != nil ? "below the mailbox " : "")
        + "has \(limit - start) (\(end - limit) too many); sections: "
        + sections.joined(separator: ", ") + "; largest: " + largest.joined(separator: ", "))
  }
}
