import ChipGeometry
import Learning

/// A layered network with weight masters and random spikes, seen as the program and as the reference
/// see it.
struct Case {
  var program = Firmware.eventprop
  var hidden = 120
  var outputs = 3
  var inputs = 5
  var slots = 1
  var membraneTicks = 1500
  var synapticTicks = 750
  var refractoryTicks = 4000
  var hiddenRange = 8.0
  var outputRange = 2.0
  var hiddenMasters: [[Int16]] = []
  var outputMasters: [[Int16]] = []
  /// Masters of axonal delays, 16 to the tick: by input, by lane.
  var delays: (inputs: [Int16], hidden: [Int16])?
  /// Masters of synaptic delays, by source of the hidden layer and by output, 32 lanes each.
  var synapticDelays: (hidden: [[Int16]], output: [[Int16]])?
  private var random: RandomStream

  init(
    seed: UInt64, hidden: Int = 120, slots: Int = 1, membraneTicks: Int = 1500,
    refractoryTicks: Int = 4000
  ) {
    self.hidden = hidden
    self.slots = slots
    self.membraneTicks = membraneTicks
    self.refractoryTicks = refractoryTicks
    random = RandomStream(seed: seed, name: "firmware tests")
    hiddenMasters = masters(inputs, mean: 0.25, deviation: 0.25)
    outputMasters = masters(outputs, mean: 9 / Double(hidden), deviation: 0.2)
  }

  private mutating func masters(_ count: Int, mean: Double, deviation: Double) -> [[Int16]] {
    (0..<count).map { _ in
      var row = [Int16](repeating: 0, count: 128)
      for h in 0..<hidden {
        let weight = mean + deviation * random.gaussian()
        row[lane(h)] = Int16(max(-1, min(1, weight)) * 32767)
      }
      return row
    }
  }

  /// Any delays of 0 to 700 ticks.
  mutating func drawDelays() {
    let inputs = (0..<inputs).map { _ in Int16(random.next(below: 700 * 16)) }
    var lanes = [Int16](repeating: 0, count: 128)
    for h in 0..<hidden { lanes[lane(h)] = Int16(random.next(below: 700 * 16)) }
    delays = (inputs, lanes)
  }

  /// Any delay of 0 to 700 ticks for each synapse.
  mutating func drawSynapticDelays() {
    var rows: [[Int16]] = []
    for _ in 0..<inputs + outputs {
      rows.append((0..<32).map { $0 < hidden ? Int16(random.next(below: 700 * 16)) : 0 })
    }
    synapticDelays = (Array(rows.prefix(inputs)), Array(rows.dropFirst(inputs)))
  }

  func lane(_ h: Int) -> Int { 32 * (h / 30) + h % 30 }

  var parameters: [String: Int32] {
    [
      "inputs": Int32(inputs), "hidden": Int32(hidden), "outputs": Int32(outputs),
      "spike_slots": Int32(slots), "tau_m_ticks": Int32(membraneTicks),
      "tau_s_ticks": Int32(synapticTicks), "refractory_ticks": Int32(refractoryTicks),
      "momentum": 0,
    ]
  }

  func bench(_ more: [String: Int32] = [:]) -> Bench {
    Bench(
      program, parameters.merging(more) { $1 }, hidden: hiddenMasters, output: outputMasters,
      delays: delays, synapticDelays: synapticDelays)
  }

  // MARK: Spikes

  /// Times in ticks since the start, by neuron.
  struct Spikes {
    var inputs: [[Int]]
    var hidden: [[Int]]
    var outputs: [[Int]]
    var label: Int
  }

  /// Inputs, then hidden, then output spikes, at random; one neuron in eight or so is silent.
  mutating func spikes() -> Spikes {
    let inputs = (0..<inputs).map { _ in [100 + random.next(below: 1400)] }.map { $0.map(Int.init) }
    var hidden: [[Int]] = []
    for _ in 0..<self.hidden {
      var times: [Int] = []
      var time = 300 + Int(random.next(below: 1500))
      while times.count < slots, random.next(below: 8) != 0 {
        times.append(time)
        time += refractoryTicks + 1 + Int(random.next(below: 700))
      }
      hidden.append(times)
    }
    let outputs = (0..<outputs).map { _ in
      random.next(below: 7) == 0 ? [] : [1400 + Int(random.next(below: 1800))]
    }
    return Spikes(
      inputs: inputs, hidden: hidden, outputs: outputs, label: Int(random.next(below: 3)))
  }

