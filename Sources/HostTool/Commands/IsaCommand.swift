import ChipDescription
import InstructionSet

extension Command {
  static let isa = Command(
    name: "isa",
    summary: "print the instruction manual, one instruction, or the meaning of a word",
    discussion: """
      Without an argument the whole manual is printed, as in firmware/INSTRUCTIONS.md. With a
      mnemonic (vadd.vv), or the part before its dot (vadd), only these instructions; with a word in
      hexadecimal (0x02208057) the instruction it encodes.

      --json: instructions, a list of mnemonic, syntax, encoding, effect, group and, for a word,
      word and text.
      """,
    positionals: [.optional("MNEMONIC", "an instruction, or a word as 0x and hexadecimal digits")],
    options: [.json],
    examples: ["ranvier isa vsmul.vv", "ranvier isa 0x02208057"],
    run: { invocation in
      guard let query = invocation.arguments.optional("MNEMONIC") else {
        guard invocation.wantsJSON else {
          invocation.output.write(InstructionTable.manual)
          return .done
        }
        printInstructions(ManualEntry.all, invocation)
        return .done
      }
      if query.lowercased().hasPrefix("0x") {
        guard let number = ParsedArguments.integer(query), let word = UInt32(exactly: number) else {
          throw ToolError("'\(query)' is not a word of 32 bits")
        }
        guard let entry = ManualEntry(word) else {
          throw ToolError("\(query) is not an instruction of this processor; it traps")
        }
        printInstructions([entry], invocation)
        return .done
      }
      printInstructions(try ManualEntry.search(query), invocation)
      return .done
    })

  private static func printInstructions(_ entries: [ManualEntry], _ invocation: Invocation) {
    if invocation.wantsJSON {
      invocation.print(["instructions": .array(entries.map(\.json))])
    } else {
      invocation.output.write(entries.map(\.text).joined(separator: "\n"))
    }
  }
}

/// One instruction as the command prints it.
private struct ManualEntry {
  var row: InstructionRow
  var group: InstructionGroup
  /// The word that was asked for.
  var word: UInt32?

  static let all = InstructionTable.families.flatMap { family in
    family.rows.map { ManualEntry(row: $0, group: family.group) }
  }

  private init(row: InstructionRow, group: InstructionGroup) {
    self.row = row
    self.group = group
  }

  /// Nil when the word is no instruction.
  init?(_ word: UInt32) {
    guard let row = Decoder.row(of: word),
      let entry = Self.all.first(where: { $0.row.syntax == row.syntax })
    else { return nil }
    self = entry
    self.word = word
  }

  static func search(_ query: String) throws(ToolError) -> [ManualEntry] {
    let exact = all.filter { $0.row.mnemonic == query }
    if !exact.isEmpty { return exact }
    let family = all.filter { $0.row.mnemonic.prefix { $0 != "." } == query }
    if !family.isEmpty { return family }
    var known: [String] = []
    for entry in all {
      known += [entry.row.mnemonic, String(entry.row.mnemonic.prefix { $0 != "." })]
    }
    throw ToolError(
      "no instruction '\(query)'",
      hint: Spelling.suggestion(for: query, among: known) ?? "ranvier isa prints all of them")
  }

  var text: String {
    var lines = [row.syntax]
    if let word {
      lines.insert(InstructionTable.disassemble(word), at: 0)
      lines[1] = "  syntax    " + row.syntax
    }
    lines += ["  encoding  " + row.encoding, "  effect    " + row.effect]
    lines.append("  group     " + group.rawValue)
    return lines.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("mnemonic", .string(row.mnemonic)), .init("syntax", .string(row.syntax)),
      .init("encoding", .string(row.encoding)), .init("effect", .string(row.effect)),
      .init("group", .string(group.rawValue)),
    ]
    if let word {
      members.append(.init("word", .integer(Int(word))))
      members.append(.init("text", .string(InstructionTable.disassemble(word))))
    }
    return .object(members)
  }
}
