/// Address, bytes and source, line by line; a `+` after the line number marks what a macro or a
/// repetition made. Instructions are shown as words, data as bytes in the order of the memory.
struct Listing {
  private let state: AssemblyState
  private var text = ""
  /// The files that are open at this point, the outermost first.
  private var open: [OpenFile] = []

  private struct OpenFile {
    /// Of the inclusion; nil: given to the assembler.
    var expansion: Int?
    var file: Int
    /// Lines shown so far.
    var shown = 0
  }

  static func text(_ state: AssemblyState) -> String {
    var listing = Listing(state)
    listing.write()
    return listing.text
  }

  private init(_ state: AssemblyState) { self.state = state }

  private mutating func write() {
    var emission = 0
    for index in state.map.lines.indices {
      let line = state.map.lines[index]
      let chain = chain(of: line)
      enter(chain)
      let isOwn = line.expansion == open.last?.expansion
      if isOwn { showLines(before: line.number) }
      var source: String?
      if !isOwn {
        source = number(line.number, isExpanded: true) + String(decoding: line.text, as: UTF8.self)
      } else if let top = open.indices.last, open[top].shown < line.number {
        open[top].shown = line.number
        source = number(line.number, isExpanded: false) + sourceText(line.file, line.number)
      }
      var rows: [String] = []
      while emission < state.emissions.count, state.emissions[emission].line == index {
        rows += self.rows(state.emissions[emission])
        emission += 1
      }
      if rows.isEmpty, source != nil { rows = [""] }
      for (place, row) in rows.enumerated() {
        add(padded(row, to: 34) + (place == 0 ? source ?? "" : ""))
      }
    }
    enter([])
  }

  private mutating func add(_ line: String) {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    text += line + "\n"
  }

  private func number(_ number: Int, isExpanded: Bool) -> String {
    let digits = "\(number)"
    return padded("", to: 5 - digits.utf8.count) + digits + (isExpanded ? "+ " : "  ")
  }

  private func sourceText(_ file: Int, _ number: Int) -> String {
    let lines = state.map.files[file].lines
    return number <= lines.count ? String(decoding: lines[number - 1], as: UTF8.self) : ""
  }

  /// The open files of a line, the outermost first.
  private func chain(of line: SourceMap.Line) -> [OpenFile] {
    var chain: [OpenFile] = []
    var current = line
    while let index = current.expansion {
      let expansion = state.map.expansions[index]
      if expansion.isInclusion {
        chain.append(OpenFile(expansion: index, file: current.file))
      }
      current = state.map.lines[expansion.caller.line]
    }
    chain.append(OpenFile(expansion: nil, file: current.file))
    return chain.reversed()
  }

  /// Closes and opens files until those of `chain` are open.
  private mutating func enter(_ chain: [OpenFile]) {
    let common = zip(open, chain).prefix {
      $0.expansion == $1.expansion && ($0.expansion != nil || $0.file == $1.file)
    }.count
    while open.count > common {
      showLines(before: Int.max)
      open.removeLast()
      if let file = open.last?.file { title(file) }
    }
    for file in chain[common...] {
      open.append(file)
      title(file.file)
    }
  }

  private mutating func title(_ file: Int) { add("\n\(state.map.files[file].path)") }

  /// Shows the lines without statements that come before a line.
  private mutating func showLines(before number: Int) {
    guard let top = open.indices.last else { return }
    let file = open[top].file
    let end = min(number - 1, state.map.files[file].lines.count)
    while open[top].shown < end {
      open[top].shown += 1
      add(
        padded("", to: 34) + self.number(open[top].shown, isExpanded: false)
          + sourceText(file, open[top].shown))
    }
  }

  /// The addresses and bytes of what a statement made.
  private func rows(_ emission: AssemblyState.Emission) -> [String] {
    let section = state.sections[emission.section]
    var rows: [String] = []
    var start = emission.start
    while start < emission.end {
      let address = hexadecimalDigits(
        UInt64(bitPattern: state.addresses[emission.section] + Int64(start)), 8)
      let isCode = section.mappings.last { $0.offset <= start }?.isCode ?? false
      let count = min(isCode ? 4 : 8, emission.end - start)
      guard rows.count < 4 || isCode, !section.isZeroFill else {
        rows.append("\(address)  … \(emission.end - start) bytes")
        break
      }
      let bytes = section.bytes[start..<(start + count)]
      let digits = bytes.map { hexadecimalDigits(UInt64($0), 2) }
      rows.append(
        "\(address)  "
          + (isCode ? digits.reversed().joined() : digits.joined(separator: " ")))
      start += count
    }
    return rows
  }
}

/// A number with leading zeros.
func hexadecimalDigits(_ value: UInt64, _ count: Int) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
}
