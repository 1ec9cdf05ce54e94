import AnalogCore
import ChipDescription

extension Command {
  static let chipNew = Command(
    name: "chip new",
    summary: "write a chip description: seeds, mismatch, noise, neurons, rows, routes",
    discussion: """
      Writes JSON with the fields that differ from their defaults, with --all all of them. The fields,
      their units, ranges and defaults: ranvier chip describe. Commands that put programs on a chip
      take the file with --chip; their own options override it.

      --set changes one field, for example --set neuron.tau_m=10; VALUE is JSON, a bare word a string.
      """,
    options: [
      .output("write there instead of standard output"),
      .flag("--all", "write the fields that have their default too"),
      .value("--set", "PATH=VALUE", "change a field", repeats: true),
      .value("--chip", "FILE", "begin with this description"),
    ] + ChipArguments.modifiers + [.json],
    examples: [
      "ranvier chip new -o chip.json",
      "ranvier chip new --uncalibrated --chip-seed 3 --set neuron.tau_m=20 --all",
    ],
    run: { invocation in
      var chip = try ChosenChip(invocation.arguments).description
      try DescriptionFile.set(&chip, invocation.arguments)
      try invocation.deliver(chip.json(all: invocation.arguments.flag("--all")).text + "\n")
      return .done
    })

  static let chipDescribe = Command(
    name: "chip describe",
    summary: "explain a chip description: every field, and the spreads of the realised chip",
    discussion: """
      Without FILE it is the default chip. Each field with its value, unit, range and meaning; a star
      marks those that differ from the default. In brackets the section of the chip reference that
      the field comes from. The realised mismatch is that of the chip's seed: standard deviations over
      all 512 neurons and 131,072 synapses.

      --schema prints the JSON Schema (draft 2020-12) of the files instead.

      --json: sha256, chip (all fields), fields (a list of path, unit, expected, default, meaning,
      source), mismatch (tau_m, tau_s_excitatory, tau_s_inhibitory, threshold, gain_excitatory,
      gain_inhibitory, weight).
      """,
    positionals: [.optional("FILE", "a chip description")],
    options: ChipArguments.modifiers + [.flag("--schema", "print the JSON Schema"), .json],
    examples: [
      "ranvier chip describe", "ranvier chip describe chip.json --json",
      "ranvier chip describe --schema > chip.schema.json",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      if arguments.flag("--schema") {
        invocation.print(ChipDescription.schema)
        return .done
      }
      var chip = ChipDescription()
      if let path = arguments.optional("FILE") { chip = try DescriptionFile.read(path) }
      try ChipArguments.modify(&chip, arguments)
      let report = DescriptionReport(chip)
      if invocation.wantsJSON {
        var json = report.json(named: "chip")
        json.append(["mismatch": chip.realisedMismatch.json])
        invocation.print(json)
      } else {
        invocation.output.write(report.text)
        invocation.print("realised mismatch: " + chip.realisedMismatch.text)
      }
      return .done
    })

  static let chipValidate = Command(
    name: "chip validate",
    summary: "check chip descriptions: fields, types, ranges",
    discussion: """
      Prints the SHA-256 of each description's canonical form, which does not depend on how the file is
      written, or what is wrong with it: line and column, field, what was found and expected.

      --json: files (a list of file, valid, sha256, and error: null, or line, column, path, message).
      Exit status: 0 all are right, 2 one is not.
      """,
    positionals: [.many("FILE", "a chip description")],
    options: [.json],
    examples: ["ranvier chip validate chip.json"],
    run: { invocation in
      let files = invocation.arguments.many("FILE")
      var status = ExitStatus.done
      var results: [JSONValue] = []
      for path in files {
        let bytes = try InputFile.bytes(path)
        do throws(DescriptionError) {
          let hash = try ChipDescription(json: bytes).sha256
          if !invocation.wantsJSON { invocation.print("\(path): valid, sha256 \(hash)") }
          results.append([
            "file": .string(path), "valid": true, "sha256": .string(hash), "error": nil,
          ])
        } catch {
          status = .badInput
          if !invocation.wantsJSON {
            invocation.errors.write("\(path):\(error)\n" + (error.hint.map { $0 + "\n" } ?? ""))
          }
          results.append([
            "file": .string(path), "valid": false, "sha256": nil,
            "error": [
              "line": .integer(error.position.line), "column": .integer(error.position.column),
              "path": .string(error.path), "message": .string(error.message),
            ],
          ])
        }
      }
      if invocation.wantsJSON { invocation.print(["files": .array(results)]) }
      return status
    })

  static let chipDiff = Command(
    name: "chip diff",
    summary: "compare two chip descriptions field by field",
    discussion: """
      Fields that are not given count with their defaults. Exit status: 0 the same, 1 different, 2 a
      file is wrong.

      --json: equal, differences (a list of path, left, right; null where there is nothing).
      """,
    positionals: [
      .one("A", "a chip description"), .one("B", "the description to compare it with"),
    ],
    options: [.json],
    examples: ["ranvier chip diff chip.json other.json"],
    run: { invocation in
      let left: ChipDescription = try DescriptionFile.read(invocation.arguments.positional("A"))
      let right: ChipDescription = try DescriptionFile.read(invocation.arguments.positional("B"))
      let differences = left.differences(to: right)
      if invocation.wantsJSON {
        invocation.print([
          "equal": .bool(differences.isEmpty),
          "differences": .array(
            differences.map {
              ["path": .string($0.path), "left": $0.left ?? nil, "right": $0.right ?? nil]
            }),
        ])
      } else {
        for difference in differences {
          let left = difference.left?.line ?? "(none)"
          invocation.print("\(difference.path): \(left) | \(difference.right?.line ?? "(none)")")
        }
        if differences.isEmpty { invocation.print("the same") }
      }
      return differences.isEmpty ? .done : .checkFailed
    })
}
