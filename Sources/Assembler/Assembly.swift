/// An assembled program, with all that can be said about it.
public struct Assembly: Sendable {
  /// What a processor gets.
  public let image: ProgramImage
  /// An ELF32 executable with sections, symbols and line table.
  public let elf: [UInt8]
  /// Which line each instruction came from.
  public let lines: LineTable
  /// Where the memory goes.
  public let budget: MemoryBudget
  /// Address, bytes and source, line by line.
  public let listing: String
  /// Warnings; errors are thrown.
  public let warnings: [Diagnostic]
  /// The sections in memory, by address.
  let sections: [OutputSection]

  init(_ program: LinkedProgram, _ state: AssemblyState) {
    elf = ELFWriter.file(program, state)
    budget = state.budget(program.sections)
    listing = Listing.text(state)
    warnings = state.map.diagnostics
    sections = program.sections.filter(\.isLoaded)
    let (files, sequences) = state.lineSequences(program.sections)
    lines = LineTable(
      files: files,
      rows: sequences.flatMap {
        $0.rows + [LineTable.Row(address: $0.end, file: nil, line: 0)]
      })
    image = state.image(program)
  }
}

extension AssemblyState {
  /// The program as a processor gets it.
  func image(_ program: LinkedProgram) -> ProgramImage {
    let loaded = program.sections.filter { $0.isLoaded && $0.size > 0 }
    var outputNames = [String](repeating: "", count: sections.count)
    for output in program.sections {
      for input in output.inputs { outputNames[input.section] = output.name }
    }
    var result: [ProgramImage.Symbol] = []
    for symbol in symbols where symbol.isDefined && !symbol.isTemporary {
      guard let (value, section) = place(of: symbol) else { continue }
      let size = symbol.size.flatMap { try? finalValue($0) }??.value ?? 0
      result.append(
        ProgramImage.Symbol(
          name: symbol.name, value: UInt32(truncatingIfNeeded: value),
          byteCount: Int(truncatingIfNeeded: size),
          kind: ProgramImage.Symbol.Kind(rawValue: symbol.type) ?? .none,
          isGlobal: symbol.binding != .local, section: section.map { outputNames[$0] }))
    }
    return ProgramImage(
      segments: loaded.map {
        ProgramImage.Segment(
          address: UInt32(truncatingIfNeeded: $0.address), bytes: $0.bytes, byteCount: $0.size)
      },
      entry: program.entry, symbols: result)
  }
}
