import Learning
import SpikeTrace

/// Weights of a network as a NumPy archive.
///
/// | array | type, shape | |
/// |---|---|---|
/// | `weights_hidden` | int16 [input][hidden] | masters, ±32767 the full range; the bias is the last input |
/// | `weights_output` | int16 [hidden][output] | masters |
/// | `codes_hidden`, `codes_output` | int16, same shapes | what the synapses hold: -63…63 |
/// | `delays` | int16 [input + hidden] | axonal delays in ticks; zero where none are learned |
/// | `delay_masters` | int16 [input + hidden] | 16 to the tick; only where delays are learned |
///
/// Where delays are synaptic these are `synaptic_delays` and `synaptic_delay_masters`, int16 and as long
/// as both weight arrays together, in their order.
enum WeightsFile {
  static func archive(_ masters: WeightMasters, _ delays: SourceDelays) -> NumPyArchive {
    var archive = NumPyArchive()
    let hidden = [masters.inputCount, masters.hiddenCount]
    let output = [masters.hiddenCount, masters.outputCount]
    func codes(_ values: [Int16]) -> [Int16] { values.map { Int16(WeightMasters.code($0)) } }
    archive.append("weights_hidden", NumPyArray(shape: hidden, values: .int16(masters.hidden)))
    archive.append("weights_output", NumPyArray(shape: output, values: .int16(masters.output)))
    archive.append(
      "codes_hidden", NumPyArray(shape: hidden, values: .int16(codes(masters.hidden))))
    archive.append(
      "codes_output", NumPyArray(shape: output, values: .int16(codes(masters.output))))
    let ticks = delays.ticks.map { Int16(clamping: $0) }
    let names = delayNames(delays.kind)
    archive.append(names.ticks, NumPyArray(shape: [ticks.count], values: .int16(ticks)))
    if let masters = masters.delays?.values {
      archive.append(
        names.masters, NumPyArray(shape: [masters.count], values: .int16(masters)))
    }
    return archive
  }

  static func write(
    _ masters: WeightMasters, _ delays: SourceDelays, to path: String
  ) throws(ToolError) {
    try OutputFile.write(archive(masters, delays).bytes, to: path)
  }

  /// Reads the masters of a network of that size.
  static func read(
    _ path: String, for session: SessionConfiguration
  ) throws(ToolError) -> WeightMasters {
    let bytes = try InputFile.bytes(path)
    let archive: NumPyArchive
    do { archive = try NumPyArchive(bytes: bytes) } catch { throw ToolError("\(path): \(error)") }
    let inputs = session.inputCount + (session.hasBias ? 1 : 0)
    var masters = WeightMasters(
      inputs: inputs, hidden: session.hiddenCount, outputs: session.outputCount)
    masters.hidden = try values(
      "weights_hidden", [inputs, session.hiddenCount], archive, path)
    masters.output = try values(
      "weights_output", [session.hiddenCount, session.outputCount], archive, path)
    for kind in [DelayKind.axonal, .synaptic] where masters.delays == nil {
      masters.delays = try delays(kind, of: masters, archive, path)
    }
    return masters
  }

  private static func delayNames(_ kind: DelayKind) -> (ticks: String, masters: String) {
    switch kind {
    case .axonal: ("delays", "delay_masters")
    case .synaptic: ("synaptic_delays", "synaptic_delay_masters")
    }
  }

  /// Delays as masters, or else in ticks; nil if the file has neither.
  private static func delays(
    _ kind: DelayKind, of masters: WeightMasters, _ archive: NumPyArchive, _ path: String
  ) throws(ToolError) -> DelayMasters? {
    let names = delayNames(kind)
    let count = DelayMasters.count(kind, of: masters)
    var all: [Int16]
    if archive[names.masters] != nil {
      all = try values(names.masters, [count], archive, path)
    } else if archive[names.ticks] != nil {
      all = try values(names.ticks, [count], archive, path).map {
        Int16(clamping: Int($0) * DelayMasters.perTick)
      }
    } else {
      return nil
    }
    return DelayMasters(kind, values: all, of: masters)
  }

  private static func values(
    _ name: String, _ shape: [Int], _ archive: NumPyArchive, _ path: String
  ) throws(ToolError) -> [Int16] {
    guard let array = archive[name] else {
      let names = archive.entries.map(\.name).joined(separator: ", ")
      throw ToolError("\(path): has no array '\(name)'; it has: \(names)")
    }
    guard array.shape == shape else {
      throw ToolError(
        "\(path): '\(name)' has shape \(array.shape), the network needs \(shape)",
        hint: "--hidden N chooses the size of the network")
    }
    guard case .int16(let values) = array.values else {
      throw ToolError("\(path): '\(name)' has another type than int16")
    }
    return values
  }
}
