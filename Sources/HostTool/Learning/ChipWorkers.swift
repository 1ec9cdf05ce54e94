import Dispatch
import Foundation
import Synchronization

/// Runs independent work on several cores: one chip per task, results by index.
enum ChipWorkers {
  /// Cores of this machine.
  static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Calls `body` once for each index, at most `jobs` at a time.
  ///
  /// The results do not depend on `jobs`: each is stored at its index. After an error no further index
  /// is begun, and of several errors the one of the lowest index is thrown.
  static func map<Result: Sendable>(
    _ count: Int, jobs: Int, _ body: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let state = Mutex(WorkerState<Result>(count: count))
    let work: @Sendable (Int) -> Void = { _ in
      while true {
        let claimed: Int? = state.withLock { state in
          guard state.next < count, state.failures.isEmpty else { return nil }
          defer { state.next += 1 }
          return state.next
        }
        guard let index = claimed else { return }
        do {
          let result = try body(index)
          state.withLock { $0.results[index] = result }
        } catch {
          state.withLock { $0.failures.append((index, error)) }
        }
      }
    }
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count)), execute: work)
    return try state.withLock { state in
      if let first = state.failures.min(by: { $0.index < $1.index }) { throw first.error }
      return state.results.compactMap { $0 }
    }
  }
}

private struct WorkerState<Result: Sendable> {
  var next = 0
  var results: [Result?]
  var failures: [(index: Int, error: any Error)] = []

  init(count: Int) { results = Array(repeating: nil, count: count) }
}
