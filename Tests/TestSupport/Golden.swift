import Foundation
import Testing

/// The root of the repository.
public let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Compares `text` with a file of the repository; `UPDATE_GOLDEN=1 swift test` accepts the change.
public func expectGolden(
  _ text: String, at path: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let url = repository.appendingPathComponent(path)
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
    try Data(text.utf8).write(to: url)
    return
  }
  let expected = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
  guard expected != text else { return }
  let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let new = text.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(old, new).prefix { $0 == $1 }.count
  func shown(_ lines: [Substring]) -> Substring { line < lines.count ? lines[line] : "(end)" }
  Issue.record(
    """
    \(path) differs first at line \(line + 1)
      file: \(shown(old))
      now:  \(shown(new))
    accept with UPDATE_GOLDEN=1 swift test, then review git diff
    """, sourceLocation: sourceLocation)
}
