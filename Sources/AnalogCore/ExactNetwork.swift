/// A network of the same neurons without the chip around them: real-valued weights, delays and spike
/// times, no clock, no noise, no queues.
///
/// The place for finite differences and closed-form tests. It uses the very code that moves the
/// chip's neurons (``AnalogCore``); a spike is where the closed form crosses the threshold, to the last
/// bits, and the membrane is reset there.
public struct ExactNetwork: Sendable {
  /// Where a connection comes from.
  public enum Source: Hashable, Sendable {
    /// Spikes from outside, see ``run(_:until:)``.
    case input(Int)
    case neuron(Int)
  }

  /// From a source to a neuron.
  public struct Connection: Equatable, Sendable {
    public var source: Source
    public var target: Int
    /// What one spike adds to the synaptic current, in threshold units: to the excitatory one if
    /// positive, to the inhibitory one if negative.
    public var weight: Double
    /// In cycles, not negative.
    public var delay: Double

    public init(source: Source, target: Int, weight: Double, delay: Double = 0) {
      self.source = source
      self.target = target
      self.weight = weight
      self.delay = delay
    }
  }

  /// A spike from outside.
  public struct Stimulus: Equatable, BitwiseCopyable, Sendable {
    /// In cycles.
    public var time: Double
    public var input: Int

    public init(time: Double, input: Int) {
      self.time = time
      self.input = input
    }
  }

  /// A spike of a neuron.
  public struct Spike: Equatable, BitwiseCopyable, Sendable {
    /// In cycles.
    public var time: Double
    public var neuron: Int
    /// Just before the spike, in threshold units.
    public var excitatoryCurrent: Double
    /// Just before the spike, not negative.
    public var inhibitoryCurrent: Double

    /// The current that drives the membrane at the spike.
    public var current: Double { excitatoryCurrent - inhibitoryCurrent }
  }

  public let neurons: [NeuronParameters]
  public private(set) var connections: [Connection]
  /// At rest at the reset potential, at time 0.
  private var fresh: NeuronBank
  /// Connections of one source with one delay, block by block.
  private var volleys: [Volley] = []
  private var volleysOfNeuron: [[Int]]
  private var volleysOfInput: [[Int]]

  /// What one spike does after one delay.
  private struct Volley {
    var delay: Double
    /// One for each block of four targets.
    var parts: [Part]
    struct Part {
      var block: Int
      /// Indices into ``connections``.
      var connections: [Int]
    }
  }

  /// Gains of the parameters are not used: weights are in threshold units.
  ///
  /// - Precondition: targets and sources exist, delays are not negative, and a neuron whose reset
  ///   potential is not below its threshold has a refractory time.
  public init(neurons: [NeuronParameters], connections: [Connection]) {
    self.neurons = neurons
    self.connections = connections
    fresh = NeuronBank(neuronCount: neurons.count, timing: .exact)
    for (n, parameters) in neurons.enumerated() {
      precondition(
        parameters.reset < parameters.threshold || parameters.refractoryTime > 0,
        "neuron \(n) would spike without end")
      var unscaled = parameters
      unscaled.excitatoryGain = 63
      unscaled.inhibitoryGain = 63
      fresh.change(n, to: unscaled, at: 0)
      fresh.reset(
        n / LaneMath.laneCount, LaneMath.only(n % LaneMath.laneCount), at: 0, noise: Lanes())
    }
    volleysOfNeuron = []
    volleysOfInput = []
    plan()
  }

  /// Changes the weight of one connection.
  public mutating func setWeight(_ weight: Double, ofConnection index: Int) {
    connections[index].weight = weight
  }

  /// Changes the delay of one connection.
  public mutating func setDelay(_ delay: Double, ofConnection index: Int) {
    connections[index].delay = delay
    plan()
  }

