import ChipDescription
import Assembler

extension Command {
  static let disasm = Command(
    name: "disasm",
    summary: "print the instructions of a program with their symbols",
    discussion: """
      PROGRAM is any RV32 ELF executable, or a source that is assembled on the fly. Words that are no
      instruction of the processor are printed as .word.
      """,
    positionals: [.one("PROGRAM", "ELF file or assembly source")],
    options: [
      .value("--symbol", "NAME", "only the code of one symbol"),
      .value("--start", "ADDRESS", "only from an address on"),
      .value("--end", "ADDRESS", "only up to an address"),
      .flag("--lines", "print where each instruction came from"),
      .output("write to FILE instead of standard output"),
    ] + LoadedProgram.options,
    examples: [
      "ranvier disasm eventprop.elf --symbol backward",
      "ranvier disasm firmware/eventprop.s --lines -o eventprop.txt",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let path = arguments.positional("PROGRAM")
      let elf = try LoadedProgram.elf(path, invocation).elf
      var options = Disassembler.Options()
      options.showsLines = arguments.flag("--lines")
      let addresses = 0...Int(UInt32.max)
      options.start = try arguments.integer("--start", in: addresses).map { UInt32($0) }
      options.end = try arguments.integer("--end", in: addresses).map { UInt32($0) }
      options.symbol = arguments.value("--symbol")
      if let name = options.symbol, Disassembler.range(ofSymbol: name, in: elf) == nil {
        throw ToolError(
          "\(path) has no symbol '\(name)' in its sections",
          hint: Spelling.suggestion(for: name, among: elf.symbols.map(\.name)))
      }
      try invocation.deliver(Disassembler.text(elf, options: options))
      return .done
    })
}
