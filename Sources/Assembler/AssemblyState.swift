import InstructionSet

/// The work in progress on a program: what has been read, and what came of it.
///
/// Offsets within sections are known at once, since nothing is relaxed; addresses and symbols of
/// other files only at the end. So a first walk over the sources fills sections with bytes and with
/// notes of what is still to be computed, and ``AssemblyState/link()`` computes it.
struct AssemblyState {
  var map = SourceMap()
  var sections: [InputSection] = []
  var symbols: [Symbol] = []
  var instructions: [PendingInstruction] = []
  var data: [PendingData] = []
  /// What each statement put where, for the listing.
  var emissions: [Emission] = []
  /// Names of `.file` directives, used by `.loc`.
  var debugFiles: [String] = []
  var options: Assembler.Options
  /// Where each input section ends up; empty before the layout.
  var addresses: [Int64] = []
  /// Global symbols by name, after all files have been read.
  var globals: [String: Int] = [:]
  /// The expressions of the instructions with `%pcrel_hi`, by section and offset.
  var highParts: [Place: Expression] = [:]
  var file = FileState()

  struct Place: Hashable {
    var section: Int
    var offset: Int64
  }

  struct Emission {
    var line: Int
    var section: Int
    var start: Int
    var end: Int
  }

  init(options: Assembler.Options) { self.options = options }
}

/// What is forgotten at the end of a source file.
struct FileState {
  /// Index of the source file.
  var object = 0
  var names: [String: Int] = [:]
  var sectionIndices: [String: Int] = [:]
  var section = 0
  var previousSection = 0
  var sectionStack: [(section: Int, previous: Int)] = []
  /// How often each numeric label was defined.
  var numericLabelCounts: [UInt64: Int] = [:]
  var macros: [String: Macro] = [:]
  /// Expansions so far, for `\@`.
  var macroCount = 0
  var conditions: [Condition] = []
  var frames: [Frame] = []
  /// `.file` numbers of this source, as indices into ``AssemblyState/debugFiles``.
  var debugFileNumbers: [Int64: Int] = [:]
  /// The last `.loc`; once there is one, only such lines are in the line table.
  var location: (file: Int, line: Int)?
  var isDone = false
}

extension AssemblyState {
  // MARK: Sections

  /// Makes a section of this file current, and creates it when it is new.
  mutating func select(
    _ name: String, flags: InputSection.Flags? = nil, type: UInt32? = nil, at position: Position
  ) throws(SourceError) {
    let index: Int
    if let existing = file.sectionIndices[name] {
      index = existing
      let section = sections[existing]
      if let flags, flags != section.flags {
        throw SourceError(
          position: position, message: "section \(name) had other flags before")
      }
    } else {
      index = sections.count
      let defaults = SectionDefaults.of(name)
      sections.append(
        InputSection(
          name: name, flags: flags ?? defaults.flags, type: type ?? defaults.type,
          object: file.object))
      file.sectionIndices[name] = index
    }
    file.previousSection = file.section
    file.section = index
  }

  /// The place of the next byte.
  var here: Value { Value(Int64(sections[file.section].size), in: file.section) }

  mutating func emit(
    _ bytes: some Collection<UInt8>, isCode: Bool = false, at position: Position
  ) throws(SourceError) {
    if sections[file.section].isZeroFill {
      guard bytes.allSatisfy({ $0 == 0 }) else {
        throw SourceError(
          position: position,
          message: "section \(sections[file.section].name) holds only zeros; use .data for values")
      }
      return try emitZeros(bytes.count, at: position)
    }
    try checkRoom(bytes.count, at: position)
    sections[file.section].append(bytes, isCode: isCode)
  }

  mutating func emitZeros(_ count: Int, at position: Position) throws(SourceError) {
    try checkRoom(count, at: position)
    sections[file.section].appendZeros(count)
  }

  func checkRoom(_ count: Int, at position: Position) throws(SourceError) {
    let section = sections[file.section]
    guard count <= InputSection.maximumSize - section.size else {
      throw SourceError(
        position: position,
        message: "section \(section.name) would be larger than \(InputSection.maximumSize) bytes")
    }
  }

  // MARK: Symbols

  /// The symbol of a name in this file.
  mutating func symbolIndex(_ name: String) -> Int {
    if let index = file.names[name] { return index }
    var symbol = Symbol(name: name, object: file.object)
    symbol.isTemporary = name.hasPrefix(".L")
    symbols.append(symbol)
    file.names[name] = symbols.count - 1
    return symbols.count - 1
  }

  mutating func defineLabel(_ name: String, at position: Position) throws(SourceError) {
    let index = symbolIndex(name)
    guard !symbols[index].isDefined else { throw alreadyDefined(symbols[index], at: position) }
    symbols[index].definition = .value(here)
    symbols[index].definedAt = position
  }

  mutating func defineNumericLabel(_ number: UInt64) {
    let count = file.numericLabelCounts[number, default: 0] + 1
    file.numericLabelCounts[number] = count
    symbols[numericLabel(number, count)].definition = .value(here)
  }

  /// The `count`-th label `number:`. No source can contain its name.
  mutating func numericLabel(_ number: UInt64, _ count: Int) -> Int {
    let index = symbolIndex("\(number)\u{0}\(count)")
    symbols[index].isTemporary = true
    symbols[index].numericLabel = number
    return index
  }

  func alreadyDefined(_ symbol: Symbol, at position: Position) -> SourceError {
    let place = symbol.definedAt.map {
      " (\(map.files[map.lines[$0.line].file].path):\(map.lines[$0.line].number))"
    }
    return SourceError(
      position: position,
      message: "the symbol '\(symbol.name)' is already defined\(place ?? "")")
  }

  /// Gives a symbol the value of an expression: `.set`, `.equ`, `=`; once only with `.equiv`.
  mutating func assign(
    _ name: String, _ expression: Expression, isFinal: Bool = false, at position: Position
  ) throws(SourceError) {
    let index = symbolIndex(name)
    let symbol = symbols[index]
    guard !symbol.isDefined || symbol.isVariable && !isFinal else {
      throw alreadyDefined(symbol, at: position)
    }
    symbols[index].isVariable = true
    symbols[index].definedAt = position
    if let value = expression.constant {
      symbols[index].definition = .value(value)
    } else {
      symbols[index].definition = .expression(expression)
    }
  }
}

/// What a section is when only its name is given.
enum SectionDefaults {
  static func of(_ name: String) -> (flags: InputSection.Flags, type: UInt32) {
    func isFamily(_ family: String) -> Bool { name == family || name.hasPrefix(family + ".") }
    if isFamily(".text") || isFamily(".init") || isFamily(".fini") {
      return ([.allocate, .execute], ELFConstants.programBits)
    }
    if isFamily(".rodata") || isFamily(".srodata") {
      return ([.allocate], ELFConstants.programBits)
    }
    if isFamily(".bss") || isFamily(".sbss") {
      return ([.allocate, .write], ELFConstants.noBits)
    }
    if isFamily(".data") || isFamily(".sdata") {
      return ([.allocate, .write], ELFConstants.programBits)
    }
    return ([], ELFConstants.programBits)
  }
}