  /// Sorts the connections into volleys: by source, delay, block.
  private mutating func plan() {
    func key(_ source: Source) -> Int {
      switch source {
      case .neuron(let n): n
      case .input(let n): neurons.count + n
      }
    }
    let order = connections.indices.sorted { a, b in
      let (x, y) = (connections[a], connections[b])
      let left = (key(x.source), x.delay, x.target / LaneMath.laneCount, a)
      let right = (key(y.source), y.delay, y.target / LaneMath.laneCount, b)
      return left < right
    }
    volleys = []
    volleysOfNeuron = [[Int]](repeating: [], count: neurons.count)
    volleysOfInput = []
    var last: Connection?
    for index in order {
      let connection = connections[index]
      precondition(neurons.indices.contains(connection.target), "no neuron \(connection.target)")
      precondition(connection.delay >= 0, "a delay of \(connection.delay) cycles")
      let block = connection.target / LaneMath.laneCount
      if last?.source != connection.source || last?.delay != connection.delay {
        enlist(volleys.count, under: connection.source)
        volleys.append(Volley(delay: connection.delay, parts: []))
      }
      last = connection
      let volley = volleys.count - 1
      if volleys[volley].parts.last?.block != block {
        volleys[volley].parts.append(.init(block: block, connections: []))
      }
      volleys[volley].parts[volleys[volley].parts.count - 1].connections.append(index)
    }
  }

  private mutating func enlist(_ volley: Int, under source: Source) {
    switch source {
    case .neuron(let n): volleysOfNeuron[n].append(volley)
    case .input(let n):
      while volleysOfInput.count <= n { volleysOfInput.append([]) }
      volleysOfInput[n].append(volley)
    }
  }

  /// Runs the network from rest at time 0.
  ///
  /// - Parameters:
  ///   - stimuli: spikes from outside, in any order, at times not below 0.
  ///   - end: the last moment, in cycles.
  /// - Returns: all spikes up to `end`, in order of time, of equal times by neuron.
  public func run(_ stimuli: [Stimulus], until end: Double) -> [Spike] {
    var bank = fresh
    var arrivals = ArrivalQueue()
    for stimulus in stimuli where stimulus.input < volleysOfInput.count {
      for volley in volleysOfInput[stimulus.input] {
        arrivals.add(at: stimulus.time + volleys[volley].delay, volley: volley)
      }
    }
    var spikes: [Spike] = []
    while true {
      let arrival = Swift.min(arrivals.nextTime, end)
      if let spike = bank.nextSpike(atOrBefore: arrival) {
        let state = bank.state(of: spike.neuron, at: spike.time)
        spikes.append(
          Spike(
            time: spike.time, neuron: spike.neuron, excitatoryCurrent: state.excitatory,
            inhibitoryCurrent: state.inhibitory))
        bank.fire(spike.neuron, at: spike.time, noise: 0)
        for volley in volleysOfNeuron[spike.neuron] {
          arrivals.add(at: spike.time + volleys[volley].delay, volley: volley)
        }
      } else if arrivals.nextTime <= end {
        deliver(volleys[arrivals.removeFirst()], at: arrival, to: &bank)
      } else {
        return spikes
      }
    }
  }

  private func deliver(_ volley: Volley, at time: Double, to bank: inout NeuronBank) {
    for part in volley.parts {
      var excitatory = Lanes()
      var inhibitory = Lanes()
      for index in part.connections {
        let connection = connections[index]
        let lane = connection.target % LaneMath.laneCount
        if connection.weight > 0 {
          excitatory[lane] += connection.weight
        } else {
          inhibitory[lane] -= connection.weight
        }
      }
      bank.receive(in: part.block, at: time, excitatory: excitatory, inhibitory: inhibitory)
    }
  }
}

/// Spikes on their way, the earliest first, of equally early ones the first sent.
private struct ArrivalQueue {
  private struct Arrival {
    var time: Double
    var order: Int
    var volley: Int

    static func < (a: Self, b: Self) -> Bool {
      a.time != b.time ? a.time < b.time : a.order < b.order
    }
  }

  private var heap: [Arrival] = []
  private var sentCount = 0

  /// Infinite if there is nothing.
  var nextTime: Double { heap.first?.time ?? .infinity }

  mutating func add(at time: Double, volley: Int) {
    heap.append(Arrival(time: time, order: sentCount, volley: volley))
    sentCount += 1
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// - Returns: its volley.
  mutating func removeFirst() -> Int {
    let first = heap[0]
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.volley }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count && heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(parent, child)
      parent = child
    }
    return first.volley
  }
}
