import ChipGeometry

/// The four event channels from the host to the chip and the four back, whose serial links carry so
/// many events and no more.
///
/// A channel takes an event every ``FabricConfiguration/linkIntervalTicks``; one that comes earlier
/// waits, and is lost where too many wait already.
package struct EventLinks: Sendable {
  private let intervalTicks: UInt64
  private let queueDepth: UInt64
  /// When each channel can take an event: those to the chip, then those to the host.
  private var freeTicks = [UInt64](repeating: 0, count: channelCount)
  /// Events that found too many waiting, by channel.
  private(set) package var lostCounts = [UInt32](repeating: 0, count: channelCount)

  package static let channelCount = 2 * ChipSize.linkInputs

  init(_ configuration: FabricConfiguration) {
    intervalTicks = configuration.linkIntervalTicks
    queueDepth = UInt64(configuration.linkQueueDepth)
  }

  /// The tick at which an event passes that comes to a channel at `tick`, nil if it is lost.
  package mutating func passage(_ channel: Int, at tick: UInt64) -> UInt64? {
    guard intervalTicks > 0 else { return tick }
    let free = freeTicks[channel]
    guard free > tick else {
      freeTicks[channel] = tick + intervalTicks
      return tick
    }
    // Those that came before pass at free - interval, free - 2 intervals, …
    let waiting = (free - tick - 1) / intervalTicks
    guard waiting < queueDepth else {
      lostCounts[channel] &+= 1
      return nil
    }
    freeTicks[channel] = free + intervalTicks
    return free
  }

  func save(to writer: inout StateWriter) {
    writer.section("links")
    writer.writeArray(freeTicks)
    writer.writeArray(lostCounts)
  }

  init(_ configuration: FabricConfiguration, from reader: inout StateReader) throws(StateError) {
    self.init(configuration)
    try reader.section("links")
    freeTicks = try reader.readArray(count: Self.channelCount)
    lostCounts = try reader.readArray(count: Self.channelCount)
    guard freeTicks.allSatisfy({ $0 <= UInt64.max >> 1 }) else {
      throw .invalidValue(offset: reader.offset, meaning: "ticks")
    }
  }
}
