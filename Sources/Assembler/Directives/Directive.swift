extension AssemblyState {
  private typealias Handler = (
    inout AssemblyState, String, inout StatementReader, Position
  ) throws(SourceError) -> Void

  /// Carries out a directive; the name is in lower case.
  mutating func directive(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    if try dataDirective(name, &reader, at: position) { return try reader.expectEnd() }
    if try sectionDirective(name, &reader, at: position) { return try reader.expectEnd() }
    if try symbolDirective(name, &reader, at: position) { return try reader.expectEnd() }
    if try sourceDirective(name, &reader, at: position) { return }
    guard !Self.isIgnored(name) else { return }
    switch name {
    case ".float", ".single", ".double":
      throw SourceError(
        position: position,
        message: "\(name): the processor has no floating point; use .q7, .q15 or .q31")
    case ".endr", ".endm", ".endmacro":
      throw SourceError(position: position, message: "\(name) without its beginning")
    default:
      throw SourceError(position: position, message: "unknown directive '\(name)'")
    }
  }

  /// Directives of compilers that mean nothing to a program on a bare processor.
  private static func isIgnored(_ name: String) -> Bool {
    switch name {
    case ".attribute", ".ident", ".addrsig", ".addrsig_sym", ".variant_cc": true
    default: name.hasPrefix(".cfi_")
    }
  }

  /// Macros, repetitions, inclusions, messages.
  private mutating func sourceDirective(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> Bool {
    switch name {
    case ".macro": try defineMacro(&reader, at: position)
    case ".rept", ".rep": try repeatBody(&reader, at: position)
    case ".irp": try repeatOverValues(&reader, at: position)
    case ".irpc": try repeatOverCharacters(&reader, at: position)
    case ".exitm": try exitMacro(at: position)
    case ".include": try include(&reader, at: position)
    case ".purgem":
      let macro = try reader.expectName("the name of a macro")
      guard file.macros.removeValue(forKey: macro.lowercased()) != nil else {
        throw SourceError(position: position, message: "there is no macro '\(macro)'")
      }
    case ".end": file.isDone = true
    case ".err": throw SourceError(position: position, message: ".err")
    case ".error", ".warning":
      let text =
        reader.isAtEnd ? name : String(decoding: try reader.expectString(), as: UTF8.self)
      try reader.expectEnd()
      map.report(name == ".error" ? .error : .warning, at: position, text)
    case ".print": _ = try reader.expectString()
    case ".option": try option(&reader)
    case ".file": try sourceFileName(&reader)
    case ".loc": try sourceLocation(&reader)
    default: return false
    }
    return true
  }

  /// `.option norvc` and the like: there is one instruction set here, and nothing is relaxed.
  private func option(_ reader: inout StatementReader) throws(SourceError) {
    let position = reader.position
    switch try reader.expectName("an option") {
    case "push", "pop", "norvc", "norelax", "relax", "nopic", "pic": try reader.expectEnd()
    case "arch": break
    case "rvc":
      throw SourceError(
        position: position, message: "the processor has no compressed instructions")
    default:
      throw SourceError(
        position: position,
        message: "expected push, pop, norvc, norelax, relax, nopic, pic or arch")
    }
  }

  // MARK: Lines for debuggers

  /// `.file "name"` or `.file 1 "folder" "name"`
  private mutating func sourceFileName(_ reader: inout StatementReader) throws(SourceError) {
    guard case .integer(let number) = reader.token.kind else {
      _ = try reader.expectString("a file name in quotes, or a number")
      return
    }
    reader.advance()
    var name = String(decoding: try reader.expectString(), as: UTF8.self)
    if case .string(let base) = reader.token.kind {
      let file = String(decoding: base, as: UTF8.self)
      name = file.hasPrefix("/") ? file : "\(name)/\(file)"
      reader.advance()
    }
    debugFiles.append(name)
    file.debugFileNumbers[Int64(truncatingIfNeeded: number)] = debugFiles.count - 1
  }

  /// `.loc 1 23 5 …`
  private mutating func sourceLocation(_ reader: inout StatementReader) throws(SourceError) {
    let position = reader.position
    let number = try parseNumber(&reader, "the file number")
    guard let index = file.debugFileNumbers[number] else {
      throw SourceError(position: position, message: "no .file directive has the number \(number)")
    }
    let line = try parseNumber(&reader, "the line number")
    file.location = (index, Int(clamping: max(0, min(line, 1 << 31))))
  }
}
