import Assembler
import Foundation
import TestSupport

/// The toolchain's own assembler and linker, to compare with.
enum ClangOracle {
  static let isUsable = Oracle.clang.isUsable && Oracle.ldLLD.isUsable
  static let firmware = repository.appendingPathComponent("firmware").path
  static let includePaths = [firmware, firmware + "/lib"]

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Assembles and links files with `firmware/chip.ld`.
  static func program(_ files: [String], arguments: [String] = []) throws -> ELFImage {
    let folder = try TemporaryFolder()
    var objects: [String] = []
    for (index, file) in files.enumerated() {
      let object = folder.path("\(index).o")
      let search =
        includePaths.flatMap { ["-I", $0] } + ["-I", (file as NSString).deletingLastPathComponent]
      let result = try Oracle.clang.run(
        [
          "--target=riscv32", "-march=rv32im_zicsr_zifencei_zve32x_zvl1024b", "-mno-relax",
          "-Wno-unused-command-line-argument",
        ] + search + arguments + ["-c", file, "-o", object])
      guard result.status == 0 else { throw Failure(description: result.errors) }
      objects.append(object)
    }
    let program = folder.path("program.elf")
    let result = try Oracle.ldLLD.run(
      ["--no-relax", "-T", firmware + "/chip.ld"] + objects + ["-o", program])
    guard result.status == 0 else { throw Failure(description: result.errors) }
    return try ELFImage([UInt8](Data(contentsOf: URL(fileURLWithPath: program))))
  }
}

/// What two programs differ in, or nil.
func difference(_ ours: ProgramImage, _ theirs: ELFImage) -> String? {
  let other = ProgramImage(theirs)
  if ours.entry != other.entry { return "entry \(ours.entry), expected \(other.entry)" }
  for address in 0..<max(ours.end, other.end) {
    let (mine, expected) = (ours.byte(at: address) ?? 0, other.byte(at: address) ?? 0)
    if mine != expected {
      return "byte \(mine) at \(ours.description(of: address)), expected \(expected)"
    }
  }
  if ours.sha256 != other.sha256 { return "equal bytes but another hash" }
  for symbol in other.symbols where !symbol.name.hasPrefix(".L") {
    let candidates = ours.symbols.filter { $0.name == symbol.name }
    guard candidates.contains(where: { $0.value == symbol.value }) else {
      return "symbol \(symbol.name) is \(candidates.map(\.value)), expected \(symbol.value)"
    }
    guard
      candidates.contains(where: {
        $0.byteCount == symbol.byteCount && $0.kind == symbol.kind && $0.isGlobal == symbol.isGlobal
      })
    else { return "symbol \(symbol.name) has another size, type or binding" }
  }
  return nil
}
