import ChipDescription
import Assembler

extension Command {
  static let asm = Command(
    name: "asm",
    summary: "assemble RISC-V sources into a program for the plasticity processor",
    discussion: """
      Standard RISC-V assembly, as GNU as and clang read it. Several sources make one program. Without
      -o the program is only checked; the memory budget is printed in any case, unless one of the
      files goes to standard output (-). All errors of all sources are reported in one run. Either
      all files are written or none.

      Warnings go to standard error and do not change the exit status; with --werror they refuse the
      program like errors. Their kinds:
        zero-register  a result is written to x0 (not jumps, control registers, vset*, hints, and
                       loads, which read registers of devices for the effect)
        unreachable    an instruction directly behind an unconditional jump or return, without a label
        vector-type    a vector instruction before which no vset* comes on any way from the start, or a
                       vset* that sets vill
        vector-groups  register groups that the processor traps on: reserved overlaps, groups that
                       begin at the wrong register or are too large, v0 written under its own mask
        alignment      an instruction that does not lie at a multiple of 4
      Two ways to silence one: -W no-KIND, and the comment "# allow: KIND" in the line. Commands
      that assemble on the fly print warnings too.

      --json: program, sources, program_sha256, entry, start, end, need_bytes, have_bytes,
      free_bytes, warnings and sections, a list of name, address, bytes and symbols (name, address,
      bytes).
      """,
    positionals: [.many("SOURCE", "assembly source; - for standard input")],
    options: [
      .output("write the program, an ELF executable"),
      .value("--listing", "FILE", "write address, bytes and source, line by line"),
      .value("--symbols", "FILE", "write the symbols by address"),
      .value("--hex", "FILE", "write the program as Intel HEX"),
      .value("--text-base", "ADDRESS", "address of .text (default 0)"),
      .value("-I", "FOLDER", "look for included files in FOLDER too", repeats: true),
      .value("-D", "NAME[=VALUE]", "define a symbol (default value 1)", repeats: true),
      .value("-W", "no-KIND", "do not give this kind of warning", repeats: true),
      .flag("--werror", "take warnings for errors"),
      .json,
    ],
    examples: [
      "ranvier asm firmware/eventprop.s -o eventprop.elf --listing eventprop.lst",
      "ranvier asm -I firmware -D MAX_SPIKES=2 program.s --json",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let sources = arguments.many("SOURCE")
      var options = try AssemblyArguments.options(arguments)
      if let base = try arguments.integer("--text-base", in: 0...0xFFFF_FFFC) {
        guard base % 4 == 0 else {
          throw ToolError("--text-base: \(base) is not a multiple of 4")
        }
        options.textBase = UInt32(base)
      }
      options.silenced = try AssemblyArguments.silenced(arguments)
      options.warningsAreErrors = arguments.flag("--werror")
      let assembly = try AssemblyArguments.assemble(
        AssemblyArguments.sources(sources), options, invocation)
      let products: [(option: String, bytes: () -> [UInt8])] = [
        ("--output", { assembly.elf }),
        ("--listing", { Array(assembly.listing.utf8) }),
        ("--symbols", { Array(assembly.symbolList.utf8) }),
        ("--hex", { Array(assembly.intelHex.utf8) }),
      ]
      var toStandardOutput: [[UInt8]] = []
      var files: [OutputFile] = []
      for product in products {
        guard let path = arguments.value(product.option) else { continue }
        if path == "-" {
          toStandardOutput.append(product.bytes())
        } else {
          guard !sources.contains(where: { InputFile.isSame($0, path) }) else {
            throw ToolError("\(product.option): \(path) is a source; nothing was written")
          }
          let file = try OutputFile(path)
          try file.write(product.bytes())
          files.append(file)
        }
      }
      for file in files { try file.commit() }
      for bytes in toStandardOutput { invocation.output.write(bytes) }
      if invocation.wantsJSON {
        invocation.print(json(assembly, sources, arguments.value("--output")))
      } else if toStandardOutput.isEmpty {
        invocation.output.write(budgetText(assembly.budget))
      }
      return .done
    })

