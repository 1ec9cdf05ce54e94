import Learning

/// The table that training prints: a line per epoch and chip.
enum EpochTable {
  static let heading =
    "chip  epoch     loss   train    valid.  spikes  cycles+upd. / max  on chip    analog  "
    + "bytes spikes / dense"

  static func line(chipSeed: UInt64, _ report: EpochReport, _ session: SessionConfiguration)
    -> String
  {
    let training = report.training
    let dense = denseBytes(session)
    return [
      pad("\(chipSeed)", 4), pad("\(report.epoch)", 6),
      pad(ProgressLine.decimal(training.loss, 5), 8),
      pad(ProgressLine.decimal(100 * training.accuracy, 2) + " %", 8),
      pad(ProgressLine.decimal(100 * report.validation.accuracy, 2) + " %", 8),
      pad(ProgressLine.decimal(training.spikesPerSample, 1), 7),
      pad(ProgressLine.decimal(training.cyclesMean, 0), 8) + " / "
        + pad("\(training.cyclesMax)", 6),
      pad(ProgressLine.decimal(report.chipSeconds, 3) + " s", 9),
      pad("\(report.analogReads)", 7),
      pad(ProgressLine.decimal(4 * training.spikesPerSample, 0), 6) + " / \(dense)",
    ].joined(separator: " ")
  }

  /// What sampling all membranes densely would take: 8 bits every microsecond over 38 of them, as in
  /// the published comparison (learning reference, section 6).
  static func denseBytes(_ session: SessionConfiguration) -> Int {
    38 * (session.hiddenCount + session.outputCount)
  }

  static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
