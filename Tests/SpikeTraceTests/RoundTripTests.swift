import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct RoundTripTests {
  static let forms: [TraceForm] = [.text, .binary]

  @Test("A trace comes back as it was written", arguments: forms)
  func roundTrip(form: TraceForm) throws {
    let folder = try TemporaryFolder()
    for events in [
      [], Samples.events(samples: 300), Samples.oddEvents(count: 20_000, seed: 3),
      [Samples.event(0, 0, []), Samples.event(1 << 63 - 1, 0xFFFF, .init(rawValue: 0xFFFF))],
    ] {
      let trace = Trace(header: Samples.header, events: events)
      try trace.write(to: folder.path("a"), form: form)
      #expect(try Trace(path: folder.path("a")) == trace)
      #expect(try trace.bytes(form: form) == Array(Data(contentsOf: folder.url("a"))))
      #expect(try TraceReader(path: folder.path("a")).form == form)
    }
  }

  @Test("Converted there and back, a trace has the same bytes")
  func conversion() throws {
    let trace = Trace(header: Samples.header, events: Samples.oddEvents(count: 9000, seed: 8))
    let text = try trace.bytes(form: .text)
    let binary = try Trace(bytes: text, name: "text").bytes(form: .binary)
    #expect(try Trace(bytes: binary, name: "binary").bytes(form: .text) == text)
  }

  @Test("Events come one by one, in batches and in samples alike", arguments: forms)
  func ways(form: TraceForm) throws {
    let events = Samples.events(samples: 150) + [Samples.event(1 << 40, 5, .neuron)]
    let bytes = try Trace(header: Samples.header, events: events).bytes(form: form)
    let samples = try TraceReader(bytes: bytes, name: "samples")
    var read: [SpikeEvent] = []
    var count = 0
    while let sample = try samples.nextSample() {
      count += 1
      #expect(sample.last?.flags == (count == 151 ? .neuron : .endOfSample))
      read += sample
    }
    #expect(read == events && count == 151)
    let mixed = try TraceReader(bytes: bytes, name: "mixed")
    read = []
    for _ in 0..<10 { read.append(try #require(try mixed.next())) }
    var batch: [SpikeEvent] = []
    while try mixed.next(into: &batch) { read += batch }
    #expect(read == events && mixed.eventCount == UInt64(events.count))
  }
}

extension TemporaryFolder {
  func url(_ name: String) -> URL { url.appendingPathComponent(name) }
}
