import Foundation

/// The assembler: standard RISC-V assembly, as GNU as and clang read it, into a program.
///
/// ```swift
/// let assembly = try Assembler.assemble(files: ["firmware/eventprop.s"])
/// let image: ProgramImage = assembly.image   // segments to load, entry, symbols, sha256
/// let bytes: [UInt8] = assembly.elf          // an ELF32 executable with a line table
/// print(assembly.listing, assembly.symbolList, assembly.intelHex, assembly.budget)
/// ```
///
/// Several files make one program; each has its own names, `.globl` shares them. Sections lie as
/// `firmware/chip.ld` says: `.text` at ``Options/textBase``, then `.rodata`, `.data`, `.bss`, each at
/// its largest alignment, at least 4. Execution starts at `_start`, or at the start of `.text` if
/// there is no such symbol. Nothing is relaxed: an instruction is as long as it looks, `la` is
/// `auipc` and `addi`, and a branch that does not reach is an error.
///
/// A program that exists as a file, from whatever tools, is read with ``ProgramImage/init(elf:)``.
public enum Assembler {
  /// How to assemble.
  public struct Options: Sendable {
    /// Where `.include` and `.incbin` look, after the including file's folder.
    public var includePaths: [String] = []
    /// Numbers that every file finds defined, as with `.set`.
    public var defines: [(name: String, value: Int64)] = []
    /// The address of `.text`, a multiple of 4.
    public var textBase: UInt32 = 0
    /// The end of the memory that the program may fill. Nil: only the address space ends it.
    ///
    /// Not given, it is the mailbox, where the stack begins, for programs that start in the SRAM.
    public var memoryEnd: UInt32?
    /// More statements than any program has, expansions counted, so that a repetition without end
    /// ends.
    public var statementLimit = 1_000_000
    /// Warnings that are not given.
    public var silenced: [WarningKind] = []
    /// Whether a warning refuses the program like an error.
    public var warningsAreErrors = false
    /// Reads a file; nil if that is not possible.
    public var load: @Sendable (_ path: String) -> [UInt8]? = { path in
      FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }

    public init() {}
  }

  /// A source that is not in a file, or not under the name it shall have.
  public struct Source: Sendable {
    /// As messages and the line table show it.
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, text: String) {
      self.path = path
      bytes = Array(text.utf8)
    }

    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// Assembles files into one program.
  ///
  /// - Throws: ``AssemblyError`` with all that is wrong in the sources.
  public static func assemble(
    files: [String], options: Options = Options()
  ) throws(AssemblyError) -> Assembly {
    var sources: [Source] = []
    var missing: [Diagnostic] = []
    for path in files {
      if let bytes = options.load(path) {
        sources.append(Source(path: path, bytes: bytes))
      } else {
        missing.append(
          Diagnostic(
            severity: .error, file: path, line: 1, column: 1,
            message: "the file cannot be read", sourceLine: "", notes: []))
      }
    }
    guard missing.isEmpty else { throw AssemblyError(diagnostics: missing) }
    return try assemble(sources: sources, options: options)
  }

  /// Assembles one text, mostly for tests and experiments.
  public static func assemble(
    text: String, path: String = "program.s", options: Options = Options()
  ) throws(AssemblyError) -> Assembly {
    try assemble(sources: [Source(path: path, text: text)], options: options)
  }

  /// Assembles sources into one program.
  public static func assemble(
    sources: [Source], options: Options = Options()
  ) throws(AssemblyError) -> Assembly {
    var state = AssemblyState(options: options)
    for source in sources { state.assembleFile(source.path, source.bytes) }
    let linked = state.link()
    guard let linked, state.map.errorCount == 0 else {
      throw AssemblyError(diagnostics: state.map.diagnostics)
    }
    if options.warningsAreErrors, !state.map.diagnostics.isEmpty {
      throw AssemblyError(diagnostics: state.map.diagnostics.map(\.asError))
    }
    return Assembly(linked, state)
  }
}
