package import ChipGeometry

/// The settings and counters of the event crossbar.
package struct Crossbar: Sendable {
  private var nodes = [CrossbarNode](repeating: .silent, count: CrossbarLayout.nodeCount)
  /// The output of each node.
  let outputs: [UInt8]
  /// The first node of each input, and the number of nodes at the end.
  let firstNodes: [Int]
  /// Copies of an input's events that a full queue refused; stays at 65535 (16 bits).
  private(set) package var dropCounts = [UInt16](repeating: 0, count: CrossbarInput.count)
  /// Events that left each output; modulo 2²⁴.
  private(set) package var eventCounts = [UInt32](repeating: 0, count: CrossbarOutput.count)

  package init() {
    let layout = CrossbarInput.all.map { CrossbarLayout.outputs(of: $0).map(\.rawValue) }
    outputs = layout.flatMap { $0 }
    firstNodes = layout.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// - Precondition: the index is 0…75.
  package subscript(node: Int) -> CrossbarNode {
    get { nodes[node] }
    set { nodes[node] = newValue }
  }

  package mutating func countEvent(output: UInt8) {
    eventCounts[Int(output)] = (eventCounts[Int(output)] &+ 1) & 0xFF_FFFF
  }

  package mutating func countDrop(input: UInt8, node: Int) {
    guard nodes[node].countsDrops, dropCounts[Int(input)] < .max else { return }
    dropCounts[Int(input)] += 1
  }

  package mutating func clearDropCount(input: Int) { dropCounts[input] = 0 }
  package mutating func clearEventCount(output: Int) { eventCounts[output] = 0 }

  package func save(to writer: inout StateWriter) {
    writer.section("crossbar")
    for node in nodes {
      writer.write(node.mask)
      writer.write(node.target)
      writer.write(node.countsDrops)
    }
    writer.writeArray(dropCounts)
    writer.writeArray(eventCounts)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    self.init()
    try reader.section("crossbar")
    for index in nodes.indices {
      nodes[index] = CrossbarNode(
        mask: try reader.read(), target: try reader.read(), countsDrops: try reader.readBool())
    }
    dropCounts = try reader.readArray(count: CrossbarInput.count)
    eventCounts = try reader.readArray(count: CrossbarOutput.count)
  }
}
