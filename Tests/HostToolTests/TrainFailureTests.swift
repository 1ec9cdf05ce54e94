import TestSupport
import Testing

/// What `train` says when the program cannot learn.
@Suite struct TrainFailureTests {
  /// A program with the symbols of a learning program, that does `body`.
  static func train(_ body: String) throws -> Tool {
    let folder = try TemporaryFolder()
    let names = [
      "inputs", "hidden", "outputs", "tau_m_ticks", "tau_s_ticks", "refractory_ticks",
      "sample_ticks", "range_hidden", "range_output", "samples_per_epoch", "spike_slots",
    ]
    let parameters = names.map { ".globl param_\($0)\nparam_\($0): .word 0\n" }.joined()
    let source = try folder.write(
      "_start:\n\(body)\n.data\n\(parameters)weights_hidden: .zero 2560\nweights_output: .zero 768\n",
      to: "p.s")
    return Tool("train", source, "--epochs", "1", "--samples", "20")
  }

  @Test("A trap is reported with symbol, instruction and registers, and nothing is printed before")
  func trap() throws {
    let tool = try Self.train("  li a0, 0x1234\nbad:\n  lw a1, 0(a0)\n  csrr a2, 0x123\n")
    #expect(tool.status == 3)
    #expect(tool.output == "")
    for text in [
      "initialisation: the program trapped: illegal instruction", "bad+0x4", "a0   00001234",
    ] { #expect(tool.errors.contains(text), "\(tool.errors)") }
  }

  @Test("A program without parameters is told from a wrong parameter name")
  func noParameters() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("_start: wfi\n", to: "p.s")
    let tool = Tool("train", source, "--epochs", "1", "--samples", "20")
    #expect(tool.status == 2 && tool.output == "")
    #expect(tool.errors.contains("is it a learning program?"))
    let wrong = Tool(
      "train", ProfileCommandTests.eventProp, "--epochs", "1", "--samples", "20", "--set",
      "bacth=3")
    #expect(wrong.status == 2 && wrong.errors.contains("no parameter 'bacth'; it has: inputs"))
  }
}
