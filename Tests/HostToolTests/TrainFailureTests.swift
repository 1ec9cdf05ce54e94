import Foundation
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

  @Test("What cannot be written, contradicts itself or means two things is refused before the work")
  func refusedEarly() throws {
    let folder = try TemporaryFolder()
    func refusal(_ words: String...) -> String {
      let tool = Tool(["train", ProfileCommandTests.eventProp, "--epochs", "9"] + words)
      #expect(tool.status == 2 && tool.output == "", "\(words)")
      return tool.errors
    }
    let gone = folder.path("gone/w.npz")
    #expect(refusal("--weights", gone).contains("gone/w.npz: cannot be written"))
    #expect(refusal("--checkpoint", gone).contains("gone/w.npz: cannot be written"))
    #expect(refusal("--weights", folder.path("w.csv")).contains("weights export writes tables"))
    let one = folder.path("one.npz")
    #expect(refusal("--weights", one, "--record", one).contains("named for two files"))
    #expect(refusal("--resume", one, "--weights", one).contains("named for two files"))
    #expect(refusal("--resume", one, "--initial-weights", one).contains("--initial-weights"))
    #expect(refusal("--set", "hidden=16").contains("--hidden N chooses"))
    #expect(refusal("--set", "sample_ticks=100").contains("samples last 48 us"))
    #expect(refusal("--inject-noise", "3", "--pool-seed", "1").contains("is chip 1 itself"))
    #expect(refusal("--hidden", "1", "--set", "processors=2").contains("needs 2 hidden neurons"))
    #expect(refusal("--set", "batch=0").contains("'batch' is outside its limits"))
    #expect(refusal("--set", "loss=7").contains("'loss' is outside its limits"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).isEmpty)
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
