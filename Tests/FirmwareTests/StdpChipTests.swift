import AnalogCore
import Assembler
import Chip
import ChipGeometry
import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Both STDP programs on the whole chip, with the stimulus of `traces/stdp-stimulus.spikes`.
@Suite struct StdpChipTests {
  static let stimulusPath = "traces/stdp-stimulus.spikes"
  /// Ticks from sample to sample: 48 µs, and as long again for the program.
  static let period = 12_000
  static let sampleCount = 20

  static func label(_ source: LayeredNetwork.Source) -> EventLabel { LayeredNetwork.label(source) }

  /// Yin-Yang samples, taught, 5 inputs with the bias.
  static var stimulus: [SpikeEvent] {
    var events: [SpikeEvent] = []
    let samples = YinYang.samples(of: .train).prefix(sampleCount)
    for (index, sample) in samples.enumerated() {
      let start = UInt64(period * (index + 1))
      let ticks = SpikeTimeEncoder().ticks(of: sample.values)
      events.append(SpikeEvent(tick: start, label: label(.teacher(sample.label)), flags: .teacher))
      for (tick, input) in zip(ticks, 0...).sorted(by: { $0 < $1 }) {
        events.append(SpikeEvent(tick: start + tick, label: label(.input(input)), flags: .stimulus))
      }
      events.append(
        SpikeEvent(tick: start + 6000, label: label(.endOfSample), flags: .endOfSample))
    }
    return events
  }

  @Test("The stimulus in traces/ is what the data set and the encoder make")
  func golden() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("stimulus.spikes")
    let writer = try TraceWriter(
      path: path, form: .text, header: SpikeTraceHeader(toolVersion: "0.1.0"))
    try writer.append(contentsOf: Self.stimulus)
    try writer.finish()
    try expectGolden(
      try String(contentsOfFile: path, encoding: .utf8), at: Self.stimulusPath)
  }

  /// What a program leaves on a chip.
  struct Outcome {
    var events: [SpikeEvent] = []
    var hidden: [UInt8] = []
    var output: [UInt8] = []
    var mailbox: [UInt8] = []
    var synapses: [UInt8] = []
    var cyclesPerSample: [UInt64] = []
  }

  /// 4-120-3 with bias on a chip without mismatch: on others the time that a program takes shows in
  /// how far the membranes have come back to rest.
  static func run(_ image: ProgramImage) throws -> Outcome {
    var analog = AnalogConfiguration(chipSeed: 1, noiseSeed: 1)
    analog.mismatch = .ideal
    analog.thresholdNoise = 0
    var chip = Chip(ChipConfiguration(analog: analog))
    try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3).configure(&chip)
    try chip.load(Program(image), into: .top)
    chip.isRecording = true
    var outcome = Outcome()
    for event in stimulus {
      try chip.enqueue(event)
      guard event.flags.contains(.endOfSample) else { continue }
      let end = ClockTime(ticks: event.tick).cycles
      let stop = chip.run(until: ClockTime(cycles: end + 20_000), stopping: .whenAsleep)
      #expect(stop == .asleep)
      outcome.cyclesPerSample.append(chip.cycle(.top) - end)
    }
    chip.takeEvents(into: &outcome.events)
    func bytes(_ symbol: String, _ count: Int) throws -> [UInt8] {
      chip.readMemory(.top, at: try #require(image.address(of: symbol)), byteCount: count)
    }
    outcome.hidden = try bytes("weights_hidden", 8 * 256)
    outcome.output = try bytes("weights_output", 8 * 256)
    outcome.mailbox = chip.readMemory(.top, at: AddressMap.mailbox.base, byteCount: 256)
    for row in 0..<ChipSize.rows {
      for column in 0..<ChipSize.columns {
        outcome.synapses.append(chip.weight(.top, row: row, column: column))
      }
    }
    return outcome
  }

  @Test(
    "On the chip both programs see and make the same spikes and learn the same weights",
    .enabled(if: CFirmware.isUsable, CFirmware.why))
  func closedLoop() throws {
    let inAssembly = try Self.run(Firmware.stdp)
    let inC = try Self.run(try CFirmware.stdp.get())
    #expect(inAssembly.events == inC.events)
    #expect(inAssembly.events.count > 20 * 50)
    #expect(inAssembly.hidden == inC.hidden && inAssembly.output == inC.output)
    #expect(inAssembly.synapses == inC.synapses && inAssembly.synapses.contains { $0 > 0 })
    #expect(inAssembly.mailbox == inC.mailbox)
    #expect(inAssembly.mailbox[0] == 21 && inAssembly.mailbox[0x0C] == 20)
    func mean(_ cycles: [UInt64]) -> UInt64 { cycles.reduce(0, +) / UInt64(cycles.count) }
    let cycles = (mean(inAssembly.cyclesPerSample), mean(inC.cyclesPerSample))
    let ratio = Double(cycles.1) / Double(cycles.0)
    #expect(cycles.0 < 12_000, "learning keeps up with the emulation: \(cycles)")
    #expect(ratio > 0.8 && ratio < 2, "cycles per sample \(cycles)")
  }

  @Test("A training session teaches the program, which is not offered what it does not ask for")
  func training() throws {
    let program = LearningProgram(Firmware.stdp, name: "stdp.s")
    var options = TrainingOptions()
    options.session.hiddenCount = 30
    (options.trainingCount, options.validationCount, options.testCount) = (20, 5, 5)
    var run = try TrainingRun(program, options)
    let before = try run.session.masters().sha256
    let report = try run.runEpoch()
    #expect(report.training.samples == 20 && run.session.mailbox("TAUGHT") == 20)
    #expect(try run.session.masters().sha256 != before && report.analogReads == 0)
    options.session.parameters = [.init("batch", 20)]
    #expect(Self.refusal(program, options)?.contains("batch") == true)
  }

  private static func refusal(_ program: LearningProgram, _ options: TrainingOptions) -> String? {
    do {
      _ = try TrainingRun(program, options)
      return nil
    } catch {
      return "\(error)"
    }
  }
}
