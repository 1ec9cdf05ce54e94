import Chip
import ChipGeometry

extension LearningSession {
  /// The delay lines, or taps, as the program has set them.
  public func delays() -> SourceDelays {
    if network.hasSynapticDelays {
      return SourceDelays(kind: .synaptic, ticks: network.synapticDelays(on: chip))
    }
    let inputs = (0..<configuration.totalInputCount).map { input in
      256 + Int(LayeredNetwork.label(.input(input)).rawValue & 0xFF)
    }
    var ticks = inputs.map { chip.delay(Self.hemisphere, line: $0) }
    for neuron in 0..<configuration.hiddenCount {
      let (hemisphere, index) = network.place(ofHidden: neuron)
      ticks.append(chip.delay(hemisphere, line: LayeredNetwork.column(hidden: index)))
    }
    return SourceDelays(ticks: ticks)
  }

  /// The masters of the delays in a processor's memory, nil if the program learns none.
  func delayMasters(_ hemisphere: Hemisphere) throws(SessionError) -> DelayMasters? {
    switch program.delayKind {
    case .axonal:
      let lanes = try halfwords("delays_hidden", hemisphere, count: WeightMasters.laneCount)
      return DelayMasters(
        inputs: try halfwords("delays_input", hemisphere, count: configuration.totalInputCount),
        hidden: (0..<network.hiddenNeurons(in: hemisphere).count).map {
          lanes[WeightMasters.lane(ofHidden: $0)]
        })
    case .synaptic:
      let lanes = DelayMasters.synapticLaneCount
      return DelayMasters(
        .synaptic,
        inputs: bySource(
          hidden: try halfwords(
            "delays_synaptic_hidden", hemisphere, count: lanes * configuration.totalInputCount)),
        hidden: bySource(
          output: try halfwords(
            "delays_synaptic_output", hemisphere, count: lanes * configuration.outputCount)))
    case nil: return nil
    }
  }

  /// A processor's accumulators of the gradients by delays.
  func delayGradients(_ hemisphere: Hemisphere) throws(SessionError) -> [Int32] {
    switch program.delayKind {
    case .axonal:
      let lanes = try words("gradient_delay_hidden", hemisphere, count: WeightMasters.laneCount)
      return try words(
        "gradient_delay_input", hemisphere, count: configuration.totalInputCount)
        + (0..<network.hiddenNeurons(in: hemisphere).count).map {
          lanes[WeightMasters.lane(ofHidden: $0)]
        }
    case .synaptic:
      let lanes = DelayMasters.synapticLaneCount
      return bySource(
        hidden: try words(
          "gradient_synaptic_hidden", hemisphere, count: lanes * configuration.totalInputCount))
        + bySource(
          output: try words(
            "gradient_synaptic_output", hemisphere, count: lanes * configuration.outputCount))
    case nil: return []
    }
  }

  /// Puts masters of the program's own kind into a processor's memory.
  mutating func write(_ delays: DelayMasters, _ hemisphere: Hemisphere) throws(SessionError) {
    switch delays.kind {
    case .axonal:
      var lanes = [Int16](repeating: 0, count: WeightMasters.laneCount)
      for (neuron, delay) in delays.hidden.enumerated() {
        lanes[WeightMasters.lane(ofHidden: neuron)] = delay
      }
      try write(delays.inputs, to: "delays_input", hemisphere)
      try write(lanes, to: "delays_hidden", hemisphere)
    case .synaptic:
      let (hidden, outputs) = (configuration.hiddenCount, configuration.outputCount)
      let lanes = DelayMasters.synapticLaneCount
      var rows = [Int16](repeating: 0, count: lanes * configuration.totalInputCount)
      for (index, delay) in delays.inputs.enumerated() {
        rows[index / hidden * lanes + index % hidden] = delay
      }
      try write(rows, to: "delays_synaptic_hidden", hemisphere)
      rows = [Int16](repeating: 0, count: lanes * outputs)
      for (index, delay) in delays.hidden.enumerated() {
        rows[index % outputs * lanes + index / outputs] = delay
      }
      try write(rows, to: "delays_synaptic_output", hemisphere)
    }
  }

  /// Rows [input][lane] of the hidden layer's synapses as [input][hidden neuron].
  private func bySource<T>(hidden rows: [T]) -> [T] {
    (0..<configuration.totalInputCount).flatMap { input in
      (0..<configuration.hiddenCount).map { rows[input * DelayMasters.synapticLaneCount + $0] }
    }
  }

  /// Rows [output][lane] of the output layer's synapses as [hidden neuron][output].
  private func bySource<T>(output rows: [T]) -> [T] {
    (0..<configuration.hiddenCount).flatMap { hidden in
      (0..<configuration.outputCount).map { rows[$0 * DelayMasters.synapticLaneCount + hidden] }
    }
  }
}
