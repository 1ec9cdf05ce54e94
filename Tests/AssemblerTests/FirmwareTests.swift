import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct FirmwareTests {
  /// Every program of the firmware in assembly; `firmware/lib` has what they include.
  static let programs: [String] = {
    let paths =
      FileManager.default.enumerator(atPath: ClangOracle.firmware)?.compactMap { $0 as? String }
    return (paths ?? []).filter { $0.hasSuffix(".s") && !$0.contains("/") }.sorted()
  }()

  static func assemble(_ program: String) throws(AssemblyError) -> Assembly {
    var options = Assembler.Options()
    options.includePaths = ClangOracle.includePaths
    return try Assembler.assemble(files: ["\(ClangOracle.firmware)/\(program)"], options: options)
  }

  @Test("There are programs to assemble")
  func discovery() {
    #expect(
      Self.programs == [
        "correlation_stdp.s", "delgrad.s", "delgrad_synaptic.s", "eventprop.s", "fastdeep.s",
        "homeostasis.s", "inference.s", "membranes.s", "rstdp.s", "stdp.s",
      ])
  }

  @Test(
    "clang and ld.lld make the same bytes and symbols of the firmware",
    .enabled(if: ClangOracle.isUsable, "needs clang and ld.lld"), arguments: programs)
  func agreesWithClang(program: String) throws {
    let ours = try Self.assemble(program)
    #expect(ours.warnings.isEmpty)
    let theirs = try ClangOracle.program(["\(ClangOracle.firmware)/\(program)"])
    let difference = difference(ours.image, theirs)
    #expect(difference == nil, "\(program): \(difference ?? "")")
  }
}
