import ChipGeometry

/// Which circuits the switches of a chip connect.
struct CircuitWiring {
  /// Of all 512 circuits.
  let terms: [NeuronTerms]

  private static func isLeft(_ n: Int) -> Bool { n % ChipSize.columns == 0 }
  private static func isRight(_ n: Int) -> Bool {
    n % ChipSize.columns == ChipSize.columns - 1
  }
  static func opposite(_ n: Int) -> Int { (n + ChipSize.columns) % ChipSize.neurons }

  /// All circuits that a circuit is connected with in any way, itself included, in order.
  func group(of first: Int) -> [Int] {
    var found = [first]
    var isFound = [Bool](repeating: false, count: ChipSize.neurons)
    isFound[first] = true
    var next = 0
    func add(_ n: Int) {
      guard !isFound[n] else { return }
      isFound[n] = true
      found.append(n)
    }
    while next < found.count {
      let n = found[next]
      next += 1
      if !Self.isRight(n), terms[n].wiring.reachesRight { add(n + 1) }
      if !Self.isLeft(n), terms[n - 1].wiring.reachesRight { add(n - 1) }
      let opposite = Self.opposite(n)
      if terms[n].wiring.reachesOpposite || terms[opposite].wiring.reachesOpposite {
        add(opposite)
      }
    }
    return found.sorted()
  }

  /// Sets the places of the members of a group.
  func place(_ members: inout [CircuitConstants]) {
    var membranes = Partition(count: members.count)
    var lines = Partition(count: members.count)
    var firing = Partition(count: members.count)
    let neurons = members.map(\.neuron)
    for (j, n) in neurons.enumerated() {
      let wiring = terms[n].wiring
      if wiring.reachesRight, let right = neurons.firstIndex(of: n + 1) {
        if wiring.connectsMembraneRight { membranes.join(j, right) }
        if wiring.connectsSomaRight { lines.join(j, right) }
        if wiring.firesRight { firing.join(j, right) }
      }
      if wiring.reachesOpposite, let opposite = neurons.firstIndex(of: Self.opposite(n)) {
        if wiring.connectsOpposite { membranes.join(j, opposite) }
        if wiring.firesOpposite { firing.join(j, opposite) }
      }
    }
    // A line connects the membranes that are connected with it.
    var membraneOfLine = [Int](repeating: -1, count: members.count)
    for (j, n) in neurons.enumerated() where terms[n].wiring.connectsSoma {
      let line = lines.first(of: j)
      if membraneOfLine[line] >= 0 {
        membranes.join(j, membraneOfLine[line])
      } else {
        membraneOfLine[line] = j
      }
    }
    var capacitance = [Double](repeating: 0, count: members.count)
    for j in members.indices {
      members[j].node = membranes.first(of: j)
      members[j].firingSet = firing.first(of: j)
      capacitance[members[j].node] += members[j].relativeCapacitance
      members[j].line = -1
      members[j].conductance = 0
      members[j].lineConductance = 0
      members[j].lineNode = -1
    }
    for j in members.indices {
      if capacitance[j] > 0 { members[j].inverseCapacitance = 1 / capacitance[j] }
      guard let conductance = terms[neurons[j]].wiring.conductance else { continue }
      let line = lines.first(of: j)
      members[j].line = line
      members[j].conductance = conductance.scale.factor / conductance.timeConstant
      members[line].lineConductance += members[j].conductance
      if membraneOfLine[line] >= 0 {
        members[line].lineNode = membranes.first(of: membraneOfLine[line])
      }
    }
  }
}

/// Sets of numbers from 0 on, each named by its smallest.
private struct Partition {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  func first(of n: Int) -> Int {
    var n = n
    while parents[n] != n { n = parents[n] }
    return n
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (first(of: a), first(of: b))
    parents[Swift.max(x, y)] = Swift.min(x, y)
  }
}
