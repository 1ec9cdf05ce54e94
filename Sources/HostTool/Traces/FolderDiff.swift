import ChipDescription
import ChipGeometry
import Foundation
import SpikeTrace

/// Compares the traces of one folder with those of the same names in another.
struct FolderDiff {
  private let left: String
  private let right: String
  private let options: DiffOptions

  private enum Outcome {
    case compared(DiffReport)
    case onlyLeft
    case onlyRight
    case failed(String)

    var verdict: String {
      switch self {
      case .compared(let report): report.isEqual ? "equal" : "different"
      case .onlyLeft: "only in A"
      case .onlyRight: "only in B"
      case .failed: "error"
      }
    }
  }

  /// Nil if neither is a folder.
  init?(_ left: String, _ right: String, _ options: DiffOptions) throws(ToolError) {
    let isFolder = [left, right].map { (try? FileStatus($0).isFolder) ?? false }
    guard isFolder.contains(true) else { return nil }
    guard isFolder[0] && isFolder[1] else {
      let (folder, other) = isFolder[0] ? (left, right) : (right, left)
      throw ToolError(
        "\(folder) is a folder and \(other) is none; compare two files or two folders")
    }
    self.left = left
    self.right = right
    self.options = options
  }

  /// Prints a line for each file, or everything as JSON at the end.
  func run(_ invocation: Invocation) throws -> ExitStatus {
    let (lefts, rights) = (try Self.traces(left), try Self.traces(right))
    let known = (Set(lefts), Set(rights))
    let names = Set(lefts + rights).sorted()
    guard !names.isEmpty else { throw ToolError("\(left) and \(right) hold no traces") }
    var files: [JSONValue] = []
    var counts = FolderCounts()
    for name in names {
      let outcome =
        !known.1.contains(name)
        ? .onlyLeft : !known.0.contains(name) ? .onlyRight : compare(name)
      counts.add(outcome.verdict)
      if case .compared(let report) = outcome { counts.add(report, name) }
      if invocation.wantsJSON {
        files.append(json(name, outcome))
      } else {
        invocation.output.write(text(name, outcome))
      }
    }
    if invocation.wantsJSON {
      invocation.print(counts.json(left, right, files))
    } else {
      invocation.output.write(counts.text)
    }
    return counts.status
  }

  private func compare(_ name: String) -> Outcome {
    do {
      return .compared(try DiffReport("\(left)/\(name)", "\(right)/\(name)", options))
    } catch {
      return .failed(error.description)
    }
  }

  private func text(_ name: String, _ outcome: Outcome) -> String {
    let head = TextTable.left(outcome.verdict, 10) + name
    switch outcome {
    case .onlyLeft, .onlyRight: return head + "\n"
    case .failed(let message): return "\(head): \(message)\n"
    case .compared(let report) where report.isEqual: return "\(head): \(report.verdict)\n"
    case .compared(let report):
      let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return "\(head)\n" + lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
    }
  }

  private func json(_ name: String, _ outcome: Outcome) -> JSONValue {
    var members = [
      JSONValue.Member("name", .string(name)),
      JSONValue.Member("verdict", .string(outcome.verdict)),
    ]
    switch outcome {
    case .compared(let report): members += report.members
    case .failed(let message): members.append(JSONValue.Member("error", .string(message)))
    case .onlyLeft, .onlyRight: break
    }
    return .object(members)
  }

  /// The names of the traces in a folder and its subfolders: files that begin like a trace or whose
  /// name ends like one. Hidden files are left out.
  private static func traces(_ folder: String) throws(ToolError) -> [String] {
    let paths: [String]
    do {
      paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    } catch {
      throw ToolError("\(folder): cannot be read")
    }
    return paths.filter { path in
      let isHidden = path.split(separator: "/").contains { $0.hasPrefix(".") }
      let file = "\(folder)/\(path)"
      guard !isHidden, (try? FileStatus(file).isRegular) ?? false else { return false }
      return [".trace", ".spikes"].contains { path.hasSuffix($0) } || TraceReader.isTrace(file)
    }
  }
}

/// What the comparisons of the files amount to.
private struct FolderCounts {
  private var verdicts: [(name: String, count: Int)] = [
    ("equal", 0), ("different", 0), ("only in A", 0), ("only in B", 0), ("error", 0),
  ]
  private var sum = TraceComparison(toleranceTicks: nil)
  private var firstDivergence = JSONValue.null

  mutating func add(_ verdict: String) {
    for index in verdicts.indices where verdicts[index].name == verdict {
      verdicts[index].count += 1
    }
  }

  mutating func add(_ report: DiffReport, _ name: String) {
    let comparison = report.comparison
    sum.matched += comparison.matched
    sum.missing += comparison.missing
    sum.extra += comparison.extra
    sum.shifted += comparison.shifted
    sum.maxShiftTicks = max(sum.maxShiftTicks, comparison.maxShiftTicks)
    if sum.firstDivergence == nil, let divergence = comparison.firstDivergence {
      sum.firstDivergence = divergence
      firstDivergence = .object(
        [JSONValue.Member("file", .string(name))] + DiffReport.members(divergence, comparison))
    }
  }

  /// An error outweighs a difference.
  var status: ExitStatus {
    if verdicts[4].count > 0 { return .badInput }
    return verdicts[1...3].allSatisfy { $0.count == 0 } ? .done : .checkFailed
  }

  var text: String {
    let counts = verdicts.filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }
    return counts.joined(separator: ", ") + "\n"
  }

  func json(_ left: String, _ right: String, _ files: [JSONValue]) -> JSONValue {
    [
      "equal": .bool(status == .done),
      "left": ["folder": .string(left)],
      "right": ["folder": .string(right)],
      "matched": .unsigned(sum.matched),
      "missing": .unsigned(sum.missing),
      "extra": .unsigned(sum.extra),
      "shifted": .unsigned(sum.shifted),
      "max_shift_ticks": .unsigned(sum.maxShiftTicks),
      "first_divergence": firstDivergence,
      "files": .array(files),
    ]
  }
}
