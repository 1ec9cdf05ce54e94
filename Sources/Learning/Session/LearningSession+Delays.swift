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
    let hidden = (0..<configuration.hiddenCount).map { LayeredNetwork.column(hidden: $0) }
    return SourceDelays(
      ticks: (inputs + hidden).map { chip.delay(Self.hemisphere, line: $0) })
  }

  /// The masters of the delays in the program's memory, nil if it learns none.
  func delayMasters() throws(SessionError) -> DelayMasters? {
    switch program.delayKind {
    case .axonal:
      let lanes = try halfwords("delays_hidden", count: WeightMasters.laneCount)
      return DelayMasters(
        inputs: try halfwords("delays_input", count: configuration.totalInputCount),
        hidden: (0..<configuration.hiddenCount).map { lanes[WeightMasters.lane(ofHidden: $0)] })
    case .synaptic:
      let lanes = DelayMasters.synapticLaneCount
      return DelayMasters(
        .synaptic,
        inputs: bySource(
          hidden: try halfwords(
            "delays_synaptic_hidden", count: lanes * configuration.totalInputCount)),
        hidden: bySource(
          output: try halfwords(
            "delays_synaptic_output", count: lanes * configuration.outputCount)))
    case nil: return nil
    }
  }

  /// The accumulators of the gradients by delays.
  func delayGradients() throws(SessionError) -> [Int32] {
    switch program.delayKind {
    case .axonal:
      let lanes = try words("gradient_delay_hidden", count: WeightMasters.laneCount)
      return try words("gradient_delay_input", count: configuration.totalInputCount)
        + (0..<configuration.hiddenCount).map { lanes[WeightMasters.lane(ofHidden: $0)] }
    case .synaptic:
      let lanes = DelayMasters.synapticLaneCount
      return bySource(
        hidden: try words(
          "gradient_synaptic_hidden", count: lanes * configuration.totalInputCount))
        + bySource(
          output: try words(
            "gradient_synaptic_output", count: lanes * configuration.outputCount))
    case nil: return []
    }
  }

  /// Puts masters of the program's own kind into its memory.
  mutating func write(_ delays: DelayMasters) throws(SessionError) {
    switch delays.kind {
    case .axonal:
      var lanes = [Int16](repeating: 0, count: WeightMasters.laneCount)
      for (neuron, delay) in delays.hidden.enumerated() {
        lanes[WeightMasters.lane(ofHidden: neuron)] = delay
      }
      try write(delays.inputs, to: "delays_input")
      try write(lanes, to: "delays_hidden")
    case .synaptic:
      let (hidden, outputs) = (configuration.hiddenCount, configuration.outputCount)
      let lanes = DelayMasters.synapticLaneCount
      var rows = [Int16](repeating: 0, count: lanes * configuration.totalInputCount)
      for (index, delay) in delays.inputs.enumerated() {
        rows[index / hidden * lanes + index % hidden] = delay
      }
      try write(rows, to: "delays_synaptic_hidden")
      rows = [Int16](repeating: 0, count: lanes * outputs)
      for (index, delay) in delays.hidden.enumerated() {
        rows[index % outputs * lanes + index / outputs] = delay
      }
      try write(rows, to: "delays_synaptic_output")
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
