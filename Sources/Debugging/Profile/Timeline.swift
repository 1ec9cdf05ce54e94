package import ChipGeometry

/// What happened when: the program's phases and calls as nested spans, and the events.
package struct Timeline: Sendable {
  /// From one cycle to another.
  package struct Span: Sendable, Equatable {
    package enum Kind: Sendable {
      /// In the outermost function, from one symbol to the next.
      case phase
      case call
      case sleep
    }
    package let kind: Kind
    /// Index in ``ProfileSymbols``; of sleep: -1.
    package let symbol: Int
    package let start: UInt64
    package let end: UInt64
  }

  /// By their end.
  package private(set) var spans: [Span] = []
  package private(set) var events: [SpikeEvent] = []
  private var phase: (symbol: Int, start: UInt64)
  private var open: [(symbol: Int, start: UInt64)] = []

  init(phase: Int) { self.phase = (phase, 0) }

  /// The first instruction that counts begins.
  mutating func begin(at cycle: UInt64) { phase.start = cycle }

  mutating func append(_ event: SpikeEvent) { events.append(event) }

  mutating func slept(from start: UInt64, to end: UInt64) {
    spans.append(Span(kind: .sleep, symbol: -1, start: start, end: end))
  }

  /// The outermost function is at this symbol.
  mutating func phase(_ symbol: Int, at cycle: UInt64) {
    guard symbol != phase.symbol else { return }
    if cycle > phase.start {
      spans.append(Span(kind: .phase, symbol: phase.symbol, start: phase.start, end: cycle))
    }
    phase = (symbol, cycle)
  }

  mutating func enter(_ symbol: Int, at cycle: UInt64) { open.append((symbol, cycle)) }

  mutating func leave(at cycle: UInt64) {
    guard let call = open.popLast() else { return }
    spans.append(Span(kind: .call, symbol: call.symbol, start: call.start, end: cycle))
  }

  /// What has not ended ends now.
  package mutating func finish(at cycle: UInt64) {
    while !open.isEmpty { leave(at: cycle) }
    phase(-2, at: cycle)
  }
}
