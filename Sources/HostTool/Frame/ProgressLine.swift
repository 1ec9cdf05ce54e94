import Foundation
import Synchronization

/// Tells how far long work is: one line that is rewritten on a terminal, plain lines on request,
/// nothing otherwise.
package final class ProgressLine: Sendable {
  private struct State {
    var done = 0
    var note = ""
    var lastShown: Double
    var width = 0
  }
  private enum Style { case terminal, plain, silent }

  private let stream: ToolStream
  private let total: Int
  private let unit: String
  private let style: Style
  private let start: Double
  private let clock: @Sendable () -> Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - stream: where to print, normally standard error.
  ///   - total: units of the whole work.
  ///   - unit: what is counted, in the plural.
  ///   - plain: whether to print lines when the stream is no terminal.
  ///   - clock: seconds from any fixed point.
  package init(
    stream: ToolStream, total: Int, unit: String, plain: Bool,
    clock: @escaping @Sendable () -> Double = ProgressLine.wallClock
  ) {
    self.stream = stream
    self.total = total
    self.unit = unit
    style = stream.isTerminal ? .terminal : plain ? .plain : .silent
    self.clock = clock
    start = clock()
    state = Mutex(State(lastShown: start))
  }

  /// Seconds since some fixed point; only for what people look at.
  package static let wallClock: @Sendable () -> Double = {
    Double(DispatchTime.now().uptimeNanoseconds) / 1e9
  }

  /// Tells that `count` more units are done; safe from several threads.
  package func advance(by count: Int = 1, note: String? = nil) {
    guard style != .silent else { return }
    state.withLock { state in
      state.done += count
      if let note { state.note = note }
      let now = clock()
      guard now - state.lastShown >= (style == .terminal ? 0.1 : 5) else { return }
      state.lastShown = now
      show(&state, now)
    }
  }

  /// Prints a lasting line above the progress line.
  package func say(_ text: String) {
    state.withLock { state in
      erase(&state)
      stream.write(text + "\n")
    }
  }

  /// Removes the line from the terminal, or prints the last plain one.
  package func finish() {
    state.withLock { state in
      erase(&state)
      if style == .plain { show(&state, clock()) }
    }
  }

  private func erase(_ state: inout State) {
    guard style == .terminal, state.width > 0 else { return }
    stream.write("\r" + String(repeating: " ", count: state.width) + "\r")
    state.width = 0
  }

  private func show(_ state: inout State, _ now: Double) {
    let line = Self.line(
      done: state.done, total: total, unit: unit, seconds: now - start, note: state.note)
    guard style == .terminal else { return stream.write(line + "\n") }
    let padding = String(repeating: " ", count: max(0, state.width - line.count))
    stream.write("\r" + line + padding)
    state.width = line.count
  }

  /// `1200/45000 samples  2.7 %  830/s  53 s left  loss 0.021`
  static func line(done: Int, total: Int, unit: String, seconds: Double, note: String) -> String {
    let rate = seconds > 0 ? Double(done) / seconds : 0
    var parts = ["\(done)/\(total) \(unit)"]
    parts.append(decimal(total > 0 ? 100 * Double(done) / Double(total) : 100, 1) + " %")
    if rate > 0 {
      parts.append(decimal(rate, rate < 10 ? 2 : 0) + "/s")
      parts.append(duration(Double(max(0, total - done)) / rate) + " left")
    }
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  /// Fixed number of decimals.
  package static func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// `7 s`, `3 min 20 s`, `2 h 05 min`.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  }
}
