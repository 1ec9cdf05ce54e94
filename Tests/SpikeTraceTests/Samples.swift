import ChipGeometry
import SpikeTrace

/// Traces for the tests.
enum Samples {
  static var header: SpikeTraceHeader {
    var header = SpikeTraceHeader(toolVersion: "0.1.0")
    header.chipSeed = 1
    header.noiseSeed = 0xFFFF_FFFF_FFFF_FFFF
    header.dataSeed = 42
    header.programName = " odd name\\with\nall.s "
    header.programSHA256 = SHA256.hexDigest("program".utf8)
    header.task = "yin-yang"
    header.inputCount = 5
    header.hiddenCount = 120
    header.outputCount = 3
    header.extra = [
      .init("loss", "time-to-first-spike"), .init("a.b-c_1", "µ: # [x]"), .init("e", ""),
    ]
    header.parameters = [.init("learning_rate", 655), .init("Z", .min), .init("a", .max)]
    header.arrays = [
      .init("weights_hidden", shape: [2, 3], values: [1, -2, 3, .min, .max, 0]),
      .init("line", shape: [1500], values: (0..<1500).map { Int16($0 - 700) }),
      .init("cube", shape: [1, 2, 1], values: [5, 6]),
    ]
    header.sourceNames = [
      .init(label: 0x520, name: "input[0]"), .init(label: 3, name: "hidden 3"),
      .init(label: 0xFFFF, name: "#"),
    ]
    return header
  }

  static func event(_ tick: UInt64, _ label: UInt16, _ flags: SpikeEvent.Flags) -> SpikeEvent {
    SpikeEvent(tick: tick, label: EventLabel(label), flags: flags)
  }

  /// Samples as a learning run makes them.
  static func events(samples: Int, seed: UInt64 = 1) -> [SpikeEvent] {
    var random = RandomStream(seed: seed, name: "trace samples")
    var events: [SpikeEvent] = []
    for sample in 0..<samples {
      let start = UInt64(sample) * 12_000
      let label = UInt16(random.next() % 3)
      events.append(event(start, 0x600 | label, .teacher))
      let ticks = (0..<115).map { _ in random.next() % 6000 }.sorted()
      for tick in ticks {
        let source = UInt16(random.next() % 125)
        events.append(
          source < 5
            ? event(start + tick, 0x520 + source, .stimulus)
            : event(start + tick, (source / 32) << 8 | source % 32, .neuron))
      }
      events.append(event(start + 6000, 0x700, .endOfSample))
    }
    return events
  }

  /// Everything that the forms can hold: long gaps, all bits, simultaneous events.
  static func oddEvents(count: Int, seed: UInt64) -> [SpikeEvent] {
    var random = RandomStream(seed: seed, name: "odd events")
    var tick: UInt64 = 0
    return (0..<count).map { _ in
      tick += random.next() >> (64 - random.next() % 50)
      let flags = random.next() % 3 == 0 ? random.next() : random.next() & 2
      return event(
        tick, UInt16(truncatingIfNeeded: random.next()),
        SpikeEvent.Flags(rawValue: UInt16(truncatingIfNeeded: flags)))
    }
  }
}
