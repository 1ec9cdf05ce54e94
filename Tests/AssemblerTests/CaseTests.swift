import Assembler
import Foundation
import TestSupport
import Testing

/// The sources in `Cases`. `ok_*.s` are compared with clang and ld.lld, byte for byte; `own_*.s` have
/// what clang lacks; `err_*.s` have mistakes, `warn_*.s` what is warned of. Expectations stand in the
/// line:
///
///     add a0, a1, a2   # = 00c58533
///     addi a0, a0, 2048  # error@14: expected an integer from -2048 to 2047, found 2048
///     add x0, a1, a2   # warning@7: the result of add is lost: x0 is always 0 [zero-register]
///
/// The number after `@` is the column. A message with another line or without expectation fails.
@Suite struct CaseTests {
  static let folder = repository.appendingPathComponent("Tests/AssemblerTests/Cases").path

  static func files(_ prefix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".s") }.sorted()
  }

  static func assemble(_ name: String) throws(AssemblyError) -> Assembly {
    var options = Assembler.Options()
    options.includePaths = ClangOracle.includePaths
    return try Assembler.assemble(files: ["\(folder)/\(name)"], options: options)
  }

  /// The expectations of a file: line, and what follows the mark.
  static func expectations(_ name: String, _ mark: String) throws -> [(line: Int, text: String)] {
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
      (index, line) in
      line.components(separatedBy: mark).dropFirst().map {
        (index + 1, $0.trimmingCharacters(in: .whitespaces))
      }
    }
  }

  @Test("Sources make the bytes that stand in their lines", arguments: files("ok_") + files("own_"))
  func bytes(name: String) throws {
    let assembly = try Self.assemble(name)
    var found: [Int: String] = [:]
    var current = 0
    for row in assembly.listing.split(separator: "\n") where row.utf8.count > 10 {
      let digits = row.dropFirst(10).prefix(24).trimmingCharacters(in: .whitespaces)
      if let number = Int(row.dropFirst(34).prefix(5).trimmingCharacters(in: .whitespaces)) {
        current = number
      }
      guard row.first != " ", row.first != "/" else { continue }
      found[current, default: ""] += (found[current] == nil ? "" : " ") + digits
    }
    for (line, text) in try Self.expectations(name, "# =") {
      #expect(found[line] == text, "\(name):\(line)")
    }
  }

  @Test(
    "clang and ld.lld make the same bytes and symbols of a source",
    .enabled(if: ClangOracle.isUsable, "needs clang and ld.lld"), arguments: files("ok_"))
  func agreesWithClang(name: String) throws {
    let ours = try Self.assemble(name).image
    let theirs = try ClangOracle.program(["\(Self.folder)/\(name)"])
    let difference = difference(ours, theirs)
    #expect(difference == nil, "\(name): \(difference ?? "")")
  }

  @Test("Mistakes are found where they are and named exactly", arguments: files("err_"))
  func mistakes(name: String) throws {
    let expected = try Self.expectations(name, "# error@").map { "\($0.line):\($0.text)" }
    do {
      _ = try Self.assemble(name)
      Issue.record("\(name) was assembled")
    } catch {
      expect(error.diagnostics.filter { $0.severity == .error }, expected, name)
    }
  }

  @Test("Warnings stand where they belong, and nowhere else", arguments: files("warn_"))
  func warnings(name: String) throws {
    let expected = try Self.expectations(name, "# warning@").map { "\($0.line):\($0.text)" }
    #expect(!expected.isEmpty)
    expect(try Self.assemble(name).warnings, expected, name)
  }

  private func expect(_ diagnostics: [Diagnostic], _ expected: [String], _ name: String) {
    let found = diagnostics.map {
      "\($0.line):\($0.column): \($0.message)"
        .replacingOccurrences(of: Self.folder, with: "Cases")
    }
    let differences = found.sorted().difference(from: expected.sorted())
    for case .insert(_, let text, _) in differences {
      Issue.record(Comment(rawValue: "\(name): unexpected \(text)"))
    }
    for case .remove(_, let text, _) in differences {
      Issue.record(Comment(rawValue: "\(name): not found: \(text)"))
    }
  }
}
