import ChipGeometry

/// The finished program, before it becomes a file.
struct LinkedProgram {
  var sections: [OutputSection]
  var entry: UInt32
}

extension AssemblyState {
  /// Resolves names, gives addresses, and makes the words that were put off. Nil: errors were found.
  mutating func link() -> LinkedProgram? {
    collectGlobals()
    var outputs = layOut()
    provideLayoutSymbols(outputs)
    reportUndefinedSymbols()
    checkMemory(outputs)
    guard options.textBase % 4 == 0 else {
      map.report(
        .error, at: Position(line: map.lines.count, column: 0),
        "the text base \(options.textBase) is not a multiple of 4")
      return nil
    }
    encodeInstructions()
    patchData()
    guard map.errorCount == 0 else { return nil }
    for index in outputs.indices { outputs[index].bytes = contents(of: outputs[index]) }
    let start = globals["_start"] ?? symbols.indices.first { symbols[$0].name == "_start" }
    let entry = start.flatMap { address(ofSymbol: $0) } ?? outputs[0].address
    review(entry: entry)
    return LinkedProgram(sections: outputs, entry: UInt32(truncatingIfNeeded: entry))
  }

  // MARK: Symbols

  private mutating func collectGlobals() {
    for index in symbols.indices where symbols[index].binding != .local && symbols[index].isDefined
    {
      let symbol = symbols[index]
      guard let other = globals[symbol.name], symbols[other].binding == symbol.binding else {
        // A global one wins over a weak one.
        if globals[symbol.name] == nil || symbol.binding == .global {
          globals[symbol.name] = index
        }
        continue
      }
      guard symbol.binding == .global, let position = symbol.definedAt else { continue }
      map.report(alreadyDefined(symbols[other], at: position))
    }
  }

  /// The symbols that `firmware/chip.ld` provides, for those who use them.
  private mutating func provideLayoutSymbols(_ outputs: [OutputSection]) {
    let bss = outputs.first { $0.name == ".bss" }
    provide("__bss_start", bss?.address ?? 0)
    provide("__bss_end", bss?.end ?? 0)
    provide("_end", bss?.end ?? 0)
    provide("__stack_top", Int64(ProgramInterface.stackTop))
  }

  private mutating func provide(_ name: String, _ value: Int64) {
    guard globals[name] == nil,
      symbols.contains(where: { $0.name == name && !$0.isDefined })
    else { return }
    var symbol = Symbol(name: name, object: 0)
    symbol.definition = .value(Value(value))
    symbol.binding = .global
    symbols.append(symbol)
    globals[name] = symbols.count - 1
  }

  private mutating func reportUndefinedSymbols() {
    let definedNames = Set(symbols.lazy.filter(\.isDefined).map(\.name))
    for index in symbols.indices {
      let symbol = symbols[index]
      guard !symbol.isDefined, globals[symbol.name] == nil, let use = symbol.usedAt else {
        continue
      }
      if symbol.binding == .weak {
        symbols[index].definition = .value(Value(0))
        continue
      }
      // What was said about this place is enough.
      if map.hasError(at: use) { continue }
      let isElsewhere = definedNames.contains(symbol.name)
      map.report(
        .error, at: use,
        "undefined symbol '\(symbol.name)'"
          + (isElsewhere ? "; another file defines it, without .globl" : ""))
    }
  }

  /// The number that an expression comes to, an address if it is a place. Nil: said before.
  func finalValue(_ expression: Expression) throws(SourceError) -> (value: Int64, isPlace: Bool)? {
    guard let value = try evaluate(expression) else { return nil }
    return (address(of: value), value.section != nil)
  }

  func address(of value: Value) -> Int64 {
    value.offset &+ (value.section.map { addresses[$0] } ?? 0)
  }

  func address(ofSymbol index: Int) -> Int64? {
    (try? finalValue(Expression(.symbol(index), at: Position(line: 0, column: 0))))?.value
  }

  // MARK: Data

  private mutating func patchData() {
    for item in data {
      do {
        guard let (value, _) = try finalValue(item.expression) else { continue }
        let position = item.expression.position
        let bytes = Self.bytes(
          try Self.checked(value, item.byteCount, at: position), item.byteCount)
        for (index, byte) in bytes.enumerated() {
          sections[item.section].bytes[item.offset + index] = byte
        }
      } catch {
        map.report(error)
      }
    }
  }
}
