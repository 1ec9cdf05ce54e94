import AnalogCore
import Chip
import ChipDescription
import ChipGeometry
import SpikeTrace

/// What the membrane converter shows of one or two neurons, for a file.
struct MembraneTrace {
  static let options: [Command.Option] = [
    .value(
      "--madc", "NAME[,NAME]", "record these neurons by the membrane converter, such as hidden[3]"),
    .value("--madc-out", "FILE", "its samples, .csv or .npz"),
    .value(
      "--madc-readout", "WHAT",
      NeuronReadout.allCases.map(\.name).joined(separator: ", ") + " (default membrane)"),
  ]

  let settings: MembraneADCSettings
  let readout: NeuronReadout
  private let names: [(neuron: NeuronIndex, name: String)]
  private let path: String
  private let file: OutputFile
  private let converters: ConverterSettings
  private(set) var count = 0
  private var times: [Double] = []
  private var members: [Int16] = []
  private var codes: [Int16] = []
  private var buffer: [MembraneSample] = []

  private var isArchive: Bool { path.hasSuffix(".npz") }

  /// What the options ask for; nil: nothing.
  init?(_ arguments: ParsedArguments, _ mapping: NetworkMapping) throws {
    guard let text = arguments.value("--madc") else {
      if arguments.flag("--madc-out") || arguments.flag("--madc-readout") {
        throw ToolError("--madc NAME is missing: which neuron shall be recorded?")
      }
      return nil
    }
    guard let path = arguments.value("--madc-out") else {
      throw ToolError("--madc-out FILE is missing: where shall the samples go?")
    }
    guard path.hasSuffix(".csv") || path.hasSuffix(".npz") else {
      throw ToolError("\(path): the name ends neither in .csv nor in .npz")
    }
    names = try Self.names(text, mapping)
    settings = try Self.settings(names)
    let word = try arguments.choice("--madc-readout", of: NeuronReadout.allCases.map(\.name))
    readout = NeuronReadout.allCases.first { $0.name == word } ?? .membrane
    converters = mapping.chip.analog.converters
    self.path = path
    file = try OutputFile(path)
    if !isArchive { try file.write(header) }
  }

  private static func names(
    _ text: String, _ mapping: NetworkMapping
  ) throws(ToolError) -> [(neuron: NeuronIndex, name: String)] {
    var found: [(neuron: NeuronIndex, name: String)] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(word)
      guard let neuron = mapping.place(name)?.neuron else {
        throw ToolError(
          "--madc: the network has no neuron '\(name)'",
          hint: "neurons are named as 'ranvier network map' prints them, such as hidden[3]")
      }
      found.append((neuron, name))
    }
    return found
  }

  private static func settings(
    _ names: [(neuron: NeuronIndex, name: String)]
  ) throws(ToolError) -> MembraneADCSettings {
    var settings = MembraneADCSettings(isWarm: true)
    for (neuron, name) in names {
      let isOdd = neuron.column % 2 == 1
      guard (isOdd ? settings.odd : settings.even) == nil else {
        throw ToolError(
          "--madc: \(name) is in column \(neuron.column), and the converter has one input for even "
            + "and one for odd columns; found two \(isOdd ? "odd" : "even") ones or more")
      }
      if isOdd { settings.odd = neuron } else { settings.even = neuron }
    }
    return settings
  }

  /// What the columns of a table are.
  private var header: String {
    let rest =
      converters.membraneOffset + converters.membraneScale * ConverterLevel.rest
    let threshold = converters.membraneScale * ConverterLevel.perThreshold
    let meaning =
      readout == .membrane
      ? "# a potential in thresholds is (lsb - \(Self.text(rest))) / \(Self.text(threshold))\n" : ""
    return "# ranvier \(HostTool.version)\n# \(readout.name) by the membrane converter, 10 bits\n"
      + meaning
      + "time_us,neuron,lsb\n"
  }

  private static func text(_ value: Double) -> String { ProgressLine.decimal(value, 3) }

  /// The converter works from now on.
  func start(on chip: inout Chip) {
    for (neuron, _) in names { chip.setReadout(readout, of: neuron) }
    chip.startMembraneADC(settings)
  }

  /// Takes over what the converter has seen since the last call.
  mutating func record(_ chip: inout Chip) throws {
    chip.takeMembraneSamples(into: &buffer)
    count += buffer.count
    var lines = ""
    for sample in buffer {
      let microseconds = Double(sample.tick) * 0.008
      let member = names.firstIndex { $0.neuron == sample.neuron } ?? 0
      if isArchive {
        times.append(microseconds)
        members.append(Int16(member))
        codes.append(Int16(sample.code))
      } else {
        let time = ProgressLine.decimal(microseconds, 3)
        lines += "\(time),\(names[member].name),\(sample.code)\n"
      }
    }
    if !isArchive { try file.write(lines) }
  }

  /// The file is complete.
  func finish() throws {
    if isArchive {
      var archive = NumPyArchive()
      archive.append("time_us", NumPyArray(shape: [count], values: .float64(times)))
      archive.append("neuron", NumPyArray(shape: [count], values: .int16(members)))
      archive.append("lsb", NumPyArray(shape: [count], values: .int16(codes)))
      archive.append("names", NumPyArray(shape: [names.count], values: .text(names.map(\.name))))
      try file.write(archive.bytes)
    }
    try file.commit()
  }
}
