import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct MixProgramTests {
  static let flags = [
    "--target=riscv32-unknown-elf", "-march=rv32im", "-mabi=ilp32", "-O2", "-ffreestanding",
    "-fno-builtin", "-mno-relax", "-fno-pic", "-msmall-data-limit=0",
  ]

  /// Code and constants lie below, variables from here on, in another page: QEMU translates a page's
  /// code again when something is stored there.
  static let dataOffset = 0x1000

  /// Rows of eight words.
  static func rows(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    let words = stride(from: 0, to: bytes.count, by: 4).map { at in
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
      let digits = String(word, radix: 16, uppercase: true)
      return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return stride(from: 0, to: words.count, by: 8).map {
      "    " + words[$0..<min($0 + 8, words.count)].joined(separator: ", ") + ","
    }.joined(separator: "\n")
  }

  /// The program as the bench command holds it.
  static func source(_ image: ProgramImage) -> String {
    let base: UInt32 = 0x8000_0000
    var bytes: [UInt8] = []
    for segment in image.segments where !segment.bytes.isEmpty {
      let offset = Int(segment.address - base)
      bytes += [UInt8](repeating: 0, count: offset - bytes.count) + segment.bytes
    }
    bytes += [UInt8](repeating: 0, count: -bytes.count & 3)
    var code = bytes.prefix(dataOffset)
    while code.last == 0 { code.removeLast() }
    code += [UInt8](repeating: 0, count: -code.count & 3)
    let turns = image.address(of: "turns") ?? 0
    return """
      /// `firmware/bench/mix.c`, compiled by clang; `MixProgramTests` writes this file.
      enum MixProgram {
        /// The offset of the word that holds the number of turns.
        static let turnsOffset = \(turns - base)
        static let entryOffset: UInt32 = \(image.entry - base)

        static func program(turns: Int) -> BenchmarkProgram {
          var words = code + [UInt32](repeating: 0, count: \(dataOffset) / 4 - code.count) + data
          words[turnsOffset / 4] = UInt32(turns)
          return BenchmarkProgram(
            bytes: words.flatMap { word in
              (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
            }, entry: ProcessorBenchmark.base + entryOffset)
        }

        // swift-format-ignore
        private static let code: [UInt32] = [
      \(rows(code))
        ]

        // swift-format-ignore
        private static let data: [UInt32] = [
      \(rows(bytes.dropFirst(dataOffset)))
        ]
      }

      """
  }

  @Test(
    "The compiled mix is what clang makes of its source",
    .enabled(
      if: Oracle.clang.isUsable && Oracle.ldLLD.isUsable, "clang and ld.lld are not installed"))
  func isCurrent() throws {
    let folder = try TemporaryFolder()
    let (object, program) = (folder.path("mix.o"), folder.path("mix.elf"))
    let file = repository.appendingPathComponent("firmware/bench/mix.c").path
    let compiled = try Oracle.clang.run(Self.flags + ["-c", file, "-o", object])
    #expect(compiled.status == 0, "\(compiled.errors)")
    let linked = try Oracle.ldLLD.run([
      "--no-relax", "-N", "--image-base=0x80000000", "-Ttext=0x80000000",
      "-Tdata=0x\(String(0x8000_0000 + Self.dataOffset, radix: 16))", object, "-o", program,
    ])
    #expect(linked.status == 0, "\(linked.errors)")
    let image = try ProgramImage(elf: [UInt8](Data(contentsOf: URL(fileURLWithPath: program))))
    try expectGolden(
      Self.source(image), at: "Sources/HostTool/Benchmarks/MixProgram.swift")
  }
}
