extension SessionConfiguration {
  /// What a program comes with, on a chip with the default mismatch and noise.
  ///
  /// - Parameters:
  ///   - program: its sizes and ranges.
  ///   - hidden: neurons of the hidden layer; nil: as many as the program says.
  ///   - spikesPerNeuron: how many of a neuron's spikes learning uses.
  package init(for program: LearningProgram, hidden: Int? = nil, spikesPerNeuron: Int = 1) {
    self.init()
    // What the program comes with, unless that is nothing.
    func value(_ name: String) -> Int? {
      program.parameter(name).flatMap { $0.value > 0 ? Int($0.value) : nil }
    }
    hiddenCount = hidden ?? value("hidden") ?? hiddenCount
    outputRange = value("range_output").map { Double($0) / 256 } ?? outputRange
    parameters = [Setting("spike_slots", Int32(spikesPerNeuron), isRequired: false)]
    parameters += Self.silentPush(hidden: hiddenCount)
  }

  /// Small networks need more of their neurons: below 5 % activity (120 hidden neurons) to 30 % (30
  /// and fewer) a neuron is pushed (learning reference, section 7).
  private static func silentPush(hidden: Int) -> [Setting] {
    guard hidden < 120 else { return [] }
    let share = 0.05 + 0.25 * Double(120 - max(30, hidden)) / 90
    return [Setting("push_activity", Int32((share * 65536).rounded()), isRequired: false)]
  }
}
