import Assembler
import Chip
import ChipDescription
import ChipGeometry

/// Reads playback programs from text: an instruction a line, `#` begins a comment.
struct PlaybackFile {
  let path: String
  /// The programs whose symbols name places, by hemisphere.
  let programs: [Hemisphere: LoadedProgram]
  private(set) var program = PlaybackProgram()
  /// Line and name of each instruction.
  private(set) var places: [(line: Int, name: String)] = []

  private var line = 0
  private var words: [(text: Substring, column: Int)] = []
  private var next = 0

  init(_ path: String, programs: [Hemisphere: LoadedProgram]) throws(ToolError) {
    self.path = path
    self.programs = programs
    let text = try InputFile.text(path)
    for content in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line += 1
      words = Self.words(content.prefix { $0 != "#" })
      next = 0
      guard !words.isEmpty else { continue }
      var name = ""
      let instruction = try instruction(&name)
      if next < words.count { throw error("'\(words[next].text)' is too much here") }
      program.instructions.append(instruction)
      places.append((line, name))
    }
  }

  private static func words(_ line: Substring) -> [(Substring, Int)] {
    line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map { word in
      (word, line.distance(from: line.startIndex, to: word.startIndex) + 1)
    }
  }

  // MARK: Instructions

  private static let names = ["at", "wait", "spike", "teacher", "end", "write", "read", "poll"]

  private mutating func instruction(
    _ name: inout String
  ) throws(ToolError) -> PlaybackProgram.Instruction {
    let word = try take("an instruction")
    switch word {
    case "at": return .waitUntil(try time())
    case "wait": return .wait(try time())
    case "spike": return .send(try label(), .stimulus)
    case "teacher": return .send(try label(), .teacher)
    case "end": return .send(try label(), .endOfSample)
    case "write":
      var place = try place()
      let value = try value("a value")
      try width(&place)
      return .write(place, value)
    case "read":
      var place = try place(&name)
      try width(&place)
      if skip("as") { name = try take("a name") }
      return .read(place)
    case "poll":
      var place = try place(&name)
      try width(&place)
      let mask: UInt32 = skip("mask") ? try value("a mask") : .max
      try expect("value")
      let target = try value("a value")
      try expect("within")
      return .poll(place, mask: mask, target: target, ticks: try time())
    default:
      next -= 1
      throw error(
        "unknown instruction '\(word)'",
        hint: Spelling.suggestion(for: word, among: Self.names)
          ?? "known are \(Self.names.joined(separator: ", "))")
    }
  }

  private mutating func time() throws(ToolError) -> UInt64 {
    let word = try take("a time, such as 10us")
    do {
      let time = try ChipArguments.time("", word)
      return (time.cycles + ClockTime.cyclesPerTick - 1) / ClockTime.cyclesPerTick
    } catch {
      next -= 1
      throw self.error("'\(word)' is no time with a unit, such as 10us, 2ms or 500ticks")
    }
  }

  private mutating func label() throws(ToolError) -> EventLabel {
    let word = try take("a label of 16 bits")
    guard let number = ParsedArguments.integer(word), let label = UInt16(exactly: number) else {
      next -= 1
      throw error("'\(word)' is not a label of 16 bits")
    }
    return EventLabel(label)
  }

  private mutating func value(_ what: String) throws(ToolError) -> UInt32 {
    let word = try take("\(what) of 32 bits")
    guard let number = ParsedArguments.integer(word),
      let value = UInt32(exactly: number) ?? Int32(exactly: number).map(UInt32.init(bitPattern:))
    else {
      next -= 1
      throw error("'\(word)' is not \(what) of 32 bits")
    }
    return value
  }

  // MARK: Places

  private mutating func place() throws(ToolError) -> PlaybackProgram.Place {
    var name = ""
    return try place(&name)
  }

  /// `top COUNTER+4`; the name becomes what was written.
  private mutating func place(_ name: inout String) throws(ToolError) -> PlaybackProgram.Place {
    let side = try take("top or bottom")
    guard let hemisphere: Hemisphere = side == "top" ? .top : side == "bottom" ? .bottom : nil
    else {
      next -= 1
      throw error("'\(side)' is neither top nor bottom")
    }
    let word = try take("an address")
    name = "\(side) \(word)"
    let parts = word.split(separator: "+", maxSplits: 1).map(String.init)
    var offset = 0
    if parts.count == 2 {
      guard let number = ParsedArguments.integer(parts[1]), number >= 0, number < 1 << 32 else {
        next -= 1
        throw error("'\(parts[1])' is no offset in bytes")
      }
      offset = number
    }
    guard let base = try base(parts.first ?? "", hemisphere), let start = UInt32(exactly: base),
      let address = UInt32(exactly: UInt64(start) + UInt64(offset))
    else {
      next -= 1
      throw error(
        "'\(word)' is no address: a number, a block or register of firmware/chip.inc, or a symbol of "
          + "the \(side) processor's program",
        hint: Spelling.suggestion(for: parts.first ?? "", among: Self.blockNames))
    }
    return PlaybackProgram.Place(hemisphere, address)
  }

  private static let blockNames =
    AddressMap.regions.map(\.name) + AddressMap.registers.map { "\($0.region).\($0.name)" }

  private func base(_ name: String, _ hemisphere: Hemisphere) throws(ToolError) -> Int? {
    if let number = ParsedArguments.integer(name) { return number }
    if let region = AddressMap.regions.first(where: { $0.name == name }) {
      return Int(region.base)
    }
    for register in AddressMap.registers where "\(register.region).\(register.name)" == name {
      let region = AddressMap.regions.first { $0.name == register.region }
      return region.map { Int($0.base + register.offset) }
    }
    return programs[hemisphere]?.image.address(of: name).map(Int.init)
  }

  /// `byte`, `half` or `word`, which is also meant without; and whether the address fits.
  private mutating func width(_ place: inout PlaybackProgram.Place) throws(ToolError) {
    for (name, byteCount) in [("byte", 1), ("half", 2), ("word", 4)] where skip(name) {
      place.byteCount = byteCount
      break
    }
    guard place.address % UInt32(place.byteCount) == 0 else {
      throw error(
        "\(TextTable.hexadecimal(place.address)) is not a multiple of \(place.byteCount)",
        hint: "'byte' or 'half' after it reads and writes less than a word")
    }
  }

  // MARK: Words

  private mutating func take(_ what: String) throws(ToolError) -> String {
    guard next < words.count else { throw error("\(what) is missing at the end of the line") }
    next += 1
    return String(words[next - 1].text)
  }

  private mutating func skip(_ word: String) -> Bool {
    guard next < words.count, words[next].text == word else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ word: String) throws(ToolError) {
    guard !skip(word) else { return }
    let found = next < words.count ? "'\(words[next].text)'" : "the end of the line"
    throw error("expected '\(word)', found \(found)")
  }

  private func error(_ message: String, hint: String? = nil) -> ToolError {
    let column = next < words.count ? words[next].column : (words.last.map { $0.column } ?? 1)
    return ToolError("\(path):\(line):\(column): \(message)", hint: hint, standsAlone: true)
  }
}