  /// What the recorder holds of a sample that starts at `start`.
  func entries(
    _ spikes: Spikes, start: Int, isTaught: Bool = true, sampleTicks: Int = 6000
  ) -> [Bench.Entry] {
    var entries: [Bench.Entry] = []
    func add(_ times: [Int], _ label: Int) {
      for time in times {
        entries.append(Bench.Entry(tick: start + time, label: UInt16(label)))
      }
    }
    if isTaught { add([0], 0x600 + spikes.label) }
    for (k, times) in spikes.inputs.enumerated() { add(times, 0x520 + k) }
    for (h, times) in spikes.hidden.enumerated() { add(times, (h / 30) << 8 | (h % 30)) }
    for (o, times) in spikes.outputs.enumerated() { add(times, 0x400 + o) }
    entries.sort { ($0.tick, $0.label) < ($1.tick, $1.label) }
    add([sampleTicks], 0x700)
    return entries
  }

  // MARK: The reference

  func network() -> FeedForwardNetwork {
    let model = NeuronModel(
      membraneTime: Double(membraneTicks) / Double(synapticTicks),
      refractory: Double(refractoryTicks) / Double(synapticTicks))
    var network = FeedForwardNetwork(
      inputs: inputs, hidden: hidden, outputs: outputs, model: model)
    for h in 0..<hidden {
      for i in 0..<inputs {
        network.hiddenWeights[i * hidden + h] =
          Double(Self.code(hiddenMasters[i][lane(h)])) / 63 * hiddenRange
      }
      for o in 0..<outputs {
        network.outputWeights[o * hidden + h] =
          Double(Self.code(outputMasters[o][lane(h)])) / 63 * outputRange
      }
    }
    // A little early, so that what arrives in the tick of a spike counts.
    func time(_ master: Int16) -> Double {
      Double((master + 8) >> 4) / Double(synapticTicks) - 1e-9
    }
    if let synapticDelays {
      network.hiddenSynapseDelays = synapticDelays.hidden.flatMap { $0.prefix(hidden).map(time) }
      network.outputSynapseDelays = synapticDelays.output.flatMap { $0.prefix(hidden).map(time) }
    }
    if let delays {
      network.inputDelays = delays.inputs.map(time)
      network.hiddenDelays = (0..<hidden).map { time(delays.hidden[lane($0)]) }
    }
    return network
  }

  static func code(_ master: Int16) -> Int { (Int(master) * 63 + 1 << 14) >> 15 }

  func observed(_ spikes: Spikes) -> ObservedSample {
    func scaled(_ times: [[Int]]) -> [[Double]] {
      times.map { $0.map { Double($0) / Double(synapticTicks) } }
    }
    return ObservedSample(
      inputs: scaled(spikes.inputs), hidden: scaled(spikes.hidden),
      outputs: scaled(spikes.outputs), label: spikes.label)
  }

  /// The program's gradients in the order and the units of the reference: times in τs.
  func gradient(_ bench: borrowing Bench, errorUnit: Double) -> [Double] {
    let scale = Double(membraneTicks) / Double(synapticTicks) / 256 * errorUnit
    let rows =
      bench.gradients("gradient_hidden", inputs)
      + bench.gradients("gradient_output", outputs)
    return rows.flatMap { row in (0..<hidden).map { Double(row[lane($0)]) * scale } }
  }

  /// The program's gradients by the delays: of inputs, then of hidden neurons.
  func delayGradient(_ bench: borrowing Bench, errorUnit: Double) -> [Double] {
    let unit = errorUnit * 128 / 32256
    let lanes = bench.gradients("gradient_delay_hidden", 1)[0]
    return bench.inputs("gradient_delay_input", inputs, bytesPerLane: 4).map {
      Double($0) * unit * hiddenRange
    } + (0..<hidden).map { Double(lanes[lane($0)]) * unit * outputRange }
  }

  /// The program's gradients by the delays of synapses, in the order of the reference.
  func synapticGradient(_ bench: borrowing Bench, errorUnit: Double) -> [Double] {
    func values(_ symbol: String, _ rows: Int, _ range: Double) -> [Double] {
      bench.gradients(symbol, rows, lanes: 32).flatMap { row in
        row.prefix(hidden).map { Double($0) * errorUnit * 128 / 32256 * range }
      }
    }
    return values("gradient_synaptic_hidden", inputs, hiddenRange)
      + values("gradient_synaptic_output", outputs, outputRange)
  }

  /// Observed times as the recorder would hold them: the first spike of each neuron, in ticks.
  func spikes(_ sample: ObservedSample) -> Spikes {
    func ticks(_ times: [[Double]]) -> [[Int]] {
      times.map { $0.prefix(1).map { Int(($0 * Double(synapticTicks)).rounded()) } }
    }
    return Spikes(
      inputs: ticks(sample.inputs), hidden: ticks(sample.hidden), outputs: ticks(sample.outputs),
      label: sample.label)
  }
}
