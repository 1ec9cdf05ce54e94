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
