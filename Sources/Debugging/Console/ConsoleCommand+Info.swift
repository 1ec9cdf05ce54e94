import Assembler
import ChipGeometry
import InstructionSet
import PlasticityProcessor

extension Console {
  func info(_ text: String) throws(DebuggerError) {
    let words = text.split(separator: " ").map(String.init)
    let topics: [(name: String, run: (String?) throws(DebuggerError) -> Void)] = [
      ("registers", { _ throws(DebuggerError) in self.printRegisters() }),
      ("vector", { _ throws(DebuggerError) in self.printVectorState() }),
      ("csr", { _ throws(DebuggerError) in self.printControlRegisters() }),
      ("symbols", { part throws(DebuggerError) in self.printSymbols(part) }),
      ("breakpoints", { _ throws(DebuggerError) in self.printStopPoints() }),
      ("watchpoints", { _ throws(DebuggerError) in self.printStopPoints() }),
      (
        "events", { count throws(DebuggerError) in self.printEvents(try self.count(count ?? "12")) }
      ),
      ("line", { place throws(DebuggerError) in try self.printLine(place) }),
      ("time", { _ throws(DebuggerError) in self.printTime() }),
      ("history", { _ throws(DebuggerError) in self.printHistory() }),
      (
        "state",
        { _ throws(DebuggerError) in
          self.print("state \(self.debugger.execution.stateHash)")
        }
      ),
    ]
    let names = topics.map(\.name).joined(separator: ", ")
    guard let word = words.first else { throw DebuggerError("info of what? \(names)") }
    let found = topics.filter { $0.name.hasPrefix(word) }
    guard let topic = found.first, found.count == 1 else {
      throw DebuggerError("info '\(word)': known are \(names)")
    }
    try topic.run(words.dropFirst().first)
  }

  private func printRegisters() {
    let (pc, values) = debugger.execution.withProcessor { processor in
      (processor.programCounter, (0..<32).map { processor[x: $0] })
    }
    for row in 0..<8 {
      let cells = (0..<4).map { column in
        let index = row * 4 + column
        let name = RegisterName.integer[index]
        return name + String(repeating: " ", count: 5 - name.count)
          + NumberFormat.digits(values[index], radix: 16, count: 8)
      }
      print(cells.joined(separator: "   "))
    }
    print("pc   \(NumberFormat.digits(pc, radix: 16, count: 8))   \(debugger.program.place(pc))")
  }

  private func control(_ register: ControlRegister) -> UInt32 {
    debugger.execution.withProcessor { $0.controlRegister(UInt32(register.rawValue)) } ?? 0
  }

  private func printVectorState() {
    let type = control(.vtype)
    let names = VectorType(bits: type).names?.joined(separator: ", ") ?? "vill"
    print("vtype \(hexadecimal(type)) (\(names))   vl \(control(.vl))   vstart \(control(.vstart))")
    let modes = ["rnu", "rne", "rdn", "rod"]
    print("vxrm \(control(.vxrm)) (\(modes[Int(control(.vxrm) & 3)]))   vxsat \(control(.vxsat))")
  }

  private func printControlRegisters() {
    for (name, number) in ControlRegister.named {
      guard
        let value = debugger.execution.withProcessor({ $0.controlRegister(UInt32(number)) })
      else { continue }
      print(
        name + String(repeating: " ", count: max(1, 11 - name.count))
          + NumberFormat.digits(value, radix: 16, count: 8))
    }
  }

  private func printSymbols(_ part: String?) {
    for symbol in debugger.program.image.symbols {
      if let part, !symbol.name.contains(part) { continue }
      let section = symbol.section ?? "number"
      print("\(NumberFormat.digits(symbol.value, radix: 16, count: 8))  \(symbol.name)  \(section)")
    }
  }

  private func printStopPoints() {
    if debugger.stopPoints.isEmpty { print("no stop points") }
    for point in debugger.stopPoints {
      let kind =
        switch point.kind {
        case .breakpoint(let address): "break at \(hexadecimal(address))"
        case .memory(let range, let access):
          "\(access == .change ? "watch" : access == .read ? "rwatch" : "awatch") "
            + "\(range.byteCount) bytes at \(hexadecimal(range.address))"
        case .register: "watch register"
        case .event: "event"
        }
      let more =
        (point.condition.map { " if \($0)" } ?? "") + (point.isTemporary ? ", once" : "")
        + (point.isEnabled ? "" : ", disabled")
        + ", \(point.hitCount) \(point.hitCount == 1 ? "hit" : "hits")"
      print("\(point.number)  \(kind)  \(point.text)\(more)")
    }
  }

  private func printEvents(_ count: Int) {
    print("\(debugger.eventCount) events so far")
    for event in debugger.events.suffix(count) {
      print("tick \(event.tick)  \(debugger.execution.eventNames.description(of: event))")
    }
  }

