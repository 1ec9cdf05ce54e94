/// A section of the program, made of what the files contribute to it.
struct OutputSection {
  var name: String
  var flags: InputSection.Flags
  var type: UInt32
  var alignment: Int
  /// 0 if the section is not loaded.
  var address: Int64 = 0
  var size = 0
  /// Indices into ``AssemblyState/sections``, with their offsets.
  var inputs: [(section: Int, offset: Int)] = []
  /// Empty in a section of zeros.
  var bytes: [UInt8] = []

  var isLoaded: Bool { flags.contains(.allocate) }
  var isZeroFill: Bool { type == ELFConstants.noBits }
  var end: Int64 { address + Int64(size) }

  /// The four sections that `firmware/chip.ld` names. They exist in every program.
  static let named: [(name: String, families: [String])] = [
    (".text", [".text"]), (".rodata", [".rodata", ".srodata"]), (".data", [".data", ".sdata"]),
    (".bss", [".bss", ".sbss", "COMMON"]),
  ]

  /// Where a section of a file goes.
  static func name(for input: String) -> String {
    for (name, families) in named {
      for family in families where input == family || input.hasPrefix(family + ".") { return name }
    }
    return input
  }

  /// Sections that `firmware/chip.ld` does not name come after the one that they resemble.
  var rank: Int {
    if let index = Self.named.firstIndex(where: { $0.name == name }) { return 2 * index }
    if !isLoaded { return 9 }
    if flags.contains(.execute) { return 1 }
    if !flags.contains(.write) { return 3 }
    return isZeroFill ? 7 : 5
  }
}

extension AssemblyState {
  /// Gathers the files' sections and gives every section its address.
  mutating func layOut() -> [OutputSection] {
    var outputs = OutputSection.named.map { named in
      let defaults = SectionDefaults.of(named.name)
      return OutputSection(
        name: named.name, flags: defaults.flags, type: defaults.type, alignment: 4)
    }
    var indices = [String: Int](
      uniqueKeysWithValues: outputs.indices.map { (outputs[$0].name, $0) })
    let isCommon = sections.map { $0.name == "COMMON" }
    for index in sections.indices.filter({ isCommon[$0] })
      + sections.indices.filter({ !isCommon[$0] })
    {
      let section = sections[index]
      let name = OutputSection.name(for: section.name)
      if indices[name] == nil {
        outputs.append(
          OutputSection(name: name, flags: section.flags, type: section.type, alignment: 1))
        indices[name] = outputs.count - 1
      }
      guard let output = indices[name] else { continue }
      outputs[output].add(section, at: index)
    }
    // Sorting by rank keeps the order of appearance among equals.
    var sorted = (0...9).flatMap { rank in outputs.filter { $0.rank == rank } }
    addresses = [Int64](repeating: 0, count: sections.count)
    var next = Int64(options.textBase)
    for index in sorted.indices {
      if sorted[index].isLoaded {
        let alignment = Int64(sorted[index].alignment)
        next = (next + alignment - 1) & -alignment
        sorted[index].address = next
        next += Int64(sorted[index].size)
      }
      for input in sorted[index].inputs {
        addresses[input.section] = sorted[index].address + Int64(input.offset)
      }
    }
    return sorted
  }

  /// Puts the finished bytes together.
  func contents(of output: OutputSection) -> [UInt8] {
    guard !output.isZeroFill else { return [] }
    var bytes: [UInt8] = []
    for (index, offset) in output.inputs {
      bytes += [UInt8](repeating: 0, count: offset - bytes.count)
      let section = sections[index]
      bytes += section.isZeroFill ? [UInt8](repeating: 0, count: section.size) : section.bytes
    }
    return bytes
  }
}

extension OutputSection {
  mutating func add(_ section: InputSection, at index: Int) {
    let offset = (size + section.alignment - 1) & -section.alignment
    inputs.append((index, offset))
    size = offset + section.size
    alignment = max(alignment, section.alignment)
    flags.formUnion(section.flags.subtracting([.merge, .strings]))
    if !section.isZeroFill, section.size > 0, isZeroFill { type = ELFConstants.programBits }
  }
}
