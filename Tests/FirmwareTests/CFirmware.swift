import Assembler
import Foundation
import TestSupport
import Testing

/// Programs of `firmware/c`, built as firmware/README.md says.
enum CFirmware {
  static let isUsable = Oracle.clang.isUsable && Oracle.ldLLD.isUsable
  static let why: Comment = "needs clang and ld.lld"

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The executable made of `start.s` and the sources, as an ELF file in a folder.
  static func elf(_ sources: [String], in folder: TemporaryFolder) throws -> String {
    let firmware = Firmware.folder.path
    var objects: [String] = []
    for source in ["start.s"] + sources {
      let object = folder.path(source + ".o")
      let result = try Oracle.clang.run([
        "--target=riscv32", "-march=rv32im_zicsr_zifencei_zve32x_zvl1024b", "-mno-relax",
        "-ffreestanding", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument",
        "-I", firmware, "-c", "\(firmware)/c/\(source)", "-o", object,
      ])
      guard result.status == 0 else { throw Failure(description: result.errors) }
      objects.append(object)
    }
    let program = folder.path("program.elf")
    let result = try Oracle.ldLLD.run(
      ["--no-relax", "-T", "\(firmware)/chip.ld"] + objects + ["-o", program])
    guard result.status == 0 else { throw Failure(description: result.errors) }
    return program
  }

  static let stdp = Result {
    let folder = try TemporaryFolder()
    let path = try elf(["network.c", "stdp.c"], in: folder)
    return try ProgramImage(elf: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
  }
}
