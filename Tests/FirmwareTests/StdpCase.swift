import Assembler
import Chip
import ChipGeometry
import Testing

/// Sizes, windows and bounds of a case.
struct StdpSetting: Sendable, CustomTestStringConvertible {
  var inputs = 5
  var hidden = 120
  var outputs = 3
  var slots = 1
  var others: [String: Int32] = [:]

  var testDescription: String { "\(inputs)-\(hidden)-\(outputs), \(slots) spikes, \(others)" }

  var parameters: [String: Int32] {
    var values = others
    values["inputs"] = Int32(inputs)
    values["hidden"] = Int32(hidden)
    values["outputs"] = Int32(outputs)
    values["spike_slots"] = Int32(slots)
    return values
  }

  /// A parameter as it is here, or else as the program comes with it.
  func parameter(_ name: String) -> Int {
    let image = Firmware.stdp
    guard let address = image.address(of: "param_" + name) else { fatalError(name) }
    let word = (0..<4).reduce(UInt32(0)) {
      $0 | UInt32(image.byte(at: address + UInt32($1)) ?? 0) << UInt32(8 * $1)
    }
    return Int(parameters[name] ?? Int32(bitPattern: word))
  }

  static let all = [
    StdpSetting(),
    StdpSetting(slots: 4),
    StdpSetting(inputs: 1, hidden: 1, outputs: 1, slots: 2),
    StdpSetting(
      inputs: 8, hidden: 77, outputs: 8, slots: 3,
      others: [
        "tau_plus_ticks": 8, "tau_minus_ticks": 32767, "plus_hidden": -4095, "minus_hidden": -4095,
        "plus_output": 4095, "minus_output": 4095, "plus_other": -4095, "minus_other": 4095,
        "push_hidden": 4095, "push_output": 4095, "sample_ticks": 24000,
      ]),
    StdpSetting(
      inputs: 4, hidden: 31, outputs: 2, slots: 4,
      others: [
        "low_hidden": 0, "high_hidden": 9000, "low_output": -500, "high_output": 700,
        "plus_hidden": 4000, "minus_output": 4000, "tau_plus_ticks": 2000,
      ]),
  ]
}

/// The spikes of a sample by source, and its class.
struct StdpSample {
  var inputs: [[Int]]
  var hidden: [[Int]]
  var outputs: [[Int]]
  var teacher: Int?
  var length: Int

  init(_ setting: StdpSetting, _ random: inout RandomStream, isTaught: Bool) {
    length = setting.parameter("sample_ticks")
    let length = length
    func spikes(_ limit: Int) -> [Int] {
      (0..<Int(random.next(below: UInt64(limit + 1)))).map { _ in
        // Many near each other, some at the ends.
        let near = Int(random.next(below: 400))
        switch random.next(below: 4) {
        case 0: return min(length, near / 100)
        case 1: return Int(random.next(below: UInt64(length)))
        default: return length / 3 + near
        }
      }.sorted()
    }
    inputs = (0..<setting.inputs).map { _ in spikes(2) }
    // The recorder has 512 entries.
    hidden = (0..<setting.hidden).map { _ in spikes(setting.hidden > 60 ? 3 : 6) }
    outputs = (0..<setting.outputs).map { _ in spikes(3) }
    teacher = isTaught ? Int(random.next(below: UInt64(setting.outputs))) : nil
  }

  /// As the recorder holds them, from tick `start` on.
  func entries(from start: Int) -> [Bench.Entry] {
    var events: [(tick: Int, source: LayeredNetwork.Source)] = []
    for (k, ticks) in inputs.enumerated() { events += ticks.map { ($0, .input(k)) } }
    for (h, ticks) in hidden.enumerated() { events += ticks.map { ($0, .hidden(h)) } }
    for (o, ticks) in outputs.enumerated() { events += ticks.map { ($0, .output(o)) } }
    if let teacher { events.append((0, .teacher(teacher))) }
    events.sort { $0.tick < $1.tick }
    events.append((length, .endOfSample))
    return events.map {
      Bench.Entry(tick: start + $0.tick, label: LayeredNetwork.label($0.source).rawValue)
    }
  }
}
