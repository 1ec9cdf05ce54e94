import ChipGeometry
import Foundation
import TestSupport
import Testing

@testable import SpikeTrace

@Suite struct ConversionTests {
  static let names = [
    SpikeTraceHeader.SourceName(label: 3, name: "hidden[3]"),
    .init(label: 0x520, name: "odd, \"name\""), .init(label: 0x602, name: "teacher"),
  ]

  static func header() -> SpikeTraceHeader {
    var header = SpikeTraceHeader(toolVersion: "1")
    header.chipSeed = 7
    header.parameters = [.init("rate", -5)]
    header.arrays = [.init("weights", shape: [2, 2], values: [1, -2, 3, -4])]
    header.sourceNames = names
    return header
  }

  /// Random events; no source twice at a tick.
  static func events(_ count: Int, seed: UInt64) -> [SpikeEvent] {
    var random = RandomStream(seed: seed, name: "events")
    var events: [SpikeEvent] = []
    var tick: UInt64 = random.next(below: 50)
    var seen: Set<SpikeEventSource> = []
    while events.count < count {
      if random.next(below: 3) > 0 {
        let step = random.next(below: 4) == 0 ? random.next(below: 100_000) : random.next(below: 3)
        if step > 0 { seen = [] }
        tick += step
      }
      let label = [3, 0x520, 0x602, 0xFFFF, UInt16(random.next(below: 40))][
        Int(random.next(below: 5))]
      let flags: [SpikeEvent.Flags] = [.neuron, [.neuron, .bottom], .stimulus, .teacher]
      let event = SpikeEvent(
        tick: tick, label: EventLabel(label), flags: flags[Int(random.next(below: 4))])
      if let last = events.last, last.tick != tick { seen = [] }
      guard seen.insert(SpikeEventSource(event)).inserted else { continue }
      events.append(event)
    }
    return events
  }

  static func export(
    _ events: [SpikeEvent], _ format: ForeignFormat, to path: String, acceleration: UInt64 = 1
  ) throws -> [String] {
    let sources = Set(events.map { SpikeEventSource($0) }).sorted()
    let export = try TraceExport(
      path: path, format, header: header(), sources: sources,
      ConversionOptions(acceleration: acceleration))
    for start in stride(from: 0, to: events.count, by: 100) {
      try export.append(contentsOf: Array(events[start..<min(start + 100, events.count)]))
    }
    return try export.finish()
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
  }

