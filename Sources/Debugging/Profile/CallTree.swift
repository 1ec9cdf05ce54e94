/// Which functions have called which, with the cycles that each path has taken.
///
/// Hand-written assembly calls as compiled code does: `jal` or `jalr` with the link in `ra` or `t0`,
/// and a jump back to that link. Jumps without a link stay within the caller.
package struct CallTree: Sendable {
  /// One place in the tree: a symbol under the path of its callers.
  package struct Node: Sendable {
    package let parent: Int
    /// Index of a symbol; see ``ProfileSymbols``.
    package let symbol: Int
    /// Of this node alone, asleep not counted.
    package var cycles: UInt64 = 0
    var children: [Int] = []
  }

  /// A call that has not returned.
  struct Frame: Sendable {
    var node: Int
    /// Where it will return to.
    var link: UInt32
    var isHandler = false
  }

  package private(set) var nodes: [Node] = []
  private(set) var frames: [Frame]

  /// - Parameter symbol: of the program's entry.
  init(entry symbol: Int) {
    nodes = [Node(parent: -1, symbol: symbol)]
    frames = [Frame(node: 0, link: .max)]
  }

  /// Deeper calls belong to the deepest frame: recursion without end must not take all memory.
  private static let depthMax = 256

  /// Adds cycles to the symbol in the innermost call.
  mutating func charge(_ cycles: UInt64, symbol: Int) {
    nodes[place(symbol)].cycles += cycles
  }

  /// The node of a symbol in the innermost call.
  private mutating func place(_ symbol: Int) -> Int {
    let frame = frames[frames.count - 1].node
    return nodes[frame].symbol == symbol ? frame : child(of: frame, symbol: symbol)
  }

  /// A call from one symbol to another.
  ///
  /// - Returns: false if the call is too deep to be noted.
  mutating func enter(
    symbol: Int, from caller: Int, link: UInt32, isHandler: Bool = false
  ) -> Bool {
    guard frames.count < Self.depthMax else { return false }
    let node = child(of: place(caller), symbol: symbol)
    frames.append(Frame(node: node, link: link, isHandler: isHandler))
    return true
  }

  /// Leaves the frames down to the one that a jump to `target` returns from.
  ///
  /// - Returns: how many were left; 0 if the jump is no return.
  mutating func leave(to target: UInt32) -> Int {
    leave(from: frames.lastIndex { $0.link == target && !$0.isHandler })
  }

  /// Leaves the innermost trap handler.
  mutating func leaveHandler() -> Int { leave(from: frames.lastIndex(where: \.isHandler)) }

  private mutating func leave(from index: Int?) -> Int {
    guard let index, index > 0 else { return 0 }
    let count = frames.count - index
    frames.removeLast(count)
    return count
  }

  private mutating func child(of parent: Int, symbol: Int) -> Int {
    for index in nodes[parent].children where nodes[index].symbol == symbol { return index }
    nodes.append(Node(parent: parent, symbol: symbol))
    nodes[parent].children.append(nodes.count - 1)
    return nodes.count - 1
  }

  /// The symbols from the outermost caller to a node.
  package func path(to node: Int) -> [Int] {
    var path: [Int] = []
    var node = node
    while node >= 0 {
      path.append(nodes[node].symbol)
      node = nodes[node].parent
    }
    return path.reversed()
  }
}
