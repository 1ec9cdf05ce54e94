import AnalogCore
import Chip
import ChipGeometry
public import SpikeTrace

extension LearningSession {
  /// The header of a trace that begins now: with it, `replay PROGRAM TRACE` needs nothing else.
  ///
  /// Before the first sample it holds parameters and weight masters, so that any program can learn from
  /// the trace. Later the program has more state than that, and ``processorState`` holds all of it for
  /// the same program.
  ///
  /// - Parameters:
  ///   - toolVersion: of the tool that writes the trace.
  ///   - dataSeed: of the order of the samples.
  ///   - task: for example `yin-yang`.
  /// - Returns: a header without events.
  /// - Throws: if the program has no weight masters.
  public func traceHeader(
    toolVersion: String, dataSeed: UInt64, task: String
  ) throws(SessionError) -> SpikeTraceHeader {
    var header = SpikeTraceHeader(toolVersion: toolVersion)
    header.chipSeed = configuration.chip.analog.chipSeed
    header.noiseSeed = configuration.chip.analog.noiseSeed
    header.dataSeed = dataSeed
    header.programName = program.name.split(separator: "/").last.map(String.init)
    header.programSHA256 = program.sha256
    header.task = task
    header.inputCount = configuration.totalInputCount
    header.hiddenCount = configuration.hiddenCount
    header.outputCount = configuration.outputCount
    header.extra = [.init("samples_before", "\(sampleCount)")]
    header.parameters = parameters().map { .init($0.name, $0.value) }
    let masters = try masters()
    header.arrays = [
      .init(
        "weights_hidden", shape: [masters.inputCount, masters.hiddenCount],
        values: masters.hidden),
      .init(
        "weights_output", shape: [masters.hiddenCount, masters.outputCount],
        values: masters.output),
    ]
    if let delays = masters.delays {
      header.arrays.append(
        .init(delays.kind.arrayName, shape: [delays.values.count], values: delays.values))
    }
    if sampleCount > 0 {
      for hemisphere in network.hemispheres {
        let state = chip.processorState(hemisphere)
        header.arrays.append(
          .init(
            Self.stateName(hemisphere), shape: [state.count / 2], values: Self.halfwords(state)))
      }
    }
    header.sourceNames = network.addresses.map {
      .init(label: $0.label.rawValue, name: $0.name)
    }
    header.sourceNames += (0..<configuration.outputCount).map {
      .init(label: LayeredNetwork.label(.teacher($0)).rawValue, name: "teacher[\($0)]")
    }
    header.sourceNames.append(
      .init(label: LayeredNetwork.endOfSampleLabel.rawValue, name: "end"))
    return header
  }

  /// The masters that a trace's header holds, nil if it holds none.
  ///
  /// - Throws: if they are of another network than the header.
  static func masters(
    _ header: SpikeTraceHeader, _ configuration: SessionConfiguration
  ) throws(SessionError) -> WeightMasters? {
    guard let hidden = header.array("weights_hidden"), let output = header.array("weights_output")
    else { return nil }
    func check(_ name: String, _ found: [Int], _ expected: [Int]) throws(SessionError) {
      guard found == expected else {
        throw .header("array '\(name)' has shape \(found), its network needs \(expected)")
      }
    }
    let (inputs, neurons) = (configuration.inputCount, configuration.hiddenCount)
    try check("weights_hidden", hidden.shape, [inputs, neurons])
    try check("weights_output", output.shape, [neurons, configuration.outputCount])
    var masters = WeightMasters(
      inputs: configuration.inputCount, hidden: configuration.hiddenCount,
      outputs: configuration.outputCount)
    masters.hidden = hidden.values
    masters.output = output.values
    for kind in [DelayKind.axonal, .synaptic] {
      guard let values = header.array(kind.arrayName)?.values else { continue }
      try check(kind.arrayName, [values.count], [DelayMasters.count(kind, of: masters)])
      guard values.allSatisfy({ $0 >= 0 }) else {
        throw .header("array '\(kind.arrayName)' has a delay below 0: \(values.min() ?? 0)")
      }
      masters.delays = DelayMasters(kind, values: values, of: masters)
    }
    return masters
  }

  /// The array of a trace header with the state of a processor.
  static func stateName(_ hemisphere: Hemisphere) -> String {
    hemisphere == .bottom ? "processor_state_bottom" : "processor_state"
  }

  static func halfwords(_ bytes: [UInt8]) -> [Int16] {
    (0..<bytes.count / 2).map { Int16(bytes[2 * $0]) | Int16(bytes[2 * $0 + 1]) << 8 }
  }

  static func bytes(_ halfwords: [Int16]) -> [UInt8] {
    halfwords.flatMap { value in
      [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
  }
}

extension DelayKind {
  /// The name of the masters' array in the header of a trace.
  fileprivate var arrayName: String {
    switch self {
    case .axonal: "delay_masters"
    case .synaptic: "synaptic_delay_masters"
    }
  }
}
