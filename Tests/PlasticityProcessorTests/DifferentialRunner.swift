import Foundation
import InstructionSet
import PlasticityProcessor
import TestSupport

/// Runs cases here and in QEMU and finds those that end differently.
enum DifferentialRunner {
  static let qemu = ["-cpu", "rv32,v=true,vext_spec=v1.0,vlen=1024,elen=32"]

  /// A case that ends differently, its instructions reduced to those that matter.
  struct Failure {
    var item: DifferentialCase
    var difference: String

    /// A program to assemble that starts with what happened where.
    func report(_ place: String) -> String { item.source("\(place): \(difference)") }
  }

  /// The dumps that QEMU writes, one per case; fewer if it dies.
  static func runQEMU(_ program: DifferentialProgram) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path("program")
    try Data(DifferentialProgram.executable(program.image, entry: program.entry))
      .write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return [UInt8](try Oracle.qemu.run(qemu + [path]).output)
  }

  /// The dumps that our processor writes, one per case; fewer if it does something unexpected.
  static func runHere(_ program: DifferentialProgram) -> [UInt8] {
    let image = program.image
    var processor = PlasticityProcessor(
      sramBase: DifferentialProgram.base, sramByteCount: (image.count + 3) & ~3)
    processor.load(image, at: DifferentialProgram.base)
    processor.programCounter = program.entry
    var output: [UInt8] = []
    let log = DifferentialProgram.state + DifferentialProgram.trapLogOffset
    while true {
      switch processor.run(untilCycle: .max) {
      case .consoleWrite(let address, let byteCount):
        output += processor.read(at: address, byteCount: Int(byteCount))
      case .trapped(let trap) where trap.cause == .illegalInstruction:
        // As the signal handler of the program does under QEMU.
        let count = processor.readWord(at: log) + 1
        processor.writeWord(count, at: log)
        processor.writeWord(trap.programCounter, at: log + 4 * count)
        processor.programCounter = trap.programCounter + 4
      case .trapped(let trap) where trap.cause == .environmentCall:
        processor.programCounter = trap.programCounter + 4
      default: return output
      }
    }
  }

  /// How many instructions trapped in a run of QEMU.
  private static func trapCount(_ dumps: [UInt8]) -> Int {
    let size = Int(DifferentialProgram.dumpByteCount)
    return stride(from: 0, to: dumps.count, by: size).reduce(0) {
      $0 + Int(dumps[$1 + Int(DifferentialProgram.trapLogOffset)])
    }
  }

  struct Comparison {
    /// For each case how it ends differently, nil if it does not.
    var differences: [String?]
    /// How many instructions trapped.
    var trapCount: Int
  }

  static func compare(_ cases: [DifferentialCase]) async throws -> Comparison {
    let program = DifferentialProgram(cases)
    async let qemuOutput = runQEMU(program)
    let ours = runHere(program)
    let theirs = try await qemuOutput
    let size = Int(DifferentialProgram.dumpByteCount)
    let isSame = ours == theirs && ours.count == cases.count * size
    let differences: [String?] = cases.indices.map { index in
      let range = size * index..<size * (index + 1)
      if isSame { return nil }
      guard range.upperBound <= theirs.count else { return "QEMU died before the end of the case" }
      guard range.upperBound <= ours.count else { return "we stopped before the end of the case" }
      return difference(Array(ours[range]), Array(theirs[range]), body: program.bodies[index])
    }
    return Comparison(differences: differences, trapCount: trapCount(theirs))
  }

  /// The first differing places of two dumps, in words.
  private static func difference(_ ours: [UInt8], _ theirs: [UInt8], body: UInt32) -> String? {
    guard ours != theirs else { return nil }
    var found: [String] = []
    var index = 0
    while index < ours.count && found.count < 4 {
      if ours[index] != theirs[index] {
        let start = index & ~3
        func word(_ dump: [UInt8]) -> String {
          let value = (0..<4).reduce(0) { $0 | UInt32(dump[start + $1]) << UInt32(8 * $1) }
          return "0x" + String(value, radix: 16)
        }
        found.append("\(place(start)): we \(word(ours)), QEMU \(word(theirs))")
        index = start + 4
      } else {
        index += 1
      }
    }
    let origin = "first instruction at 0x\(String(body, radix: 16))"
    return "\(found.joined(separator: "; ")) (\(origin))"
  }

  private static func place(_ offset: Int) -> String {
    switch UInt32(offset) {
    case ..<DifferentialProgram.controlOffset: return RegisterName.integer[offset / 4]
    case ..<DifferentialProgram.trapLogOffset:
      let index = (offset - Int(DifferentialProgram.controlOffset)) / 4
      return index < 7 ? DifferentialProgram.controls[index] : "nothing"
    case DifferentialProgram.trapLogOffset: return "number of illegal instructions"
    case ..<DifferentialProgram.vectorOffset: return "address of an illegal instruction"
    case ..<DifferentialProgram.scratchOffset:
      let byte = offset - Int(DifferentialProgram.vectorOffset)
      return "v\(byte / 128) byte \(byte % 128)"
    default: return "scratch byte \(offset - Int(DifferentialProgram.scratchOffset))"
    }
  }

  /// Takes away instructions as long as the two still differ: half of them, a quarter, single units,
  /// at last single instructions within units.
  static func minimise(_ item: DifferentialCase) async throws -> Failure {
    var item = item
    var difference =
      try await compare([item]).differences[0] ?? "different only together with other cases"
    var size = max(item.units.count / 2, 1)
    while size > 0 {
      let candidates = stride(from: 0, to: item.units.count, by: size).compactMap {
        item.without($0..<min($0 + size, item.units.count))
      }
      if let found = try await firstDifferent(candidates) {
        (item, difference) = found
      } else {
        size /= 2
      }
    }
    while let found = try await firstDifferent(item.withoutSingleWords) {
      (item, difference) = found
    }
    return Failure(item: item, difference: difference)
  }

  /// The first of some cases that still ends differently; not one that only kills QEMU.
  private static func firstDifferent(
    _ candidates: [DifferentialCase]
  ) async throws -> (DifferentialCase, String)? {
    guard !candidates.isEmpty else { return nil }
    let results = try await compare(candidates).differences
    for (candidate, result) in zip(candidates, results) {
      if let result, !result.hasPrefix("QEMU died") { return (candidate, result) }
    }
    return nil
  }
}
