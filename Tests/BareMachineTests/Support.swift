import Assembler
import BareMachine
import PlasticityProcessor

/// Programs for machines, from sources.
enum Source {
  /// The first address, as in most bare programs.
  static let base: UInt32 = 0x8000_0000

  static func image(_ text: String, base: UInt32 = Source.base) throws -> ProgramImage {
    var options = Assembler.Options()
    options.textBase = base
    return try Assembler.assemble(text: text, options: options).image
  }

  static func program(_ text: String, base: UInt32 = Source.base) throws -> BareProgram {
    program(try image(text, base: base))
  }

  static func program(_ image: ProgramImage) -> BareProgram {
    BareProgram(
      segments: image.segments.map {
        BareProgram.Segment(address: $0.address, bytes: $0.bytes, byteCount: $0.byteCount)
      },
      entry: image.entry, tohost: image.address(of: "tohost"))
  }
}

extension BareMachine {
  /// A machine with an assembled program.
  init(source: String, base: UInt32 = Source.base, memory: BareMemory? = nil) throws {
    self = try BareMachine(Source.program(source, base: base), memory: memory)
  }

  /// Runs to the end of the program; nil if it takes more than a million cycles.
  mutating func runToEnd() -> BareEnd? {
    while true {
      switch run(untilCycle: 1_000_000) {
      case .ended(let end): return end
      case .consoleWrite: continue
      default: return nil
      }
    }
  }
}
