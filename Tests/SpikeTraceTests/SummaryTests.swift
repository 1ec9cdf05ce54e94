import ChipGeometry
import SpikeTrace
import TestSupport
import Testing

@Suite struct SummaryTests {
  @Test("A summary counts kinds, sources and samples")
  func counts() throws {
    var events = Samples.events(samples: 3)
    events.removeAll { $0.flags == .teacher && $0.tick == 12_000 }
    events.append(Samples.event(40_000, 3, [.processor]))
    events.append(Samples.event(50_000, 3, [.bottom]))
    let bytes = try Trace(header: Samples.header, events: events).bytes(form: .binary)
    let summary = try TraceSummary(reading: TraceReader(bytes: bytes, name: "m"))
    func count(_ flags: SpikeEvent.Flags) -> UInt64 {
      UInt64(events.filter { $0.flags.contains(flags) }.count)
    }
    #expect(summary.header == Samples.header && summary.form == .binary)
    #expect(summary.eventCount == UInt64(events.count))
    #expect(summary.counts.neuron == count(.neuron) && summary.counts.stimulus == count(.stimulus))
    #expect(summary.counts.neuron + summary.counts.stimulus == 345)
    #expect([summary.counts.teacher, summary.counts.endOfSample] == [2, 3])
    #expect(
      [summary.counts.processor, summary.counts.other, summary.counts.background] == [1, 1, 0])
    #expect([summary.sampleCount, summary.taughtSampleCount] == [3, 2])
    #expect(summary.eventsAfterLastSample == 2)
    #expect(summary.firstTick == 0 && summary.lastTick == 50_000)
    #expect(abs(summary.durationSeconds - 400e-6) < 1e-15)
    #expect(abs(summary.eventsPerSecond! - Double(events.count) / 400e-6) < 1e-3)
    #expect(summary.neuronSpikesPerSample == Double(count(.neuron)) / 3)
    var expected: [SpikeEventSource: UInt64] = [:]
    for event in events { expected[SpikeEventSource(event), default: 0] += 1 }
    #expect(summary.sources.count == expected.count)
    #expect(summary.sources.allSatisfy { expected[$0.source] == $0.count })
    #expect(zip(summary.sources, summary.sources.dropFirst()).allSatisfy { $0.source < $1.source })
    let input = try #require(summary.sources.first { $0.source.label.rawValue == 0x520 })
    #expect(input.name == "input[0]")
    let ticks = events.filter { $0.label.rawValue == 0x520 }.map(\.tick)
    #expect(input.firstTick == ticks.first && input.lastTick == ticks.last)
  }

  @Test("Thousands of sources keep their numbers")
  func manySources() throws {
    let events = (0..<9000).map { Samples.event(UInt64($0), UInt16($0 * 7 % 4999), .neuron) }
    let bytes = try Trace(header: Samples.header, events: events).bytes(form: .binary)
    let summary = try TraceSummary(reading: TraceReader(bytes: bytes, name: "m"))
    #expect(summary.sources.count == 4999)
    #expect(summary.sources.map(\.count).reduce(0, +) == 9000)
    #expect(summary.sources.map { Int($0.source.label.rawValue) } == Array(0..<4999))
  }

  @Test("An empty trace has no rates")
  func empty() throws {
    let bytes = try Trace(header: Samples.header, events: []).bytes(form: .text)
    let summary = try TraceSummary(reading: TraceReader(bytes: bytes, name: "m"))
    #expect(summary.eventCount == 0 && summary.firstTick == nil)
    #expect(summary.eventsPerSecond == nil && summary.neuronSpikesPerSample == nil)
  }
}
