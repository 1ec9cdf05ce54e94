import Foundation

/// What the assembler warns of: sources that assemble, but hardly do what was meant.
///
/// The raw value stands in brackets behind the message; `-W no-unreachable` silences the kind, the
/// comment `# allow: unreachable` a line, also one whose macro or repetition has the warning.
public enum WarningKind: String, CaseIterable, Sendable {
  /// An instruction does not lie at a multiple of 4.
  case alignment
  /// A result is written to x0. Loads are left out, which read registers of devices for the effect,
  /// and so are jumps, control registers and `vset*`, where x0 means something, and hints.
  case zeroRegister = "zero-register"
  /// An instruction follows an unconditional jump or return directly, without a label. A jump behind
  /// a jump is an entry of a jump table, and is left out.
  case unreachable
  /// A vector instruction without a type: on no way from the start comes a `vset*` before it, or the
  /// `vset*` sets `vill`.
  case vectorType = "vector-type"
  /// Register groups that the processor traps on: a reserved overlap, a group that begins at the
  /// wrong register, elements or groups that are too large, a masked write of v0. With the `vtype`
  /// that is known here, or whatever it is.
  case vectorGroups = "vector-groups"
}

extension AssemblyState {
  mutating func warn(_ kind: WarningKind, at position: Position, _ message: String) {
    guard !options.silenced.contains(kind), !isAllowed(kind, position.line) else { return }
    map.report(.warning, at: position, "\(message) [\(kind.rawValue)]")
  }

  /// Whether the comment of a line, or of one that led to it, allows what the kind warns of.
  private func isAllowed(_ kind: WarningKind, _ line: Int) -> Bool {
    var next: Int? = line
    while let index = next {
      let line = map.lines[index]
      if line.number > 0, Self.allows(map.files[line.file].lines[line.number - 1], kind) {
        return true
      }
      next = line.expansion.map { map.expansions[$0].caller.line }
    }
    return false
  }

  private static func allows(_ bytes: [UInt8], _ kind: WarningKind) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let mark = text.range(of: "allow:") else { return false }
    let words = text[mark.upperBound...].split { $0 == " " || $0 == "," || $0 == "\t" }
    return words.contains { $0 == kind.rawValue }
  }
}
