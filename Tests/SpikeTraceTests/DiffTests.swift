import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct DiffTests {
  static func compare(
    _ left: [SpikeEvent], _ right: [SpikeEvent], tolerance: UInt64? = nil
  ) throws -> TraceComparison {
    func reader(_ events: [SpikeEvent], _ form: TraceForm) throws -> TraceReader {
      let trace = Trace(header: Samples.header, events: events)
      return try TraceReader(bytes: trace.bytes(form: form), name: "memory")
    }
    return try TraceDiff(toleranceTicks: tolerance)
      .compare(reader(left, .binary), reader(right, .text))
  }

  @Test("A trace equals itself, exactly and with any tolerance", arguments: [nil, 0, 1, 1000])
  func equal(tolerance: UInt64?) throws {
    let events = Samples.events(samples: 100)
    let result = try Self.compare(events, events, tolerance: tolerance)
    var expected = TraceComparison(toleranceTicks: tolerance)
    expected.leftCount = UInt64(events.count)
    expected.rightCount = expected.leftCount
    expected.matched = expected.leftCount
    expected.sourceNames = Samples.header.sourceNames
    #expect(result == expected)
    #expect(result.isEqual)
  }

  @Test("One spike moved by one tick is found and named; with tolerance 1 it passes")
  func moved() throws {
    let events = Samples.events(samples: 100)
    // A neuron's spike with room after it, in the second batch of the reader.
    let index = try #require(
      events.indices.dropFirst(9000).first {
        events[$0].flags == .neuron && events[$0 + 1].tick > events[$0].tick + 1
      })
    var changed = events
    changed[index].tick += 1
    let exact = try Self.compare(events, changed)
    let divergence = try #require(exact.firstDivergence)
    #expect(!exact.isEqual)
    #expect(divergence.tick == events[index].tick)
    #expect(divergence.label == events[index].label)
    #expect(divergence.left == events[index])
    #expect(divergence.right == changed[index])
    #expect(divergence.index == UInt64(index))
    #expect(divergence.leftExcerpt.firstIndex == UInt64(index - 3))
    #expect(divergence.leftExcerpt.events == Array(events[index - 3...index + 3]))
    #expect(divergence.rightExcerpt.events == Array(changed[index - 3...index + 3]))
    #expect(exact.matched == UInt64(events.count - 1))
    #expect(exact.headerDifferences.isEmpty)
    #expect([exact.missing, exact.extra, exact.shifted, exact.reorderedTicks] == [1, 1, 0, 0])
    let tolerant = try Self.compare(events, changed, tolerance: 1)
    #expect(tolerant.isEqual)
    #expect(tolerant.matched == UInt64(events.count))
    #expect([tolerant.missing, tolerant.extra, tolerant.shifted] == [0, 0, 1])
    #expect([tolerant.maxShiftTicks, tolerant.totalShiftTicks] == [1, 1])
  }

  @Test("The order of simultaneous events counts exactly, and not with a tolerance")
  func order() throws {
    let a = [
      Samples.event(5, 1, .neuron), Samples.event(7, 1, .neuron), Samples.event(7, 2, .neuron),
      Samples.event(7, 1, .neuron), Samples.event(9, 2, .neuron),
    ]
    var b = a
    b.swapAt(1, 2)
    let exact = try Self.compare(a, b)
    #expect(exact.firstDivergence?.left == a[1])
    #expect(exact.firstDivergence?.right == a[2])
    #expect([exact.matched, exact.missing, exact.extra, exact.reorderedTicks] == [5, 0, 0, 1])
    #expect(try Self.compare(a, b, tolerance: 0).isEqual)
  }

  @Test("A shorter trace differs where it ends")
  func prefix() throws {
    let events = Samples.events(samples: 80)
    let short = Array(events.dropLast(2))
    let result = try Self.compare(events, short)
    #expect(result.firstDivergence?.left == events[events.count - 2])
    #expect(result.firstDivergence?.right == nil)
    #expect([result.matched, result.missing, result.extra] == [UInt64(short.count), 2, 0])
    let other = try Self.compare(short, events)
    #expect(other.firstDivergence?.left == nil)
    #expect(other.firstDivergence?.right == events[events.count - 2])
    #expect([other.missing, other.extra] == [0, 2])
    let empty = try Self.compare([], events, tolerance: 3)
    #expect(empty.firstDivergence?.right == events[0])
    #expect(empty.extra == UInt64(events.count))
  }

  @Test("Excerpts are whole where batches of the reader meet")
  func excerpts() throws {
    let events = Samples.events(samples: 80)
    for index in [0, 1, 8191, 8192, 8193, 8195, events.count - 1] {
      var changed = events
      changed[index].flags = .processor
      let result = try Self.compare(events, changed)
      let divergence = try #require(result.firstDivergence)
      let shown = max(0, index - 3)...min(index + 3, events.count - 1)
      #expect(divergence.index == UInt64(index))
      #expect(divergence.leftExcerpt.firstIndex == UInt64(shown.lowerBound))
      #expect(divergence.leftExcerpt.events == Array(events[shown]))
      #expect(divergence.rightExcerpt.firstIndex == UInt64(shown.lowerBound))
      #expect(divergence.rightExcerpt.events == Array(changed[shown]))
    }
  }

  @Test("A lost and an invented spike are named as such")
  func lostAndInvented() throws {
    let events = Samples.events(samples: 3)
    var changed = events
    let lost = changed.remove(at: 100)
    let invented = Samples.event(changed[200].tick, 0x3FF, .neuron)
    changed.insert(invented, at: 201)
    for tolerance in [nil, 0, 20] as [UInt64?] {
      let result = try Self.compare(events, changed, tolerance: tolerance)
      #expect([result.missing, result.extra] == [1, 1])
      #expect(result.firstDivergence?.left == lost)
      if tolerance != nil { #expect(result.firstDivergence?.right == nil) }
    }
  }

  @Test("The flags are part of an entry and of a source")
  func flags() throws {
    let a = [Samples.event(5, 1, .neuron)]
    let b = [Samples.event(5, 1, [.neuron, .bottom])]
    #expect(try !Self.compare(a, b).isEqual)
    #expect(try Self.compare(a, b, tolerance: 10).missing == 1)
  }

  @Test("Files are compared with excerpts on both sides")
  func files() throws {
    let folder = try TemporaryFolder()
    let events = Samples.events(samples: 10)
    var changed = events
    changed[500].label = EventLabel(0x3AB)
    try Trace(header: Samples.header, events: events).write(to: folder.path("a"), form: .text)
    try Trace(header: Samples.header, events: changed).write(to: folder.path("b"), form: .binary)
    for tolerance in [nil, 0] as [UInt64?] {
      let result = try TraceDiff(toleranceTicks: tolerance)
        .compare(folder.path("a"), folder.path("b"))
      let divergence = try #require(result.firstDivergence)
      #expect(divergence.tick == events[500].tick)
      #expect(divergence.leftExcerpt.events.contains(events[500]))
      #expect(divergence.rightExcerpt.events.contains(changed[500]))
      let first = Int(divergence.leftExcerpt.firstIndex)
      let count = divergence.leftExcerpt.events.count
      #expect(divergence.leftExcerpt.events == Array(events[first..<first + count]))
    }
  }
}

