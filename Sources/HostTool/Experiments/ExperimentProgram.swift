import Assembler
import Chip
import ChipGeometry
import PlasticityProcessor

/// A program at work in an experiment: its parameters, and what it says in its mailbox.
struct ExperimentProgram {
  let file: LoadedProgram
  let hemisphere: Hemisphere

  /// How long a chip runs before it is asked again.
  private static let slice: UInt64 = 2500

  /// Loads the program and sets words at its symbols `param_…`.
  init(
    _ file: LoadedProgram, _ parameters: [(name: String, value: Int)], on hemisphere: Hemisphere,
    _ chip: inout Chip
  ) throws {
    self.file = file
    self.hemisphere = hemisphere
    try chip.load(file.program(), into: hemisphere)
    for (name, value) in parameters {
      guard let address = file.image.address(of: "param_" + name) else {
        throw ToolError("\(file.path): has no parameter \(name), which this experiment sets")
      }
      chip.writeWord(hemisphere, at: address, UInt32(bitPattern: Int32(value)))
    }
  }

  /// A word of the mailbox, by its offset.
  func mailbox(_ name: String, _ chip: borrowing Chip) -> Int {
    guard let word = ProgramInterface.mailboxWords.first(where: { $0.name == name }) else {
      preconditionFailure("the mailbox has no word \(name)")
    }
    return Int(
      Int32(bitPattern: chip.readWord(hemisphere, at: AddressMap.mailbox.base + word.offset)))
  }

  /// Runs the chip until a word of the mailbox has a value.
  ///
  /// - Throws: if the program stops, reports an error, or does not get there within `limit` cycles.
  func run(_ chip: inout Chip, until name: String, is value: Int, limit: UInt64) throws {
    let end = chip.now.cycles + limit
    while mailbox(name, chip) != value {
      let stop = chip.run(until: ClockTime(cycles: chip.now.cycles + Self.slice))
      if case .processorStopped(let hemisphere, .trapped(let trap)) = stop {
        throw ToolError(
          TrapReport.text(trap, file, hemisphere, registers: chip.registers(hemisphere)),
          status: .trapped)
      }
      let status = mailbox("STATUS", chip)
      guard status == 0 else {
        throw ToolError("\(file.path): refuses its parameters with status \(status)")
      }
      guard chip.now.cycles < end else {
        throw ToolError(
          "\(file.path): \(name) in the mailbox is \(mailbox(name, chip)) after \(limit) cycles, "
            + "expected \(value)", status: .trapped)
      }
    }
  }
}