  @Test("A table is what it is meant to be, letter by letter")
  func table() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.csv")
    let losses = try Self.export(
      [
        SpikeEvent(tick: 0, label: EventLabel(0x520), flags: .stimulus),
        SpikeEvent(tick: 1250, label: EventLabel(3), flags: [.neuron, .bottom]),
        SpikeEvent(tick: 1251, label: EventLabel(0x7FF), flags: []),
      ], .csv, to: path, acceleration: 1000)
    #expect(
      try Self.text(path) == """
        time_us,source,label,flags
        0.000,"odd, ""name""\",1312,stimulus
        10000.000,hidden[3],3,neuron+bottom
        10008.000,0x7ff,2047,

        """)
    #expect(losses == ["the header is left out: keys, 1 parameters, 1 arrays"])
  }

  @Test("NEST's table is what it is meant to be, with and without comments")
  func nest() throws {
    let folder = try TemporaryFolder()
    let events = [
      SpikeEvent(tick: 2, label: EventLabel(4), flags: .neuron),
      SpikeEvent(tick: 125_000, label: EventLabel(1), flags: .neuron),
    ]
    _ = try Self.export(events, .nest, to: folder.path("a.dat"))
    #expect(
      try Self.text(folder.path("a.dat")) == """
        # NEST version: none, written by ranvier 1
        # RecordingBackendASCII version: 2
        sender\ttime_ms
        4\t0.000016
        1\t1.000000

        """)
    let losses = try Self.export(events, .gdf, to: folder.path("a.gdf"), acceleration: 1000)
    #expect(try Self.text(folder.path("a.gdf")) == "4\t0.016000\n1\t1000.000000\n")
    #expect(losses.count == 2 && losses[1].hasPrefix("flags are left out"))
  }

  @Test("Waveforms have a pulse of half a tick for each spike")
  func waveform() throws {
    let folder = try TemporaryFolder()
    let losses = try Self.export(
      [
        SpikeEvent(tick: 5, label: EventLabel(3), flags: .neuron),
        SpikeEvent(tick: 5, label: EventLabel(0x602), flags: .teacher),
        SpikeEvent(tick: 6, label: EventLabel(3), flags: .neuron),
        SpikeEvent(tick: 6, label: EventLabel(3), flags: .neuron),
      ], .vcd, to: folder.path("a.vcd"))
    #expect(
      try Self.text(folder.path("a.vcd")) == """
        $version ranvier 1 $end
        $comment times are those of the chip $end
        $timescale 1 ns $end
        $scope module neuron $end
        $var wire 1 ! hidden[3] $end
        $comment source ! 0x003 hidden[3] $end
        $upscope $end
        $scope module teacher $end
        $var wire 1 " teacher $end
        $comment source " 0x602 teacher $end
        $upscope $end
        $enddefinitions $end
        #0
        $dumpvars
        0!
        0"
        $end
        #40
        1!
        1"
        #44
        0!
        0"
        #48
        1!
        #52
        0!

        """)
    #expect(losses.contains("1 events of a source at the tick of its last one are left out"))
    #expect(WaveformText.code(93) == [126] && WaveformText.code(94) == [33, 33])
    #expect(Set((0..<20_000).map { WaveformText.code($0) }).count == 20_000)
  }

  @Test(
    "What a format can hold comes back",
    arguments: [ForeignFormat.csv, .nest, .gdf, .npy, .npz, .vcd])
  func roundTrip(format: ForeignFormat) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a")
    for (seed, acceleration) in [(1, 1), (2, 1000), (3, 7)] as [(UInt64, UInt64)] {
      let events = Self.events(700, seed: seed)
      _ = try Self.export(events, format, to: path, acceleration: acceleration)
      let imported = try ForeignTraces.read(
        path: path, format, ConversionOptions(acceleration: acceleration))
      #expect(imported.notes == [])
      switch format {
      case .nest, .gdf:
        #expect(imported.events.map(\.tick) == events.map(\.tick))
        #expect(imported.events.map(\.label) == events.map(\.label))
      default: #expect(imported.events == events)
      }
      switch format {
      case .csv: #expect(imported.sourceNames == Self.names)
      case .npz: #expect(imported.header == Self.header())
      default: break
      }
    }
  }

  @Test("Tables of others: units, names that get labels, any order, rounded times")
  func foreignTables() throws {
    func read(_ text: String, _ format: ForeignFormat = .csv) throws -> ImportedTrace {
      try ForeignTraces.read(
        bytes: Array(text.utf8), name: "t", format, ConversionOptions(flags: .stimulus))
    }
    let named = try read("neuron, time_ms\r\nb,0.002\r\na , 0.001\r\n\r\nb,0.0010001")
    #expect(named.events.map(\.tick) == [125, 125, 250])
    #expect(named.events.map(\.label.rawValue) == [1, 0, 0], "b came first")
    #expect(named.sourceNames.map(\.name) == ["b", "a"])
    #expect(
      named.notes == [
        "1 of 3 times were no whole ticks of 8 ns and are rounded",
        "the events were not in order of time and are sorted",
      ])
    #expect(named.events.allSatisfy { $0.flags == .stimulus })
    let ticks = try read("tick,label,flags,comment\n7,0,,x\n9,65535,neuron+0x80,y\n")
    #expect(ticks.events[1].flags.rawValue == 0x81 && ticks.events[0].flags.isEmpty)
    #expect(ticks.events.map(\.tick) == [7, 9])
    let mixed = try read("time_s,id\n0,x\n0,0\n")
    #expect(
      mixed.notes == [
        "numbers and names are mixed: a number is also the label that a name has been given"
      ])
    let nest = try read(
      "# NEST version: 3.8\n# RecordingBackendASCII version: 2\nsender\ttime_ms\t\n12\t1.500\n3 0.1\n",
      .nest)
    #expect(nest.events.map(\.label.rawValue) == [3, 12])
    #expect(nest.events.map(\.tick) == [12500, 187_500])
    let waves = try read(
      """
      $timescale 100ps $end $scope module top $end
      $var wire 1 a spike $end $var reg 8 b value [7:0] $end $var real 64 c v $end
      $upscope $end $enddefinitions $end
      #0 $dumpvars 0a b0000 b r0.5 c $end
      #80 1a #85 1a #90 0a
      #160 xa 1a
      """, .vcd)
    #expect(waves.events.map(\.tick) == [1, 2], "80 of 100 ps are a tick")
    #expect(waves.sourceNames.map(\.name) == ["spike"])
    #expect(waves.notes == ["2 variables that are no wires of one bit are left out"])
  }

  @Test(
    "Errors name line and column, what was found and what is expected",
    arguments: [
      (ForeignFormat.csv, "", "t:1:1: found an empty file"),
      (.csv, "time,source\n", "t:1:1: found \"time,source\", expected a column with the time"),
      (.csv, "time_us,x\n", "expected a column that says who"),
      (.csv, "time_us,source\n1\n", "t:2:2: found 1 fields, expected a source"),
      (.csv, "time_us,source\n1,a\n-2,a\n", "t:3:1: found \"-2\", expected a time"),
      (.csv, "source,time_us\na,x\n", "t:2:3: found \"x\""),
      (.csv, "time_us,label\n1,65536\n", "t:2:3: found \"65536\", expected a label"),
      (.csv, "time_us,label,flags\n1,2,neurons\n", "t:2:5: found \"neurons\", expected flags"),
      (.csv, "time_us,source\n1,\"a\n", "t:2:3: found a quote that does not end"),
      (.csv, "time_us,source\n1,\"a\"b\n", "t:2:6: found \"b\", expected a comma"),
      (.nest, "3\n", "t:1:2: found the end of the line, expected a time"),
      (.nest, "sender\ttime_step\ttime_offset\n", "expected sender and time_ms"),
      (.gdf, "70000 1.0\n", "t:1:1: found \"70000\", expected a sender of 16 bits"),
      (.vcd, "#5\n", "t:1:1: found \"#5\", expected a declaration"),
      (.vcd, "$timescale 3 ns $end", "expected 1, 10 or 100"),
      (.vcd, "$var wire 1 ! $end $enddefinitions $end", "expected $var, type, size"),
      (.vcd, "$var wire 1 ! a $end", "found the end of the file, expected $enddefinitions"),
      (.npy, "nonsense", "t: byte 0: found"),
      (.npz, "PK", "t: byte"),
    ])
  func errors(format: ForeignFormat, text: String, message: String) {
    let error = #expect(throws: TraceError.self) {
      try ForeignTraces.read(bytes: Array(text.utf8), name: "t", format)
    }
    #expect(error?.description.contains(message) == true, "\(error as Any)")
  }

  @Test("NumPy's arrays of others: integers of any kind, times with a unit, wrong shapes")
  func foreignArrays() throws {
    func read(_ array: NumPyArray) throws -> [SpikeEvent] {
      try ForeignTraces.read(bytes: array.bytes, name: "a", .npy).events
    }
    let pairs = try read(NumPyArray(shape: [2, 2], values: .int32([5, 1, 3, 2])))
    #expect(pairs.map(\.tick) == [3, 5] && pairs.map(\.label.rawValue) == [2, 1])
    for wrong in [
      NumPyArray(shape: [4], values: .int32([5, 1, 3, 2])),
      NumPyArray(shape: [1, 2], values: .float64([0.5, 1])),
      NumPyArray(shape: [1, 2], values: .int32([-1, 1])),
      NumPyArray(shape: [1, 2], values: .int32([1, 65536])),
    ] {
      #expect(throws: TraceError.self) { try read(wrong) }
    }
    var archive = NumPyArchive()
    archive.append("times_ms", NumPyArray(shape: [3], values: .float64([0.001, 0.1, 1e-5])))
    archive.append("senders", NumPyArray(shape: [3], values: .int64([4, 5, 6])))
    let imported = try ForeignTraces.read(bytes: archive.bytes, name: "a", .npz)
    #expect(imported.events.map(\.tick) == [1, 125, 12500])
    #expect(imported.events.map(\.label.rawValue) == [6, 4, 5])
    archive = NumPyArchive()
    archive.append("times_ms", NumPyArray(shape: [1], values: .float64([.nan])))
    archive.append("senders", NumPyArray(shape: [1], values: .int64([4])))
    #expect(throws: TraceError.self) {
      try ForeignTraces.read(bytes: archive.bytes, name: "a", .npz)
    }
  }

  @Test(
    "Mutated files are read or refused, and nothing else happens",
    arguments: [
      ForeignFormat.csv, .nest, .npy, .npz, .vcd,
    ])
  func fuzz(format: ForeignFormat) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a")
    _ = try Self.export(Self.events(40, seed: 9), format, to: path)
    let valid = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = RandomStream(seed: 6, name: "mutations \(format.rawValue)")
    for _ in 0..<400 {
      var bytes = valid
      for _ in 0...Int(random.next(below: 4)) where !bytes.isEmpty {
        let place = Int(random.next(below: UInt64(bytes.count)))
        switch random.next(below: 5) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8(random.next(below: 256))
        case 2: bytes.insert(UInt8(random.next(below: 256)), at: place)
        case 3: bytes.removeSubrange(place...)
        default: bytes[place] ^= 1 << UInt8(random.next(below: 8))
        }
      }
      do {
        let imported = try ForeignTraces.read(bytes: bytes, name: "m", format)
        #expect(zip(imported.events, imported.events.dropFirst()).allSatisfy { $0.tick <= $1.tick })
      } catch {
        #expect(!error.found.isEmpty && !error.expected.isEmpty)
      }
    }
  }
}