@Suite struct HeaderDifferenceTests {
  /// Each change of a field is seen; no field can be forgotten.
  @Test("Every field that differs is named")
  func fields() {
    typealias Header = SpikeTraceHeader
    let changes: [(String, (inout Header) -> Void)] = [
      ("tool", { $0.toolName = "x" }), ("tool_version", { $0.toolVersion = "x" }),
      ("chip_seed", { $0.chipSeed = nil }), ("noise_seed", { $0.noiseSeed = 0 }),
      ("data_seed", { $0.dataSeed = 0 }), ("program", { $0.programName = nil }),
      ("program_sha256", { $0.programSHA256 = nil }), ("task", { $0.task = "x" }),
      ("inputs", { $0.inputCount = 4 }), ("hidden", { $0.hiddenCount = 4 }),
      ("outputs", { $0.outputCount = 4 }), ("loss", { $0.extra[0].value = "x" }),
      ("e", { $0.extra.removeLast() }), ("new", { $0.extra.append(.init("new", "x")) }),
      ("order of keys", { $0.extra.swapAt(0, 1) }),
      ("parameter Z", { $0.parameters[1].value = 0 }),
      ("order of parameter lines", { $0.parameters.swapAt(0, 1) }),
      (
        "array weights_hidden (1 of 6 values differ, first number 2)",
        { $0.arrays[0].values[2] = 9 }
      ),
      ("array cube", { $0.arrays[2].shape = [2, 1, 1] }),
      ("array line", { $0.arrays.remove(at: 1) }),
      ("source 0x520", { $0.sourceNames[0].name = "x" }),
      (
        "source 0x003",
        {
          $0.sourceNames[1].label = 0x520; $0.sourceNames.remove(at: 0)
        }
      ),
    ]
    for (field, change) in changes {
      var changed = Samples.header
      change(&changed)
      let left = HeaderDifference.between(Samples.header, changed)
      #expect(left.first?.field == field || left.contains { $0.field == field }, "\(field)")
      let right = HeaderDifference.between(changed, Samples.header)
      #expect(right.contains { $0.field == field || $0.field.hasPrefix("array") }, "\(field)")
    }
    #expect(HeaderDifference.between(Samples.header, Samples.header).isEmpty)
  }
}
