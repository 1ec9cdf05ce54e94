import Foundation
import TestSupport
import Testing

/// The style guide as a test (after TigerBeetle's `tidy`).
@Suite struct TidyTests {
  struct Rule {
    let pattern: String
    let instead: String
    let applies: @Sendable (String) -> Bool
  }

  static let core = [
    "ChipGeometry", "InstructionSet", "PlasticityProcessor", "AnalogCore", "EventFabric", "Chip",
    "BareMachine",
  ]
  static func isCore(_ path: String) -> Bool { core.contains { path.hasPrefix("Sources/\($0)/") } }
  static func isSource(_ path: String) -> Bool { path.hasPrefix("Sources/") }

  static let rules = [
    Rule(pattern: #"\b(TO"# + #"DO|FIX"# + #"ME)\b"#, instead: "do it or say it in an issue") { _ in
      true
    },
    Rule(
      pattern: #"@unchecked Sendable|nonisolated\(unsafe\)"#, instead: "a value type",
      applies: isSource),
    Rule(
      pattern: #"\b(Date\(|ContinuousClock|SuspendingClock|ProcessInfo)"#,
      instead: "simulated time; wall clocks belong to HostTool", applies: isCore),
    Rule(
      pattern: #"import Foundation|import Glibc"#, instead: "ElementaryFunctions and the like",
      applies: { isCore($0) && !$0.hasSuffix("PlasticityProcessor/ZeroedMemory.swift") }),
    Rule(
      pattern: #"\.random\(|SystemRandomNumberGenerator|\.shuffled\(\)"#, instead: "RandomStream",
      applies: isSource),
  ]

  static func files() throws -> [(path: String, lines: [Substring])] {
    try ["Sources", "Tests"].flatMap { folder in
      let root = repository.appendingPathComponent(folder)
      let paths =
        FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
      return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        return ("\(folder)/\(path)", text.split(separator: "\n", omittingEmptySubsequences: false))
      }
    }
  }

  static func findings(path: String, lines: [Substring]) throws -> [String] {
    var found: [String] = []
    if lines.count > 401 { found.append("\(path): \(lines.count) lines; split it by theme") }
    for rule in rules where rule.applies(path) {
      let regex = try Regex(rule.pattern)
      for (number, line) in lines.enumerated() where line.contains(regex) {
        found.append(
          "\(path):\(number + 1): \(line.trimmingCharacters(in: .whitespaces)); use \(rule.instead)"
        )
      }
    }
    return found
  }

  @Test("The sources keep the house rules")
  func rules() throws {
    let findings = try Self.files().filter { !$0.path.hasPrefix("Tests/TidyTests") }
      .flatMap { try Self.findings(path: $0.path, lines: $0.lines) }
    #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
  }

  @Test("The rules bite")
  func canary() throws {
    let bad: [Substring] = ["import Foundation", "let x = Int.random(in: 0..<2)"]
    #expect(try Self.findings(path: "Sources/Chip/Bad.swift", lines: bad).count == 2)
  }

  @Test("The visible top level is exactly what it should be")
  func topLevel() throws {
    let visible = try FileManager.default.contentsOfDirectory(atPath: repository.path)
      .filter { !$0.hasPrefix(".") }.sorted()
    #expect(visible == ["Package.swift", "README.md", "Sources", "Tests", "firmware", "traces"])
  }
}
