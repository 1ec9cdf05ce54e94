import ChipDescription
import Assembler
import Chip
import ChipGeometry
import InstructionSet
import Learning
import PlasticityProcessor

/// A program as commands name it: an ELF file, or a source that is assembled on the fly.
struct LoadedProgram {
  /// As the user wrote it.
  var path: String
  var image: ProgramImage
  /// Empty without debug information.
  var lines: LineTable
  /// The executable that was assembled from it; nil: the file is one.
  var assembled: [UInt8]?

  /// The options that go with a source.
  static let options: [Command.Option] = [
    .value("-I", "FOLDER", "look for included files in FOLDER too", repeats: true),
    .value("-D", "NAME[=VALUE]", "define an assembler symbol (default value 1)", repeats: true),
  ]

  init(_ path: String, _ invocation: Invocation) throws(ToolError) {
    let (elf, assembled) = try Self.elf(path, invocation)
    self.path = path
    self.assembled = assembled
    image = ProgramImage(elf)
    lines = elf.lines
  }

  /// Reads an executable, or makes one from a source, whose bytes it returns too.
  static func elf(
    _ path: String, _ invocation: Invocation,
    adjusting adjust: (inout Assembler.Options) -> Void = { _ in }
  ) throws(ToolError) -> (elf: ELFImage, assembled: [UInt8]?) {
    let bytes = try InputFile.bytes(path)
    var assembled: [UInt8]?
    if !bytes.starts(with: [0x7F] + Array("ELF".utf8)) {
      var options = try AssemblyArguments.options(invocation.arguments)
      adjust(&options)
      let source = Assembler.Source(path: path, bytes: bytes)
      assembled = try AssemblyArguments.assemble([source], options, invocation).elf
    }
    do {
      return (try ELFImage(assembled ?? bytes), assembled)
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  /// As the chip takes it; its memory is zero before.
  ///
  /// - Throws: if it needs addresses that the SRAM does not have, be it for zeros.
  func program() throws(ToolError) -> Program {
    for segment in image.segments
    where Int(segment.address) + segment.byteCount > Int(AddressMap.sramByteCount) {
      let error = ChipError.programDoesNotFit(
        address: segment.address, byteCount: segment.byteCount)
      throw ToolError("\(path): \(error)", hint: "--bare runs programs without the chip")
    }
    return Program(image)
  }

  /// As a training session takes it.
  var learningProgram: LearningProgram { LearningProgram(image, name: path) }

  /// `loop+0x8 (file.s:12)`, as far as it is known.
  func place(_ address: UInt32) -> String {
    let symbol = image.description(of: address)
    return lines.location(of: address).map { "\(symbol) (\($0))" } ?? symbol
  }
}

/// How a stopped program is reported.
enum TrapReport {
  static func json(_ trap: Trap, _ file: LoadedProgram) -> JSONValue {
    let symbol = file.image.symbol(containing: trap.programCounter) != nil
    return [
      "cause": .string(trap.cause.summary),
      "pc": .integer(Int(trap.programCounter)),
      "symbol": symbol ? .string(file.image.description(of: trap.programCounter)) : .null,
      "instruction": .string(instruction(trap)),
      "value": .integer(Int(trap.value)),
    ]
  }

  /// Message with pc, symbol, instruction and registers.
  static func text(
    _ trap: Trap, _ file: LoadedProgram, _ hemisphere: Hemisphere, registers values: [UInt32]
  ) -> String {
    text(
      trap, "\(file.path): the program on the \(hemisphere) processor", registers: values,
      place: file.place(trap.programCounter))
  }

  /// The same about a `subject` that "trapped", with the instruction's `place` in words.
  static func text(
    _ trap: Trap, _ subject: String, registers values: [UInt32], place: String
  ) -> String {
    let pc = TextTable.hexadecimal(trap.programCounter)
    let value = trap.value == 0 ? "" : " (value \(TextTable.hexadecimal(trap.value)))"
    let analog = [
      AddressMap.columnADC, AddressMap.correlationCausal, AddressMap.correlationAcausal,
    ]
    let isAnalog =
      trap.cause == .loadAccessFault
      && analog.contains { trap.value &- $0.base < $0.byteCount }
    let note = isAnalog ? "\n  the column ADC, which a spike-only program must not read" : ""
    return "\(subject) trapped: \(trap.cause.summary)\(value)\(note)\n"
      + "  pc           \(pc)  \(place)\n"
      + "  instruction  \(instruction(trap))\n" + registers(values)
  }

  static func registers(_ values: [UInt32]) -> String {
    stride(from: 0, to: 32, by: 4).map { first in
      let cells = (first..<first + 4).map { register in
        TextTable.left(RegisterName.integer[register], 5) + TextTable.word(values[register])
      }
      return "  " + cells.joined(separator: "   ") + "\n"
    }.joined()
  }

  private static func instruction(_ trap: Trap) -> String {
    InstructionTable.disassemble(trap.instruction, at: trap.programCounter)
  }
}
