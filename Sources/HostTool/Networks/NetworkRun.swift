import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry
import PlasticityProcessor
import SpikeTrace

/// One experiment with a network: the work of `ranvier network run`.
struct NetworkRun: ~Copyable {
  private let invocation: Invocation
  private let mapping: NetworkMapping
  private let file: LoadedProgram?
  private let programs: [Hemisphere: LoadedProgram]
  private var chip: Chip
  private let events: [SpikeEvent]
  private let recording: TraceWriter?
  private var membrane: MembraneTrace?
  private var sentCount = 0
  private var recordedCount = 0
  /// Events by label, as many labels as there are.
  private var counts = [Int](repeating: 0, count: 1 << 16)
  private var buffer: [SpikeEvent] = []
  /// Whether events of a label go into the trace.
  private let isWanted: [Bool]

  /// Recorded events are written at least this often.
  private static let sliceCycles: UInt64 = 250_000

  /// Reads what the arguments name and makes the chip.
  static func prepare(_ invocation: Invocation) throws -> NetworkRun {
    let arguments = invocation.arguments
    let path = arguments.positional("FILE")
    let mapping = try NetworkFile.mapping(arguments)
    let file = try arguments.optional("PROGRAM").map { try LoadedProgram($0, invocation) }
    if file == nil, arguments.flag("--both") { throw ToolError("--both needs a program") }
    let events = mapping.hostEvents(times: try NetworkFile.times(mapping.network, beside: path))
    let membrane = try MembraneTrace(arguments, mapping)
    var chip = try chip(mapping, file, isBoth: arguments.flag("--both"))
    membrane?.start(on: &chip)
    let recording = try arguments.value("--record").map {
      try TraceWriter.start($0, header(mapping, file))
    }
    var run = NetworkRun(invocation, mapping, file, chip, events, recording)
    run.membrane = membrane
    return run
  }

  private static func chip(
    _ mapping: NetworkMapping, _ file: LoadedProgram?, isBoth: Bool
  ) throws(ToolError) -> Chip {
    var chip = mapping.chip.makeChip()
    chip.isRecording = true
    guard let file else { return chip }
    for hemisphere in Hemisphere.allCases where hemisphere == .top || isBoth {
      let program = try file.program()
      do {
        try chip.load(program, into: hemisphere)
      } catch {
        throw ToolError("\(file.path): \(error)")
      }
    }
    return chip
  }

  private init(
    _ invocation: Invocation, _ mapping: NetworkMapping, _ file: LoadedProgram?,
    _ chip: consuming Chip, _ events: [SpikeEvent], _ recording: TraceWriter?
  ) {
    self.invocation = invocation
    self.mapping = mapping
    self.file = file
    programs = file.map { [.top: $0, .bottom: $0] } ?? [:]
    self.chip = chip
    self.events = events
    self.recording = recording
    var wanted = [Bool](repeating: false, count: 1 << 16)
    for place in mapping.places where place.isRecorded {
      if let label = place.label { wanted[Int(label.rawValue)] = true }
    }
    isWanted = wanted
  }

  private static func header(
    _ mapping: NetworkMapping, _ file: LoadedProgram?
  ) -> SpikeTraceHeader {
    var header = SpikeTraceHeader(toolVersion: HostTool.version)
    header.chipSeed = mapping.chip.analog.chipSeed
    header.noiseSeed = mapping.chip.analog.noiseSeed
    header.programName = file?.path
    header.programSHA256 = file?.image.sha256
    header.extra = [
      .init("network_sha256", mapping.network.sha256), .init("chip_sha256", mapping.chip.sha256),
    ]
    header.sourceNames = mapping.places.compactMap { place in
      guard place.isRecorded, let label = place.label else { return nil }
      return .init(label: label.rawValue, name: place.name)
    }
    return header
  }

  // MARK: Running

  mutating func go() throws {
    let end = ClockTime(ticks: mapping.network.durationTicks)
    while chip.now < end {
      let slice = ClockTime(cycles: min(chip.now.cycles + Self.sliceCycles, end.cycles))
      while sentCount < events.count, ClockTime(ticks: events[sentCount].tick) < slice {
        try chip.enqueue(events[sentCount])
        sentCount += 1
      }
      try ProgramStops.handle(
        chip.run(until: slice), &chip, programs, console: invocation.errors)
      try record()
    }
  }

  private mutating func record() throws {
    try membrane?.record(&chip)
    chip.takeEvents(into: &buffer)
    recordedCount += buffer.count
    for event in buffer where event.flags.isDisjoint(with: .processor) {
      counts[Int(event.label.rawValue)] += 1
    }
    guard let recording else { return }
    try recording.append(
      contentsOf: buffer.filter {
        $0.flags.contains(.processor) || isWanted[Int($0.label.rawValue)]
      })
  }

  // MARK: Reporting

  private struct Group {
    var name: String
    var members: Int
    var events: Int
    /// Per member.
    var rate: Double
  }

  private func groups() -> [Group] {
    let network = mapping.network
    let milliseconds = ClockTime(ticks: network.durationTicks).seconds * 1000
    return (network.populations.map(\.name) + network.stimuli.map(\.name)).map { name in
      let places = mapping.places.filter { $0.group == name }
      let events = places.reduce(0) { sum, place in
        sum + (place.label.map { counts[Int($0.rawValue)] } ?? 0)
      }
      return Group(
        name: name, members: places.count, events: events,
        rate: Double(events) / Double(places.count) / milliseconds)
    }
  }

  func report() throws -> ExitStatus {
    try recording?.finish()
    try membrane?.finish()
    let lost = chip.busDropCounts.reduce(0) { $0 + Int($1) }
    guard !invocation.wantsJSON else {
      invocation.print(json(lost))
      return .done
    }
    let groups = groups()
    let width = (groups.map(\.name.count).max() ?? 0) + 2
    for group in groups {
      invocation.print(
        TextTable.left(group.name, width)
          + TextTable.right("\(group.events) events of \(group.members), ", 24)
          + "\(ProgressLine.decimal(group.rate, 3)) kHz each")
    }
    if lost > 0 { invocation.print("\(lost) events lost: their PADI bus was busy, its queue full") }
    return .done
  }

  private func json(_ lost: Int) -> JSONValue {
    var json = MappingReport(mapping).json
    json.append([
      "duration_us": .number(ClockTime(ticks: mapping.network.durationTicks).seconds * 1e6),
      "chip_seed": .unsigned(mapping.chip.analog.chipSeed),
      "noise_seed": .unsigned(mapping.chip.analog.noiseSeed),
      "program": file.map { .string($0.path) } ?? .null,
      "events_sent": .integer(sentCount), "events_recorded": .integer(recordedCount),
      "events_lost": .integer(lost), "madc_samples": membrane.map { .integer($0.count) } ?? .null,
      "groups": .array(
        groups().map {
          [
            "name": .string($0.name), "members": .integer($0.members),
            "events": .integer($0.events), "rate_khz": .number($0.rate),
          ]
        }),
      "state_sha256": .string(chip.stateHash),
    ])
    return json
  }
}
