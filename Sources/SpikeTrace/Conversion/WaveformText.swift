import ChipGeometry

/// Spikes as a value change dump (IEEE 1364, section 18): a wire for each source, high for half a tick
/// from each spike on.
struct WaveformText {
  private let names: [(source: SpikeEventSource, name: String)]
  private var codes: [SpikeEventSource: Int] = [:]
  private let acceleration: UInt64
  /// Wires that are high, and until when.
  private var high: [Int] = []
  private var tick: UInt64?
  private(set) var doubleCount = 0

  init(_ sources: [(SpikeEventSource, String)], acceleration: UInt64) {
    names = sources
    self.acceleration = acceleration
    for (index, source) in sources.enumerated() { codes[source.0] = index }
  }

  /// The short name of a wire: printable characters, as many as it takes.
  static func code(_ index: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = index
    repeat {
      bytes.append(UInt8(33 + rest % 94))
      rest = rest / 94 - 1
    } while rest >= 0
    return bytes
  }

  mutating func begin(_ header: SpikeTraceHeader, _ output: inout [UInt8]) {
    output += Array(
      """
      $version \(header.toolName) \(header.toolVersion) $end
      $comment times are those of the chip\(acceleration == 1 ? "" : " times \(acceleration)") $end
      $timescale 1 ns $end

      """.utf8)
    var scope: String?
    for (index, entry) in names.enumerated() {
      let kind = EventFlagNames.text(entry.source.flags)
      let module = kind.isEmpty ? "other" : Self.identifier(kind)
      if module != scope {
        if scope != nil { output += Array("$upscope $end\n".utf8) }
        output += Array("$scope module \(module) $end\n".utf8)
        scope = module
      }
      output += Array("$var wire 1 ".utf8) + Self.code(index)
      output += Array(" \(Self.identifier(entry.name)) $end\n".utf8)
      // Viewers skip it; a reader of ours gets back what the wire's name cannot hold.
      let label = TraceError.hexadecimal(UInt64(entry.source.label.rawValue), digits: 3)
      output += Array("$comment source ".utf8) + Self.code(index)
      output += Array(" 0x\(label) \(entry.name) $end\n".utf8)
    }
    if scope != nil { output += Array("$upscope $end\n".utf8) }
    output += Array("$enddefinitions $end\n#0\n$dumpvars\n".utf8)
    for index in names.indices { output += [0x30] + Self.code(index) + [0x0A] }
    output += Array("$end\n".utf8)
  }

  /// Without white space, which ends a name; brackets stay.
  private static func identifier(_ text: String) -> String {
    String(text.map { $0.isWhitespace ? "_" : $0 })
  }

  mutating func append(_ event: SpikeEvent, _ output: inout [UInt8]) {
    guard let index = codes[SpikeEventSource(event)] else { return }
    if event.tick != tick {
      fall(&output)
      tick = event.tick
      appendTime(event.tick * nanoseconds, &output)
    } else if high.contains(index) {
      doubleCount += 1
      return
    }
    high.append(index)
    output += [0x31] + Self.code(index) + [0x0A]
  }

  private var nanoseconds: UInt64 { UInt64(SpikeTraceHeader.tickNanoseconds) * acceleration }

  private mutating func fall(_ output: inout [UInt8]) {
    guard let tick, !high.isEmpty else { return }
    appendTime(tick * nanoseconds + nanoseconds / 2, &output)
    for index in high { output += [0x30] + Self.code(index) + [0x0A] }
    high.removeAll(keepingCapacity: true)
  }

  private func appendTime(_ time: UInt64, _ output: inout [UInt8]) {
    output += Array("#\(time)\n".utf8)
  }

  mutating func end(_ output: inout [UInt8]) { fall(&output) }
}