  private static func json(
    _ assembly: Assembly, _ sources: [String], _ path: String?
  ) -> JSONValue {
    let budget = assembly.budget
    return [
      "program": path.map { .string($0) } ?? .null,
      "sources": .array(sources.map { .string($0) }),
      "program_sha256": .string(assembly.image.sha256),
      "entry": .integer(Int(assembly.image.entry)),
      "start": .integer(Int(budget.start)),
      "end": .integer(Int(budget.end)),
      "need_bytes": .integer(budget.need),
      "have_bytes": budget.have.map { .integer($0) } ?? .null,
      "free_bytes": budget.free.map { .integer($0) } ?? .null,
      "warnings": .integer(assembly.warnings.count),
      "sections": .array(
        budget.sections.map { section in
          [
            "name": .string(section.name),
            "address": .integer(Int(section.address)),
            "bytes": .integer(section.byteCount),
            "symbols": .array(
              section.symbols.map { symbol in
                [
                  "name": .string(symbol.name),
                  "address": .integer(Int(symbol.address)),
                  "bytes": .integer(symbol.byteCount),
                ]
              }),
          ]
        }),
    ]
  }

  private static func budgetText(_ budget: MemoryBudget) -> String {
    var text = "section      address   bytes\n"
    for section in budget.sections {
      text +=
        TextTable.left(section.name, 10)
        + TextTable.right(
          TextTable.hexadecimal(section.address), 10) + TextTable.right("\(section.byteCount)", 8)
      text += "\n"
    }
    text += "needed " + TextTable.right("\(budget.need)", 21)
    if let have = budget.have, let free = budget.free {
      text += "\nof     " + TextTable.right("\(have)", 21)
      text += "\nfree   " + TextTable.right("\(free)", 21)
    }
    return text + "\n"
  }
}

/// Sources and programs as commands name them.
enum AssemblyArguments {
  /// What `-I` and `-D` say.
  static func options(_ arguments: ParsedArguments) throws(ToolError) -> Assembler.Options {
    var options = Assembler.Options()
    options.includePaths = arguments.all("-I")
    for definition in arguments.all("-D") {
      let parts = definition.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false
      ).map(String.init)
      let value = parts.count == 1 ? 1 : ParsedArguments.integer(parts[1])
      guard !parts[0].isEmpty, let value else {
        throw ToolError("-D: '\(definition)' is not NAME or NAME=NUMBER")
      }
      options.defines.append((parts[0], Int64(value)))
    }
    return options
  }

  /// What `-W no-KIND` says.
  static func silenced(_ arguments: ParsedArguments) throws(ToolError) -> [WarningKind] {
    var kinds: [WarningKind] = []
    for text in arguments.all("-W") {
      guard text.hasPrefix("no-"), let kind = WarningKind(rawValue: String(text.dropFirst(3)))
      else {
        let known = WarningKind.allCases.map { "no-\($0.rawValue)" }
        throw ToolError(
          "-W: '\(text)' is not one of \(known.joined(separator: ", "))")
      }
      kinds.append(kind)
    }
    return kinds
  }

  static func sources(_ paths: [String]) throws(ToolError) -> [Assembler.Source] {
    var sources: [Assembler.Source] = []
    for path in paths {
      sources.append(Assembler.Source(path: path, bytes: try InputFile.bytes(path)))
    }
    return sources
  }

  /// Assembles; prints warnings, throws all errors as they are.
  static func assemble(
    _ sources: [Assembler.Source], _ options: Assembler.Options, _ invocation: Invocation
  ) throws(ToolError) -> Assembly {
    do {
      let assembly = try Assembler.assemble(sources: sources, options: options)
      for warning in assembly.warnings { invocation.errors.write(warning.description) }
      return assembly
    } catch {
      throw ToolError(error.description, standsAlone: true)
    }
  }
}
