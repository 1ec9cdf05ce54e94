/// A call tree as the flame graph tools take it: `caller;callee;label cycles`, one path a line.
///
/// Format of Brendan Gregg's `stackcollapse` scripts; `flamegraph.pl`, speedscope and inferno read it.
package enum FoldedStacks {
  /// - Returns: one line per path that took cycles of its own, asleep not counted, in the order in
  ///   which the paths were first taken.
  package static func text(_ profiler: Profiler) -> String {
    var text = ""
    let names = profiler.symbols.names
    for index in profiler.calls.nodes.indices where profiler.calls.nodes[index].cycles > 0 {
      let path = profiler.calls.path(to: index).map { names[$0] }
      text += path.joined(separator: ";") + " \(profiler.calls.nodes[index].cycles)\n"
    }
    return text
  }
}
