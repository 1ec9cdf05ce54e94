import ChipGeometry
import PlasticityProcessor
import Testing

/// `firmware/c/stdp.c` against its twin in assembly, on a bus that leads to plain arrays.
@Suite struct StdpTwinTests {
  /// All that a program leaves where others see it.
  struct Outcome: Equatable {
    var mailbox: [UInt8]
    var hidden: [UInt8]
    var output: [UInt8]
    var times: [UInt8]
    var synapses: [UInt8]
    var written: [Bool]
    var isNeuronReset: [Bool]

    init(_ bench: borrowing Bench, _ setting: StdpSetting) {
      mailbox = bench.processor.read(
        at: AddressMap.mailbox.base, byteCount: Int(AddressMap.mailboxByteCount))
      hidden = bench.processor.read(at: bench.address("weights_hidden"), byteCount: 8 * 256)
      output = bench.processor.read(at: bench.address("weights_output"), byteCount: 8 * 256)
      times = bench.processor.read(
        at: bench.address("spike_times"), byteCount: 512 * setting.slots)
      synapses = bench.synapses
      written = bench.written
      isNeuronReset = bench.isNeuronReset
    }
  }

  @Test(
    "The program in C leaves the same memory, mailbox and synapses to the bit, not much later",
    .enabled(if: CFirmware.isUsable, CFirmware.why), arguments: StdpSetting.all)
  func twin(setting: StdpSetting) throws {
    var inAssembly = Bench(Firmware.stdp, setting.parameters)
    var inC = Bench(try CFirmware.stdp.get(), setting.parameters)
    #expect(inAssembly.mailbox(0) == 1 && inC.mailbox(0) == 1)
    #expect(inAssembly.isSpikeOnly && inC.isSpikeOnly)
    var random = RandomStream(seed: 7, name: "twin")
    var cycles = (assembly: 0, c: 0)
    var before = Outcome(inAssembly, setting)
    var changes = 0
    for index in 0..<4 {
      let sample = StdpSample(setting, &random, isTaught: index != 1)
      let entries = sample.entries(from: 1_000_000 * index)
      let overflow: UInt32 = index == 2 ? 3 : 0
      inAssembly.sample(entries, overflow: overflow)
      inC.sample(entries, overflow: overflow)
      cycles.assembly += inAssembly.cycles
      cycles.c += inC.cycles
      let after = Outcome(inAssembly, setting)
      let twin = Outcome(inC, setting)
      #expect(after.mailbox == twin.mailbox && after.times == twin.times, "sample \(index)")
      #expect(after.hidden == twin.hidden && after.output == twin.output, "sample \(index)")
      #expect(after.synapses == twin.synapses && after.written == twin.written, "sample \(index)")
      #expect(after.isNeuronReset == twin.isNeuronReset, "sample \(index)")
      let learns = sample.teacher != nil && overflow == 0
      if after.hidden != before.hidden || after.output != before.output {
        #expect(learns, "sample \(index)")
        changes += 1
      }
      before = after
    }
    #expect(changes > 0)
    // Tables of the program in C do not stay in registers; hence up to twice the time.
    let ratio = Double(cycles.c) / Double(cycles.assembly)
    #expect(ratio > 0.8 && ratio < 2.5, "cycles \(cycles), ratio \(ratio)")
  }

  @Test(
    "Parameters out of their limits and unknown classes stop both programs with the same status",
    .enabled(if: CFirmware.isUsable, CFirmware.why))
  func refusals() throws {
    let cases: [([String: Int32], Int32)] = [
      (["inputs": 9], 1), (["hidden": 0], 2), (["tau_plus_ticks": 7], 6),
      (["minus_other": 4096], 13), (["weights_preloaded": 2], 24),
      (["low_output": 5, "high_output": 4], 64),
    ]
    for (parameters, status) in cases {
      for image in [Firmware.stdp, try CFirmware.stdp.get()] {
        let bench = Bench(image, parameters)
        #expect(bench.mailbox(8) == status && bench.mailbox(0) == 0, "\(parameters)")
        #expect(!bench.written.contains(true))
      }
    }
    for image in [Firmware.stdp, try CFirmware.stdp.get()] {
      var bench = Bench(image)
      let teacher = Bench.Entry(tick: 10, label: 0x603)
      bench.sample([teacher, Bench.Entry(tick: 6000, label: 0x700)])
      #expect(bench.mailbox(8) == 65 && bench.mailbox(0) == 1)
      let other = Bench(image, hartID: 1)
      #expect(other.mailbox(0) == 0 && !other.isSpikeOnly && !other.written.contains(true))
    }
  }

  @Test(
    "Events that belong to no sample are forgotten, by both programs",
    .enabled(if: CFirmware.isUsable, CFirmware.why))
  func strayEvents() throws {
    for image in [Firmware.stdp, try CFirmware.stdp.get()] {
      var bench = Bench(image)
      bench.sample([Bench.Entry(tick: 10, label: 0x520)])
      #expect(bench.mailbox(0) == 1 && bench.mailbox(0x24) == 0)
      // One before the sample, one behind it.
      bench.sample([
        Bench.Entry(tick: 3999, label: 0), Bench.Entry(tick: 4000, label: 1),
        Bench.Entry(tick: 10_000, label: 0x700), Bench.Entry(tick: 10_001, label: 2),
      ])
      #expect(bench.mailbox(0) == 2 && bench.mailbox(0x1C) == 1 && bench.mailbox(0x24) == 1)
    }
  }
}
