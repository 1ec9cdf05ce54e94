import ChipGeometry
import Testing

@Suite("eventprop.s: events and the host")
struct EventPropEventTests {
  @Test("the earliest output decides, the lower one of two; without a teacher nothing is learned")
  func decisions() {
    var example = Case(seed: 1, hidden: 30)
    var bench = example.bench(["batch": 1])
    let before = bench.masters("weights_hidden", 5)
    #expect(bench.mailbox(Word.ready) == 1)
    let isSpikeOnly = bench.isSpikeOnly
    #expect(isSpikeOnly)
    var spikes = example.spikes()
    let cases: [([[Int]], Int32)] = [
      ([[900], [800], [1000]], 1), ([[900], [], [900]], 0), ([[], [], [5999]], 2),
      ([[], [], []], -1),
    ]
    for (index, (outputs, decision)) in cases.enumerated() {
      spikes.outputs = outputs
      bench.sample(example.entries(spikes, start: 7001 * index, isTaught: false))
      #expect(bench.mailbox(Word.decision) == decision)
      #expect(bench.mailbox(Word.ready) == Int32(index + 2))
    }
    #expect(bench.mailbox(Word.taught) == 0)
    #expect(bench.masters("weights_hidden", 5) == before)
    bench.sample(example.entries(example.spikes(), start: 50000))
    #expect(bench.mailbox(Word.taught) == 1)
    #expect(bench.masters("weights_hidden", 5) != before)
  }

  /// The gradient of one sample from these entries.
  func gradient(_ example: Case, _ entries: [Bench.Entry], _ start: Int32 = 0) -> [[Int]] {
    var bench = example.bench(["batch": 100])
    bench.sample(entries)
    return bench.gradients("gradient_hidden", 5) + bench.gradients("gradient_output", 3)
  }

  @Test(
    "time stamps count from the end of sample, wherever they overflow",
    arguments: [
      0, 30000, 65000, 0xFFFF_F000, 0x1_2345_6789,
    ])
  func stamps(start: Int) {
    var example = Case(seed: 2)
    let spikes = example.spikes()
    let zero = gradient(example, example.entries(spikes, start: 100))
    #expect(gradient(example, example.entries(spikes, start: start)) == zero)
    #expect(zero.contains { $0.contains { $0 != 0 } })
  }

  @Test("only the first spikes count; the others, and strays, are counted as ignored")
  func strays() {
    var example = Case(seed: 3, hidden: 60)
    let spikes = example.spikes()
    let clean = gradient(example, example.entries(spikes, start: 9000))
    var more = spikes
    for h in 0..<7 { more.hidden[h] = [700, 5000] }
    var first = spikes
    for h in 0..<7 { first.hidden[h] = [700] }
    let entries = example.entries(more, start: 9000)
    #expect(gradient(example, entries) == gradient(example, example.entries(first, start: 9000)))

    let before = [Bench.Entry(tick: 8990, label: 3), Bench.Entry(tick: 8999, label: 0x401)]
    let behind = [Bench.Entry(tick: 15000, label: 4), Bench.Entry(tick: 15003, label: 0x402)]
    var bench = example.bench(["batch": 100])
    bench.sample(before + example.entries(spikes, start: 9000) + behind)
    #expect(bench.gradients("gradient_hidden", 5) == Array(clean[..<5]))
    #expect(bench.mailbox(Word.ignored) == 2)
    bench.sample(entries)
    #expect(bench.mailbox(Word.ignored) == 2 + 7)
    let hidden = more.hidden.count { !$0.isEmpty }
    #expect(bench.mailbox(Word.spikes) == Int32(hidden))
  }

  @Test("a full recorder of 512 entries is read; a sample that overflowed it is not learned")
  func fullRecorder() {
    var example = Case(seed: 4, slots: 4, refractoryTicks: 300)
    var spikes = example.spikes()
    for h in 0..<120 { spikes.hidden[h] = [500, 900, 1300, 1700].map { $0 + h } }
    var entries = example.entries(spikes, start: 0)
    // 120 · 4 hidden, 5 inputs, 3 outputs, teacher, end of sample, and strays of an unused source.
    while entries.count < 512 { entries.insert(Bench.Entry(tick: 10, label: 0x2FE), at: 1) }
    var bench = example.bench(["batch": 100])
    bench.sample(entries)
    #expect(bench.mailbox(Word.spikes) == 480)
    #expect(bench.mailbox(Word.taught) == 1)
    #expect(bench.mailbox(Word.ignored) == 21)
    bench.sample(entries, overflow: 5)
    #expect(bench.mailbox(Word.taught) == 1)
    #expect(bench.mailbox(Word.ready) == 3)
    #expect(bench.mailbox(Word.decision) >= 0)
    #expect(bench.mailbox(Word.ignored) == 2 * 21 + 5)
  }

  @Test("a silent output of the label gives no gradient")
  func silentLabel() {
    var example = Case(seed: 5)
    var spikes = example.spikes()
    spikes.outputs[spikes.label] = []
    let gradients = gradient(example, example.entries(spikes, start: 0))
    #expect(gradients.allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test(
    "a parameter out of its limits stops the program with its number",
    arguments: [
      ("inputs", 6, 1), ("inputs", 0, 1), ("hidden", 121, 2), ("spike_slots", 5, 4),
      ("tau_s_ticks", 7, 6), ("loss", 2, 9), ("bound_slope", 0, 28), ("weights_preloaded", 2, 33),
      ("range_output", 255, 26), ("bound_slope", 600, 64), ("bound_adjoint", 30000, 64),
      ("loss_tau0_ticks", 2, 64), ("range_output", 20000, 64),
    ] as [(String, Int32, Int32)])
  func limits(name: String, value: Int32, status: Int32) {
    let bench = Bench(Firmware.eventprop, [name: value])
    #expect(bench.mailbox(Word.status) == status)
    #expect(bench.mailbox(Word.ready) == 0)
    let written = bench.written
    #expect(!written.contains(true))
  }

  @Test("a teacher of a class without output stops the program")
  func badTeacher() {
    var example = Case(seed: 6, hidden: 20)
    var bench = example.bench()
    var spikes = example.spikes()
    spikes.label = 3
    bench.sample(example.entries(spikes, start: 0))
    #expect(bench.mailbox(Word.status) == 65)
    #expect(bench.mailbox(Word.ready) == 1)
  }

  @Test("the other processor sleeps")
  func otherProcessor() {
    let bench = Bench(Firmware.eventprop, hartID: 1)
    let (instructions, written) = (bench.processor.instructionCount, bench.written)
    #expect(instructions < 10)
    #expect(!written.contains(true))
  }

  @Test("the backward pass keeps within the time of a sample: 12,000 cycles")
  func cycles() {
    var example = Case(seed: 7)
    var bench = example.bench(["batch": 40, "momentum": 1_932_735_283])
    var sum = 0
    for sample in 0..<40 {
      bench.sample(example.entries(example.spikes(), start: 7001 * sample))
      sum += bench.cycles
    }
    #expect(bench.mailbox(Word.updateCycles) > 0)
    #expect(sum / 40 < 8000)
  }
}
