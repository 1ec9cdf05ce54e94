import ChipGeometry
import SpikeTrace

/// How fast traces are read and compared, for `ranvier bench`.
struct TraceBenchmark {
  /// Million events of each trace per second.
  var exactDiff: Double
  var tolerantDiff: Double
  var binaryRead: Double
  var textRead: Double
  /// CRC-32 of the binary trace, so that runs can be told to do the same work.
  var check: UInt32

  /// Makes a trace like that of a learning run and a copy of it with one spike moved, in memory.
  static func run(eventCount: Int) throws(TraceError) -> TraceBenchmark {
    var trace = Trace(header: SpikeTraceHeader(toolVersion: HostTool.version), events: [])
    trace.events = events(eventCount)
    let binary = try trace.bytes(form: .binary)
    let text = try trace.bytes(form: .text)
    // The copy differs at its end, so that the whole of it is compared the fast way.
    trace.events[eventCount - 1].tick += 1
    let moved = try trace.bytes(form: .binary)
    trace.events = []
    func rate(_ work: () throws(TraceError) -> Void) throws(TraceError) -> Double {
      let start = ProgressLine.wallClock()
      try work()
      return Double(eventCount) / 1e6 / (ProgressLine.wallClock() - start)
    }
    func compare(_ tolerance: UInt64?) throws(TraceError) {
      let comparison = try TraceDiff(toleranceTicks: tolerance).compare(
        TraceReader(bytes: binary, name: "A"), TraceReader(bytes: moved, name: "B"))
      precondition(comparison.isEqual == (tolerance != nil), "the diff is wrong")
    }
    func read(_ bytes: [UInt8]) throws(TraceError) {
      let reader = try TraceReader(bytes: bytes, name: "A")
      var batch: [SpikeEvent] = []
      while try reader.next(into: &batch) {}
    }
    return TraceBenchmark(
      exactDiff: try rate { () throws(TraceError) in try compare(nil) },
      tolerantDiff: try rate { () throws(TraceError) in try compare(1) },
      binaryRead: try rate { () throws(TraceError) in try read(binary) },
      textRead: try rate { () throws(TraceError) in try read(text) },
      check: CRC32.of(binary))
  }

  /// Samples of 113 spikes from 125 sources.
  private static func events(_ count: Int) -> [SpikeEvent] {
    var random = RandomStream(seed: 1, name: "trace benchmark")
    var tick: UInt64 = 0
    return (0..<count).map { index in
      let place = index % 115
      tick += place == 0 ? 6000 : random.next() % 106
      if place == 0 { return SpikeEvent(tick: tick, label: EventLabel(0x600), flags: .teacher) }
      if place == 114 {
        return SpikeEvent(tick: tick, label: EventLabel(0x700), flags: .endOfSample)
      }
      let source = UInt16(random.next() % 125)
      return source < 5
        ? SpikeEvent(tick: tick, label: EventLabel(0x520 + source), flags: .stimulus)
        : SpikeEvent(
          tick: tick, label: EventLabel(source / 32 << 8 | source % 32), flags: .neuron)
    }
  }
}
