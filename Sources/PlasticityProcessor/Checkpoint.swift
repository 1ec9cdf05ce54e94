public import ChipGeometry
import InstructionSet

extension PlasticityProcessor {
  /// Writes the entire state: memory, registers, counters. Nothing else influences what follows.
  ///
  /// - Precondition: no ``busRequest`` is open.
  public func checkpoint(into writer: inout StateWriter) {
    precondition(busRequest == nil, "the bus request has not been answered")
    writer.section("processor")
    writer.write(hartID)
    writer.write(sramBase)
    writer.writeArray(read(at: sramBase, byteCount: sramByteCount))
    writeRegisters(into: &writer)
  }

  /// The state without the memory.
  package func writeRegisters(into writer: inout StateWriter) {
    for index in 0..<32 { writer.write(self[x: index]) }
    for index in 0..<VectorGeometry.registerCount { writer.writeArray(self[v: index]) }
    writer.write(pcOffset)
    writer.write(cycle)
    writer.write(instructionCount)
    writer.write(saturationCount)
    writer.write(isWaiting)
    for register in Self.savedRegisters { writer.write(read(register) ?? 0) }
    writer.write(machine.hasHandler)
    writer.write(machine.interruptPending)
    writer.write(machine.cycleOffset)
    writer.write(machine.instructionOffset)
    writer.write(vector.type)
    writer.write(UInt32(vector.length))
    for index in 0..<32 { writer.write(unsafe resultCycles[index]) }
    switch pendingFault {
    case .none, .bus, .done: writer.write(UInt32.max)
    case .trap(let cause, let value):
      writer.write(cause.rawValue)
      writer.write(value)
    }
  }

  /// Reads back what ``checkpoint(into:)`` wrote, into a processor of the same size and place.
  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    try reader.section("processor")
    try expect(hartID, "the number of the processor", &reader)
    try expect(sramBase, "the first address of its SRAM", &reader)
    let memory: [UInt8] = try reader.readArray(count: sramByteCount)
    load(memory, at: sramBase)
    try readRegisters(from: &reader)
  }

  /// Reads back what ``writeRegisters(into:)`` wrote.
  package mutating func readRegisters(from reader: inout StateReader) throws(StateError) {
    for index in 0..<32 { self[x: index] = try reader.read() }
    for index in 0..<VectorGeometry.registerCount {
      self[v: index] = try reader.readArray(count: VectorGeometry.registerByteCount)
    }
    pcOffset = try reader.read()
    cycle = try reader.read()
    guard cycle < 1 << 60 else {
      throw .invalidValue(offset: reader.offset - 8, meaning: "a time within 36 years")
    }
    instructionCount = try reader.read()
    saturationCount = try reader.read()
    isWaiting = try reader.readBool()
    for register in Self.savedRegisters {
      let value: UInt32 = try reader.read()
      write(register, value)
    }
    machine.hasHandler = try reader.readBool()
    machine.interruptPending = try reader.read()
    machine.cycleOffset = try reader.read()
    machine.instructionOffset = try reader.read()
    vector.setType(try reader.read())
    let length: UInt32 = try reader.read()
    guard length <= UInt32(vector.lengthMax) else {
      throw .invalidValue(offset: reader.offset - 4, meaning: "a vector length")
    }
    vector.setLength(Int(length))
    latestResult = 0
    for index in 0..<32 {
      let ready: UInt64 = try reader.read()
      // No instruction takes longer; a run would wait for it, or for ever.
      guard ready <= cycle &+ 65536 else {
        throw .invalidValue(
          offset: reader.offset - 8, meaning: "when the result of an instruction is there")
      }
      unsafe resultCycles[index] = ready
      latestResult = max(latestResult, ready)
    }
    let cause: UInt32 = try reader.read()
    pendingFault = .none
    guard cause != .max else { return }
    guard let cause = TrapCause(rawValue: cause) else {
      throw .invalidValue(offset: reader.offset - 4, meaning: "the cause of a trap")
    }
    pendingFault = .trap(cause, value: try reader.read())
  }

  /// What the reader must find, in the order of writing; `mstatus` comes last because writing the
  /// registers of the vector unit makes it dirty.
  private static let savedRegisters: [ControlRegister] = [
    .vstart, .vxsat, .vxrm, .mie, .mtvec, .mscratch, .mepc, .mcause, .mtval, .mstatus,
  ]

  private func expect(
    _ value: UInt32, _ meaning: String, _ reader: inout StateReader
  ) throws(StateError) {
    let found: UInt32 = try reader.read()
    guard found == value else {
      throw .invalidValue(offset: reader.offset - 4, meaning: meaning)
    }
  }
}
