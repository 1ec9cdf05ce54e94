import Assembler
import BareMachine

/// The options of programs that run without the chip.
enum BareArguments {
  static let memory = Command.Option.value(
    "--memory", "BASE:SIZE",
    "bare: where the memory lies (default 16M from the lowest segment, more as needed)")

  /// `--memory`, nil without it.
  static func memory(_ arguments: ParsedArguments) throws(ToolError) -> BareMemory? {
    guard let text = arguments.value("--memory") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let base = ParsedArguments.integer(parts[0]),
      let base = UInt32(exactly: base), let size = byteCount(parts[1])
    else {
      throw ToolError(
        "--memory: '\(text)' is not BASE:SIZE",
        hint: "an address and a number of bytes, such as 0x80000000:16M")
    }
    do {
      return try BareMemory(base: base, byteCount: size)
    } catch {
      throw ToolError("--memory: \(error)")
    }
  }

  /// A positive number with or without K, M or G.
  private static func byteCount(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    let shift = text.last.flatMap { shifts[$0] }
    guard let number = ParsedArguments.integer(shift == nil ? text : String(text.dropLast())),
      number > 0, number <= 1 << 32
    else { return nil }
    return number << (shift ?? 0)
  }
}

extension LoadedProgram {
  /// A program for a bare machine: an ELF file, or a source that may fill all memory from the first
  /// address of `memory` on.
  init(bare path: String, memory: BareMemory?, _ invocation: Invocation) throws(ToolError) {
    let (elf, assembled) = try Self.elf(path, invocation) { options in
      options.textBase = memory?.base ?? 0
      options.memoryEnd = .max
    }
    self.path = path
    self.assembled = assembled
    // Linkers put the headers of the file into a segment of their own, often far from the program.
    let filled = elf.segments.filter { segment in
      !segment.bytes.starts(with: [0x7F] + Array("ELF".utf8))
        || elf.sections.contains {
          $0.isLoaded && UInt64($0.address) < UInt64(segment.address) + UInt64(segment.byteCount)
            && UInt64($0.address) + UInt64($0.byteCount) > UInt64(segment.address)
        }
    }
    image = ProgramImage(
      segments: filled.isEmpty ? elf.segments : filled, entry: elf.entry, symbols: elf.symbols)
    lines = elf.lines
  }

  /// A machine with the program in its memory.
  func bareMachine(_ memory: BareMemory?) throws(ToolError) -> BareMachine {
    let program = BareProgram(
      segments: image.segments.map {
        BareProgram.Segment(address: $0.address, bytes: $0.bytes, byteCount: $0.byteCount)
      },
      entry: image.entry, tohost: image.address(of: "tohost"))
    do {
      return try BareMachine(program, memory: memory)
    } catch {
      throw ToolError(
        "\(path): \(error)", hint: "--memory BASE:SIZE says where the memory lies")
    }
  }
}
