import Chip
import ChipGeometry
import PlasticityProcessor

/// What commands do when a program on the chip prints, ends or traps while something else decides how
/// long the chip runs.
enum ProgramStops {
  /// Prints what is to be printed; an end with code 0 is silent.
  ///
  /// - Throws: if the program trapped or ended with another code.
  static func handle(
    _ stop: ChipStop, _ chip: inout Chip, _ programs: [Hemisphere: LoadedProgram],
    console: ToolStream
  ) throws(ToolError) {
    switch stop {
    case .reachedTime, .asleep, .idle, .paused: break
    case .consoleWrite(let hemisphere, let address, let byteCount):
      guard UInt64(address) + UInt64(byteCount) <= UInt64(AddressMap.sramByteCount) else {
        throw ToolError(
          "\(programs[hemisphere]?.path ?? "the program") prints \(byteCount) bytes from "
            + "\(TextTable.hexadecimal(address)) on, beyond its memory", status: .trapped)
      }
      console.write(chip.readMemory(hemisphere, at: address, byteCount: Int(byteCount)))
    case .processorStopped(let hemisphere, .exited(let code)):
      guard code == 0 else {
        throw ToolError(
          "\(programs[hemisphere]?.path ?? "the program") exits with code \(code)",
          status: .trapped)
      }
    case .processorStopped(let hemisphere, .trapped(let trap)):
      guard let file = programs[hemisphere] else { return }
      throw ToolError(
        TrapReport.text(trap, file, hemisphere, registers: chip.registers(hemisphere)),
        status: .trapped)
    case .processorStopped: break
    }
  }
}
