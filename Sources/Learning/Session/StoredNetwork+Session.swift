extension StoredNetwork {
  /// Takes over what the file says of the network, where it says something: sizes, ranges, times.
  ///
  /// - Parameters:
  ///   - session: of which the rest stays.
  ///   - program: that will use it.
  /// - Throws: ``StoredNetworkError/unsupported(_:program:)`` if the program has no place for
  ///   delays or gains that the network has.
  public func apply(
    to session: inout SessionConfiguration, of program: LearningProgram
  ) throws(StoredNetworkError) {
    try check(program)
    session.hiddenCount = masters.hiddenCount
    session.outputCount = masters.outputCount
    session.hasBias = hasBias ?? (masters.inputCount > session.inputCount)
    session.inputCount = masters.inputCount - (session.hasBias ? 1 : 0)
    apply(hiddenRanges, to: &session.hiddenRange, &session.hiddenRanges)
    apply(outputRanges, to: &session.outputRange, &session.outputRanges)
    session.membraneTicks = membraneTicks ?? session.membraneTicks
    session.synapticTicks = synapticTicks ?? session.synapticTicks
    session.refractoryTicks = refractoryTicks ?? session.refractoryTicks
    session.sampleTicks = sampleTicks ?? session.sampleTicks
    // A bound of delays is for learning; delays that exist are used as they are.
    if let bound = program.parameter("delay_max"), let longest = masters.delays?.values.max(),
      DelayMasters.ticks(longest) > Int(bound.value)
    {
      session.parameters.insert(.offered("delay_max", DelayMasters.ticks(longest)), at: 0)
    }
  }

  private func apply(_ stored: [Double]?, to range: inout Double, _ ranges: inout [Double]?) {
    guard let stored else { return }
    range = stored.max() ?? range
    ranges = stored.count > 1 ? stored : nil
  }

  /// Whether the program has a place for all that the network has.
  public func check(_ program: LearningProgram) throws(StoredNetworkError) {
    if isDelayed, let kind = masters.delays?.kind, kind != program.delayKind {
      throw .unsupported(
        kind == .axonal ? "axonal delays" : "synaptic delays", program: program.name)
    }
    if hasGains && !program.isInferenceOnly {
      throw .unsupported("a gain for each neuron", program: program.name)
    }
  }

  /// Whether this is a network for that session: sizes, and what weights mean where the file says so.
  public func check(_ session: SessionConfiguration) throws(StoredNetworkError) {
    try checkSizes(session)
    try Self.compare(
      "range of hidden weights", hiddenRanges, session.hiddenRanges ?? [session.hiddenRange])
    try Self.compare(
      "range of output weights", outputRanges, session.outputRanges ?? [session.outputRange])
    try Self.compare("membrane time constant in ticks", membraneTicks, session.membraneTicks)
    try Self.compare("synaptic time constant in ticks", synapticTicks, session.synapticTicks)
  }

  /// Whether the layers are as large as those of the session.
  public func checkSizes(_ session: SessionConfiguration) throws(StoredNetworkError) {
    try Self.compare(
      "number of inputs, bias included,", masters.inputCount, session.totalInputCount)
    try Self.compare("number of hidden neurons", masters.hiddenCount, session.hiddenCount)
    try Self.compare("number of outputs", masters.outputCount, session.outputCount)
  }

  private static func compare(
    _ what: String, _ found: Int?, _ expected: Int
  ) throws(StoredNetworkError) {
    guard let found, found != expected else { return }
    throw .other(what, found: "\(found)", expected: "\(expected)")
  }

  private static func compare(
    _ what: String, _ found: [Double]?, _ expected: [Double]
  ) throws(StoredNetworkError) {
    guard let found, found != expected else { return }
    throw .other(
      what, found: "\(found.max() ?? 0)", expected: "\(expected.max() ?? 0) thresholds")
  }
}
