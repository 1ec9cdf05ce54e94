/// A moment between two instructions of the subject, or between two events, at which the program can
/// stand still. A program passes through its positions in ascending order, always the same ones.
package struct Position: Hashable, Comparable, Sendable {
  /// Of the subject.
  package var cycle: UInt64
  /// Emitted until here.
  package var eventCount: UInt64
  /// After the instruction that ended the program, which is not counted as done.
  package var isOver = false

  package init(cycle: UInt64, eventCount: UInt64, isOver: Bool = false) {
    (self.cycle, self.eventCount, self.isOver) = (cycle, eventCount, isOver)
  }

  package static func < (a: Self, b: Self) -> Bool {
    (a.cycle, a.eventCount, a.isOver ? 1 : 0) < (b.cycle, b.eventCount, b.isOver ? 1 : 0)
  }
}

/// The checkpoints of a program, at distances that grow with the distance from the present: dense
/// where a person steps back, and not many however long the program runs.
struct History {
  struct Entry {
    var position: Position
    var checkpoint: ExecutionCheckpoint
  }

  /// Ascending.
  private(set) var entries: [Entry] = []
  /// Cycles between checkpoints while the program runs.
  let interval: UInt64

  init(interval: UInt64) { self.interval = interval }

  /// Where it begins: before, nothing is known.
  var beginning: Position? { entries.first?.position }

  /// The latest checkpoint at or before a position.
  func last(atOrBefore position: Position) -> Entry? {
    entries.last { $0.position <= position }
  }

  /// Whether the last checkpoint before a position is far away.
  func isDue(at position: Position) -> Bool {
    guard let last = last(atOrBefore: position) else { return true }
    return position.cycle - last.position.cycle >= interval
  }

  mutating func add(_ entry: Entry) {
    let index = entries.firstIndex { $0.position >= entry.position } ?? entries.count
    guard index == entries.count || entries[index].position != entry.position else { return }
    entries.insert(entry, at: index)
    thin(around: entry.position)
  }

  /// A checkpoint may go if without it the gap is at most a quarter of the distance from `present`.
  private mutating func thin(around present: Position) {
    var index = entries.count - 2
    while index > 0 {
      let gap = entries[index + 1].position.cycle - entries[index - 1].position.cycle
      let next = entries[index + 1].position.cycle
      if next < present.cycle, gap <= (present.cycle - next) / 4 { entries.remove(at: index) }
      index -= 1
    }
  }

  /// Forgets what comes after a position.
  mutating func removeAll(after position: Position) {
    entries.removeAll { $0.position > position }
  }

  mutating func removeAll() { entries = [] }

  /// Forgets one checkpoint.
  mutating func remove(at position: Position) { entries.removeAll { $0.position == position } }
}
