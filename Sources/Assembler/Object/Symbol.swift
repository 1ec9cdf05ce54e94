import InstructionSet

/// A name of the program: a label, a constant, or a name that another file must define.
struct Symbol {
  enum Definition {
    case undefined
    case value(Value)
    /// Of `.set` and its kin, where the value is not known yet.
    case expression(Expression)
  }

  enum Binding { case local, global, weak }

  var name: String
  var definition = Definition.undefined
  var binding = Binding.local
  /// Whether `.globl`, `.local` or `.weak` said so.
  var isBindingDeclared = false
  /// Set by `.set`, `.equ` or `=`, and so open to another value.
  var isVariable = false
  /// `1:` and `.L…`, which do not outlive the assembly.
  var isTemporary = false
  /// Of the label `1:` and the like.
  var numericLabel: UInt64?
  /// ELF symbol type: 0 none, 1 object, 2 function.
  var type: UInt8 = 0
  var size: Expression?
  /// Where it was defined, and first used.
  var definedAt: Position?
  var usedAt: Position?
  /// Index of the source file.
  var object: Int

  var isDefined: Bool {
    if case .undefined = definition { return false }
    return true
  }
}

/// What one source file contributes to one section.
struct InputSection {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt32
    static let write = Flags(rawValue: 1)
    static let allocate = Flags(rawValue: 2)
    static let execute = Flags(rawValue: 4)
    static let merge = Flags(rawValue: 0x10)
    static let strings = Flags(rawValue: 0x20)
  }

  /// An instruction and the line that a debugger shows for it.
  struct LineEntry {
    var offset: Int
    /// Index into ``SourceMap/files``, or of a `.file` directive.
    var file: Int
    var line: Int
  }

  var name: String
  var flags: Flags
  /// Holds zeros that take no place in the file.
  var isZeroFill: Bool
  /// ELF section type.
  var type: UInt32
  var object: Int
  var alignment = 1
  /// Without zero-fill sections' contents.
  var bytes: [UInt8] = []
  private(set) var zeroCount = 0
  var lines: [LineEntry] = []
  /// Where instructions begin and where data begin, for disassemblers.
  var mappings: [(offset: Int, isCode: Bool)] = []

  /// Bytes so far.
  var size: Int { isZeroFill ? zeroCount : bytes.count }

  /// No program that any processor here runs has a section larger than this.
  static let maximumSize = 1 << 26

  init(name: String, flags: Flags, type: UInt32, object: Int) {
    self.name = name
    self.flags = flags
    self.type = type
    self.object = object
    isZeroFill = type == ELFConstants.noBits
  }

  mutating func append(_ more: some Collection<UInt8>, isCode: Bool) {
    mark(isCode)
    bytes.append(contentsOf: more)
  }

  mutating func appendZeros(_ count: Int) {
    if isZeroFill {
      zeroCount += count
    } else {
      mark(false)
      bytes.append(contentsOf: repeatElement(0, count: count))
    }
  }

  private mutating func mark(_ isCode: Bool) {
    if mappings.last?.isCode == isCode { return }
    if mappings.last?.offset == size { mappings.removeLast() }
    if mappings.last?.isCode != isCode { mappings.append((size, isCode)) }
  }
}

/// An instruction whose word is made after the layout, when all symbols are known.
struct PendingInstruction {
  var section: Int
  var offset: Int
  /// Of the mnemonic.
  var position: Position
  var row: InstructionRow
  var operands: [ParsedOperand]
}

/// A number of one to eight bytes whose value is made after the layout.
struct PendingData {
  var section: Int
  var offset: Int
  var byteCount: Int
  var expression: Expression
}
