import Synchronization

/// Lines from several chips, printed chip by chip: those of the first chip at once, those of the
/// others when all before them are complete. So the output does not depend on the number of cores.
final class OrderedOutput: Sendable {
  private struct State {
    var current = 0
    var pending: [[String]]
    var isComplete: [Bool]
  }
  private let state: Mutex<State>
  private let print: @Sendable (String) -> Void

  init(count: Int, print: @escaping @Sendable (String) -> Void) {
    state = Mutex(
      State(
        pending: Array(repeating: [], count: count),
        isComplete: Array(repeating: false, count: count)))
    self.print = print
  }

  func write(_ line: String, of index: Int) {
    state.withLock { state in
      if index == state.current { print(line) } else { state.pending[index].append(line) }
    }
  }

  /// Tells that nothing more will come from `index`.
  func complete(_ index: Int) {
    state.withLock { state in
      state.isComplete[index] = true
      while state.current < state.isComplete.count, state.isComplete[state.current] {
        state.current += 1
        guard state.current < state.pending.count else { return }
        for line in state.pending[state.current] { print(line) }
        state.pending[state.current] = []
      }
    }
  }
}
