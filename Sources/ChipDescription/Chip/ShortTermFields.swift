public import AnalogCore
public import ChipGeometry

extension ChipDescription {
  /// What the short-term plasticity of a hemisphere's drivers has in common.
  public struct ShortTerm: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var recovers = true
    /// Also while the clock is off.
    public var recoveryClock: UInt8 = 8
    public var first = ShortTermVoltages.facilitating
    public var second = ShortTermVoltages.depressing
    public init() {}

    var common: CommonShortTermPlasticity {
      CommonShortTermPlasticity(
        recoveryClock: recovers ? recoveryClock : nil, first: first, second: second)
    }
  }
}

private let codes: ClosedRange<UInt64> = 0...15

/// The spreads of short-term plasticity, and how its codes act. The ranges leave no two fields that
/// contradict each other.
let shortTermAnalogFields: [Field<AnalogConfiguration>] = [
  .number(
    "mismatch.short_term_offset", \.mismatch.shortTerm.offset, in: 0...0.5, unit: .pulses,
    "standard deviation of the drivers' efficacies", "6.1c, unpublished"),
  .number(
    "mismatch.short_term_utilisation", \.mismatch.shortTerm.utilisation, in: 0...0.5,
    "spread of the drivers' utilisations", "unpublished"),
  .number(
    "mismatch.short_term_recovery", \.mismatch.shortTerm.recovery, in: 0...0.5,
    "spread of the drivers' recovery times", "unpublished"),
  .number(
    "short_term_transfer.full_utilisation", \.shortTerm.fullUtilisation, in: 0...1,
    "part of the way that an event moves a driver's voltage with utilisation code 15",
    "3, unpublished"),
  .number(
    "short_term_transfer.shortest_recovery", \.shortTerm.shortestRecovery, in: 0.1...5,
    unit: .microseconds, "time constant of recovery with both codes 15", "3, unpublished"),
  .number(
    "short_term_transfer.longest_recovery", \.shortTerm.longestRecovery, in: 80...10_000,
    unit: .microseconds, "time constant of recovery with both codes 0", "3, unpublished"),
  .number(
    "short_term_transfer.full_voltage", \.shortTerm.fullVoltage, in: -1000...0,
    unit: .codes, "voltage of a full pulse", "3, unpublished"),
  .number(
    "short_term_transfer.silent_voltage", \.shortTerm.silentVoltage, in: 1...2000,
    unit: .codes, "voltage of no pulse", "3, unpublished"),
  .number(
    "short_term_transfer.offset_step", \.shortTerm.offsetStep, in: 0...1, unit: .pulses,
    "what a step of the offset code adds to the efficacy", "3, unpublished"),
]

/// The short-term plasticity of a driver.
let shortTermDriverFields: [Field<ChipDescription.Drivers>] = [
  .bool(
    "short_term.enabled", \.hasShortTerm, "whether pulses follow short-term plasticity", "3"),
  .choice(
    "short_term.voltages", \.shortTerm.voltages, of: [("first", .first), ("second", .second)],
    "its pair of potentials, those of the list short_term", "3"),
  .integer(
    "short_term.utilisation", \.shortTerm.utilisation, in: codes, unit: "codes",
    "how far an event moves the voltage", "3"),
  .integer(
    "short_term.recovery", \.shortTerm.recovery, in: codes, unit: "codes",
    "how fast it recovers; 15 is the fastest", "3"),
  .integer(
    "short_term.offset", \.shortTerm.offset, in: codes, unit: "codes",
    "adds to the efficacy; nothing at 8", "3"),
]

let shortTermTable = FieldTable(
  defaults: ChipDescription.ShortTerm(),
  [
    hemisphere(\.hemisphere),
    .bool("recovers", \.recovers, "whether the common recovery clock runs", "3"),
    .integer(
      "recovery_clock", \.recoveryClock, in: codes, unit: "codes",
      "its speed; 15 is the fastest", "3"),
    voltage("first.charge", \.first.charge, "where events drive the first set's voltage to"),
    voltage("first.recover", \.first.recover, "where it goes by itself"),
    voltage("second.charge", \.second.charge, "where events drive the second set's voltage to"),
    voltage("second.recover", \.second.recover, "where it goes by itself"),
  ])

private func voltage(
  _ path: String, _ place: FieldPath<ChipDescription.ShortTerm, UInt16>, _ meaning: String
) -> Field<ChipDescription.ShortTerm> {
  .integer(path, place, in: 0...1022, unit: "codes", meaning, "2.4, 3")
}
