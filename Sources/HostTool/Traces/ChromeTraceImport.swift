import ChipDescription
import SpikeTrace

/// Reads spikes from Chrome's trace JSON: instant events, whose name is the source. Other events are
/// counted and left out.
enum ChromeTraceImport {
  static func read(
    _ path: String, _ options: ConversionOptions
  ) throws(ToolError) -> ImportedTrace {
    let bytes = try InputFile.bytes(path)
    let root: JSONNode
    do throws(DescriptionError) {
      root = try JSONReader.read(bytes)
    } catch {
      throw ToolError("\(path):\(error)", standsAlone: true)
    }
    func error(_ node: JSONNode, _ expected: String) -> ToolError {
      ToolError(
        "\(path):\(node.position): expected \(expected), found \(node.excerpt)", standsAlone: true)
    }
    guard let events = list(member("traceEvents", of: root) ?? root) else {
      throw error(root, "a list traceEvents")
    }
    var collector = ForeignTraces.Collector(options)
    var otherCount = 0
    for event in events {
      guard case .string(let phase)? = member("ph", of: event)?.value else {
        throw error(event, "an event with a phase ph")
      }
      guard ["i", "I", "R"].contains(phase) else {
        if phase != "M" { otherCount += 1 }
        continue
      }
      guard let time = member("ts", of: event), case .number(let text) = time.value else {
        throw error(event, "an instant event with a time ts in microseconds")
      }
      guard case .string(let name)? = member("name", of: event)?.value else {
        throw error(event, "an instant event with a name")
      }
      let arguments = member("args", of: event)
      var row = ForeignTraces.Row(time: text, source: name)
      if case .number(let label)? = arguments.flatMap({ member("label", of: $0) })?.value {
        row.label = UInt16(label)
      }
      if case .string(let flags)? = arguments.flatMap({ member("flags", of: $0) })?.value {
        row.flags = flags
      }
      if let expected = collector.append(row) { throw error(event, expected) }
    }
    if otherCount > 0 { collector.note("\(otherCount) events that are no instants are left out") }
    return collector.finish()
  }

  private static func member(_ key: String, of node: JSONNode) -> JSONNode? {
    guard case .object(let members) = node.value else { return nil }
    return members.first { $0.key == key }?.value
  }

  private static func list(_ node: JSONNode) -> [JSONNode]? {
    guard case .array(let nodes) = node.value else { return nil }
    return nodes
  }
}
