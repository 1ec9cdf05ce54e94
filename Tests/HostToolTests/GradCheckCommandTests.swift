import Foundation
import HostTool
import TestSupport
import Testing

/// `ranvier gradcheck`; the numbers themselves are tested with the library.
@Suite struct GradCheckCommandTests {
  static func firmware(_ name: String) -> String {
    repository.appendingPathComponent("firmware/" + name).path
  }

  @Test("A program without gradients is refused")
  func noGradient() {
    let tool = Tool("gradcheck", Self.firmware("stdp.s"), "--cases", "1")
    #expect(tool.status == 2 && tool.output == "")
    #expect(tool.errors.contains("computes no gradient: it has no symbol gradient_hidden"))
  }

  @Test("The report names the instructions that lose precision, and their places in the source")
  func report() throws {
    let tool = Tool(
      "gradcheck", Self.firmware("delgrad.s"), "--cases", "1", "--differences", "0", "--top", "3")
    #expect(tool.status == 0, "\(tool.errors)")
    for text in [
      "cosine, program and reference", "delays: sums and errors", "% of the bound per sample",
      "hidden_layer\n", "firmware/lib/", " more)",
    ] { #expect(tool.output.contains(text), "\(tool.output)") }
  }

  @Test("A gradient that is right but for a factor of two has failed; so has none at all")
  func factor() throws {
    let folder = try TemporaryFolder()
    let firmware = repository.appendingPathComponent("firmware").path
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(firmware)/\(name)", encoding: .utf8)
    }
    let shift = ".equ GRADIENT_SHIFT, "
    let library = try text("lib/adjoints.inc")
    #expect(library.contains(shift + "7"))
    let program = try folder.write(try text("fastdeep.s"), to: "p.s")
    try FileManager.default.createDirectory(
      atPath: folder.path("lib"), withIntermediateDirectories: true)
    _ = try folder.write(library.replacing(shift + "7", with: shift + "8"), to: "lib/adjoints.inc")
    let tool = Tool(
      "gradcheck", program, "-I", firmware, "--cases", "1", "--differences", "0", "--json")
    #expect(tool.status == 1, "\(tool.errors)")
    #expect(tool.output.contains("\"cosine_min\": 0.99"))

    // Nobody spikes, so there is nothing to compare.
    let silent = Tool(
      "gradcheck", Self.firmware("fastdeep.s"), "--cases", "1", "--differences", "0", "--set",
      "init_hidden_mean=-32767", "--set", "init_hidden_deviation=0")
    #expect(silent.status == 1 && silent.errors.contains("1 of 1 batches have no gradient"))
  }

  @Test("A cosine below 0.999 is a failed comparison; the report has all its keys")
  func failure() {
    // Jumps of three units at most.
    let tool = Tool(
      "gradcheck", Self.firmware("fastdeep.s"), "--cases", "1", "--differences", "0", "--json",
      "--set", "bound_adjoint=3")
    #expect(tool.status == 1, "\(tool.errors)")
    for key in [
      "cases", "cosine_min", "relative_error_max", "reference_vs_differences_max", "precision",
      "symbols", "instructions", "underflowed", "peak_bits",
    ] { #expect(tool.output.contains("\"\(key)\": "), "\(key)") }
  }
}