  private func printLine(_ place: String?) throws(DebuggerError) {
    let address = place == nil ? debugger.programCounter : try location(place ?? "")
    print("\(hexadecimal(address)) \(debugger.program.place(address))")
  }

  private func printTime() {
    let cycle = debugger.position.cycle
    let nanoseconds = cycle * 4
    print(
      "instruction \(debugger.instructionCount), cycle \(cycle), tick \(cycle >> 1), "
        + "\(nanoseconds / 1000).\(NumberFormat.digits(UInt32(nanoseconds % 1000), radix: 10, count: 3))"
        + " us of chip time")
    if let session = debugger.execution as? SessionExecution {
      print("\(session.sampleCount) of \(session.samples.count) samples are through")
    }
  }

  private func printHistory() {
    let cycles = debugger.checkpointCycles
    let first = cycles.first.map { ", the first at cycle \($0)" } ?? ""
    print("\(cycles.count) checkpoints\(first)")
  }
}

// MARK: Changing

extension ConsoleCommand {
  static let changing: [ConsoleCommand] = [
    ConsoleCommand(
      name: "set", arguments: "REGISTER | *ADDRESS | PLACE.b[I] | ... = EXPRESSION",
      summary: "change a register, a lane, or memory; a new history begins",
      details: """
          set a0 = 5      set pc = decide      set *counter = 0x10      set v3.h[5] = -1
          set weights_hidden.h[0] = 100
        """
    ) { console, text throws(DebuggerError) in try console.set(text) },
    ConsoleCommand(name: "quit", aliases: ["q", "exit"], summary: "end the session") {
      console, _ throws(DebuggerError) in
      console.isOver = true
    },
  ]
}

extension Console {
  fileprivate func set(_ text: String) throws(DebuggerError) {
    var text = text
    if text.hasPrefix("var ") { text.removeFirst(4) }
    let sides = text.split(separator: "=", maxSplits: 1).map {
      String($0).trimmingSpaces
    }
    guard sides.count == 2, !sides[0].isEmpty else {
      throw DebuggerError("set PLACE = EXPRESSION; see help set")
    }
    guard debugger.end == nil else {
      throw DebuggerError("the program is over; go back first, with reverse-stepi for example")
    }
    let value = try debugger.number(sides[1])
    let place = sides[0]
    if let register = debugger.register(named: place) {
      if case .vector = register {
        throw DebuggerError("a vector register is set by lanes: \(place).h[0] = …")
      }
      guard debugger.write(RegisterReference.bytes(value), to: register) else {
        throw DebuggerError("\(place) cannot be set to \(hexadecimal(value))")
      }
    } else if let lane = try lane(place) {
      try set(lane, to: value)
    } else if place.first == "*" {
      try write(RegisterReference.bytes(value), at: try debugger.number(place.dropFirst()))
    } else {
      throw DebuggerError("'\(place)' is not a place; memory is *ADDRESS or PLACE.b[I]")
    }
    print("set; history begins here")
  }

  private func write(_ bytes: [UInt8], at address: UInt32) throws(DebuggerError) {
    guard debugger.write(bytes, at: address) else {
      throw DebuggerError("\(bytes.count) bytes at \(hexadecimal(address)) cannot be written")
    }
  }

  private struct Lane {
    var base: String
    var width: Int
    var index: Int
  }

  /// `v3.h[5]`, `counter.b`, `counter[2]`; nil if the place has another form.
  private func lane(_ place: String) throws(DebuggerError) -> Lane? {
    var base = place[...]
    var index = 0
    let hasIndex = base.last == "]"
    if hasIndex, let bracket = base.lastIndex(of: "[") {
      index = Int(try debugger.number(base[base.index(after: bracket)...].dropLast()))
      base = base[..<bracket]
    }
    let widths = [".b": 1, ".h": 2, ".w": 4]
    guard let width = widths[String(base.suffix(2))] else {
      return hasIndex ? Lane(base: String(base), width: 4, index: index) : nil
    }
    return Lane(base: String(base.dropLast(2)), width: width, index: index)
  }

  private func set(_ lane: Lane, to value: UInt32) throws(DebuggerError) {
    let bytes = Array(RegisterReference.bytes(value).prefix(lane.width))
    guard case .vector(let number)? = debugger.register(named: lane.base) else {
      let base = try debugger.number(lane.base)
      return try write(bytes, at: base &+ UInt32(truncatingIfNeeded: lane.index * lane.width))
    }
    guard (lane.index + 1) * lane.width <= 128 else {
      throw DebuggerError("a register has \(128 / lane.width) such lanes, from 0 on")
    }
    var register = debugger.execution.withProcessor { $0[v: number] }
    register.replaceSubrange(
      (lane.index * lane.width)..<((lane.index + 1) * lane.width), with: bytes)
    _ = debugger.write(register, to: .vector(number))
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...].drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
