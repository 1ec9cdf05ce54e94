/// The time of each of many things, and the earliest of all.
struct EarliestTimes: Sendable {
  /// Four at a time; whole groups.
  private var times: [Lanes]
  /// The earliest of each group, four groups at a time.
  private var groups: [Lanes]

  /// How many times four things a group has.
  private static let groupSize = 4

  init(count: Int) {
    let size = Self.groupSize * LaneMath.laneCount
    let groupCount = (count + size - 1) / size
    let never = Lanes(repeating: .infinity)
    times = [Lanes](repeating: never, count: groupCount * Self.groupSize)
    groups = [Lanes](
      repeating: never, count: (groupCount + LaneMath.laneCount - 1) / LaneMath.laneCount)
  }

  /// Infinite if there is none.
  var least: Double { LaneMath.least(of: groups.span) }

  /// The first thing whose time is `time`, the earliest of all.
  func firstIndex(of time: Double) -> Int {
    let start = LaneMath.firstIndex(of: time, in: groups.span) * Self.groupSize
    let group = times.span.extracting(start..<start + Self.groupSize)
    return start * LaneMath.laneCount + LaneMath.firstIndex(of: time, in: group)
  }

  mutating func set(_ index: Int, to time: Double) {
    let (place, lane) = (index / LaneMath.laneCount, index % LaneMath.laneCount)
    times[place][lane] = time
    let group = place / Self.groupSize
    let start = group * Self.groupSize
    groups[group / LaneMath.laneCount][group % LaneMath.laneCount] = LaneMath.least(
      of: times.span.extracting(start..<start + Self.groupSize))
  }
}
