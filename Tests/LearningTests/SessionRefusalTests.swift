import Chip
import Learning
import SpikeTrace
import Testing

/// What a session says to networks, traces and programs that cannot be.
@Suite struct SessionRefusalTests {
  @Test(
    "A layer without neurons, and one hidden neuron for two processors, do not fit",
    arguments: [(0, 3, 3, false), (4, 0, 3, false), (4, 3, 0, false), (4, 1, 3, true)])
  func emptyLayers(inputs: Int, hidden: Int, outputs: Int, spansBoth: Bool) {
    #expect(throws: MappingError.self) {
      _ = try LayeredNetwork(
        inputs: inputs, hidden: hidden, outputs: outputs, spansBoth: spansBoth)
    }
  }

  /// The header of a run of delgrad.s, 4-30-3, changed.
  private static func error(_ change: (inout SpikeTraceHeader) throws -> Void) throws -> String? {
    let program = try SessionTests.program(named: "delgrad.s")
    let run = try TrainingRun(program, SessionTests.options)
    var header = try run.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    try change(&header)
    do {
      _ = try ReplaySession(program, header)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("A trace whose arrays are of another network than its header is refused")
  func traceHeader() throws {
    #expect(try Self.error { _ in } == nil)
    #expect(
      try Self.error { $0.hiddenCount = 31 }
        == "the trace's header: array 'weights_hidden' has shape [5, 30], its network needs [5, 31]"
    )
    #expect(try Self.error { $0.outputCount = 0 }?.contains("does not fit") == true)
    #expect(
      try Self.error { header in
        let index = try #require(header.arrays.firstIndex { $0.name == "delay_masters" })
        header.arrays[index].values.removeLast()
        header.arrays[index].shape = [34]
      } == "the trace's header: array 'delay_masters' has shape [34], its network needs [35]")
    #expect(
      try Self.error { header in
        let index = try #require(header.arrays.firstIndex { $0.name == "delay_masters" })
        header.arrays[index].values[3] = -5
      } == "the trace's header: array 'delay_masters' has a delay below 0: -5")
  }

  @Test("A trace from the middle of a run counts its samples as its program does")
  func samplesBefore() throws {
    let program = try SessionTests.program()
    var run = try TrainingRun(program, SessionTests.options)
    _ = try run.runEpoch()
    let header = try run.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    #expect(header.extra("samples_before") == "50")
    _ = try ReplaySession(program, header)
    for text in ["9223372036854775807", "-9223372036854775808", "49", "-1", "x"] {
      var other = header
      other.extra = [.init("samples_before", text)]
      do {
        _ = try ReplaySession(program, other)
        Issue.record("\(text) was accepted")
      } catch {
        #expect("\(error)".contains("the trace's header: samples_before is"), "\(error)")
      }
    }
  }

  @Test(
    "What the host needs of a program must lie in its memory",
    arguments: ["0xFFFFFFF0", "0x3FF0", "0x4000"])
  func symbolOutside(address: String) throws {
    let program = try SessionTests.program(
      """
      .globl _start, weights_hidden
      .equ weights_hidden, \(address)
      _start: wfi
      """)
    var header = SpikeTraceHeader(toolVersion: "t")
    (header.inputCount, header.hiddenCount, header.outputCount) = (5, 3, 3)
    do {
      _ = try ReplaySession(
        program, header, weights: WeightMasters(inputs: 5, hidden: 3, outputs: 3))
      Issue.record("the weights were written somewhere")
    } catch {
      #expect("\(error)".contains("'weights_hidden' is at 0x"), "\(error)")
    }
  }

  @Test("Inputs that come after the end of the sample are refused")
  func window() throws {
    var options = SessionTests.options
    options.session.synapticTicks = 4000
    let program = try SessionTests.program()
    do {
      _ = try TrainingRun(program, options)
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix("samples end after 6000 ticks"), "\(error)")
    }
  }
}
