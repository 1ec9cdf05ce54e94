import ChipGeometry

/// The correlation sensors of both hemispheres. A row takes memory once an event has reached it in a
/// column with post pulses.
struct CorrelationBank: Sendable {
  /// By hemisphere.
  var common = [CommonCorrelation](repeating: CommonCorrelation(), count: 2)
  /// Of column 256 h + c.
  private(set) var switches = [CorrelationSwitches](repeating: [], count: ChipSize.neurons)
  /// Whether any neuron's spikes must be told.
  private(set) var hasPostPulses = false
  /// Bytes 65536 h + 256 r + c; empty while all are as after reset.
  private var calibration: [UInt8] = []
  /// Index of the first sensors of row 256 h + r, if it has some.
  private var starts = [Int?](repeating: nil, count: 2 * ChipSize.rows)
  private var sensors: [Sensors] = []
  /// Cycle of the last spike of neuron 256 h + c since its post pulses are on; -1: none.
  private(set) var postTimes = [Double](repeating: -1, count: ChipSize.neurons)
  /// The indices of sensors that wait for a spike, by neuron.
  private var waiting = [[Int]](repeating: [], count: ChipSize.neurons)

  /// The two sensors of a synapse.
  struct Sensors: BitwiseCopyable, Sendable {
    /// Cycle of the last event that has been followed by no spike yet; -1: there is none.
    var preTime = -1.0
    /// Sums in steps of the converter.
    var causal = 0.0
    var acausal = 0.0
    var realised: RealisedCorrelation

    var isUnused: Bool { preTime < 0 && causal == 0 && acausal == 0 }
  }

  // MARK: Configuration

  mutating func setSwitches(_ new: CorrelationSwitches, ofNeuron n: Int) {
    if switches[n].contains(.postPulses) && !new.contains(.postPulses) {
      for index in waiting[n] { sensors[index].preTime = -1 }
      waiting[n] = []
      postTimes[n] = -1
    }
    switches[n] = new
    hasPostPulses = switches.contains { $0.contains(.postPulses) }
  }

  /// Whether a hemisphere has post pulses.
  func hasPostPulses(_ hemisphere: Hemisphere) -> Bool {
    let first = Int(hemisphere.rawValue) * ChipSize.columns
    return switches[first..<first + ChipSize.columns].contains { $0.contains(.postPulses) }
  }

  /// Of synapse 65536 h + 256 r + c.
  func calibration(of synapse: Int) -> CorrelationCalibration {
    calibration.isEmpty
      ? CorrelationCalibration() : CorrelationCalibration(byte: calibration[synapse])
  }

  mutating func setCalibration(_ codes: CorrelationCalibration, of synapse: Int) {
    guard codes != calibration(of: synapse) else { return }
    if calibration.isEmpty {
      calibration = [UInt8](
        repeating: CorrelationCalibration().byte, count: SynapseArray.synapseCount)
    }
    calibration[synapse] = codes.byte
  }

  /// The synapses that are calibrated otherwise than after reset.
  var calibratedSynapses: [Int] {
    let neutral = CorrelationCalibration().byte
    return calibration.indices.filter { calibration[$0] != neutral }
  }

  // MARK: Rows

  /// The rows 256 h + r that have sensors.
  var rows: [Int] { starts.indices.filter { starts[$0] != nil } }

  func hasSensors(row: Int) -> Bool { starts[row] != nil }

  /// The sensors of a synapse, if its row has any.
  func sensors(row: Int, column: Int) -> Sensors? { starts[row].map { sensors[$0 + column] } }

  /// Gives a row's sensors their constants, and the row its sensors.
  mutating func setRealised(_ realised: [RealisedCorrelation], row: Int) {
    if let start = starts[row] {
      for column in realised.indices { sensors[start + column].realised = realised[column] }
    } else {
      starts[row] = sensors.count
      sensors += realised.map { Sensors(realised: $0) }
    }
  }

  mutating func setRealised(_ realised: RealisedCorrelation, row: Int, column: Int) {
    if let start = starts[row] { sensors[start + column].realised = realised }
  }

  /// Sums go to zero; who waits for whom stays.
  mutating func reset(_ sensor: CorrelationSensor, row: Int, columns: Range<Int>) {
    guard let start = starts[row] else { return }
    for column in columns {
      switch sensor {
      case .causal: sensors[start + column].causal = 0
      case .acausal: sensors[start + column].acausal = 0
      }
    }
  }

  // MARK: Events

  /// An event reaches a synapse at cycle `t`.
  ///
  /// - Precondition: the row has sensors, the neuron 256 h + c post pulses.
  mutating func receivePre(row: Int, column: Int, neuron: Int, at t: Double) {
    guard let start = starts[row] else { return }
    let index = start + column
    if sensors[index].preTime < 0 {
      let post = postTimes[neuron]
      if post >= 0 {
        let realised = sensors[index].realised
        sensors[index].acausal +=
          realised.acausalAmplitude
          * ElementaryFunctions.exp((post - t) / realised.acausalTimeConstant)
      }
      waiting[neuron].append(index)
    }
    sensors[index].preTime = t
  }

  /// A neuron spikes at cycle `t`.
  mutating func receivePost(neuron: Int, at t: Double) {
    guard switches[neuron].contains(.postPulses) else { return }
    for index in waiting[neuron] {
      let (pre, realised) = (sensors[index].preTime, sensors[index].realised)
      sensors[index].causal +=
        realised.causalAmplitude * ElementaryFunctions.exp((pre - t) / realised.causalTimeConstant)
      sensors[index].preTime = -1
    }
    waiting[neuron].removeAll(keepingCapacity: true)
    postTimes[neuron] = t
  }

  // MARK: Restoring

  mutating func setPostTime(_ time: Double, ofNeuron n: Int) { postTimes[n] = time }

  /// - Precondition: the row has sensors.
  mutating func setState(
    row: Int, column: Int, preTime: Double, causal: Double, acausal: Double
  ) {
    guard let start = starts[row] else { return }
    let index = start + column
    sensors[index].preTime = preTime
    sensors[index].causal = causal
    sensors[index].acausal = acausal
    if preTime >= 0 { waiting[row / ChipSize.rows * ChipSize.columns + column].append(index) }
  }
}
