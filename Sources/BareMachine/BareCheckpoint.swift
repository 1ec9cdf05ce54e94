public import ChipGeometry
import PlasticityProcessor

/// The whole state of a ``BareMachine`` at one moment; pages of zeros take no place.
public struct BareCheckpoint: Sendable, Equatable {
  /// A page of memory that is not all zeros.
  struct Page: Sendable, Equatable {
    var address: UInt32
    var bytes: [UInt8]
  }

  public let cycle: UInt64
  public let instructionCount: UInt64
  var memory: BareMemory
  var registers: [UInt8]
  /// By address.
  var pages: [Page]
  var end: BareEnd?
  var sleepProgramCounter: UInt32?
  var sleepInstructionCount: UInt64 = 0
}

extension BareMachine {
  /// Saves the state.
  ///
  /// - Parameter previous: a checkpoint of the same machine; pages that have not changed since are
  ///   shared with it.
  /// - Returns: the state, for ``restore(_:)``.
  public func checkpoint(sharing previous: BareCheckpoint? = nil) -> BareCheckpoint {
    var writer = StateWriter()
    processor.writeRegisters(into: &writer)
    var known = (previous?.pages ?? [])[...]
    var pages: [BareCheckpoint.Page] = []
    forEachPage { address in
      let page = BareCheckpoint.Page(
        address: address, bytes: processor.read(at: address, byteCount: BareMemory.pageByteCount))
      while let first = known.first, first.address < address { known.removeFirst() }
      if let first = known.first, first == page { pages.append(first) } else { pages.append(page) }
    }
    return BareCheckpoint(
      cycle: cycle, instructionCount: instructionCount, memory: memory, registers: writer.bytes,
      pages: pages, end: end, sleepProgramCounter: lastSleep?.programCounter,
      sleepInstructionCount: lastSleep?.instructionCount ?? 0)
  }

  /// Goes back, or forth, to a checkpoint of a machine with the same memory.
  ///
  /// - Throws: ``StateError`` if it is of another machine.
  public mutating func restore(_ checkpoint: BareCheckpoint) throws(StateError) {
    guard checkpoint.memory == memory else {
      throw .invalidValue(offset: 0, meaning: "the memory of this machine")
    }
    var reader = StateReader(checkpoint.registers)
    try processor.readRegisters(from: &reader)
    let zeros = [UInt8](repeating: 0, count: BareMemory.pageByteCount)
    var pages = checkpoint.pages[...]
    var stale: [UInt32] = []
    forEachPage { address in
      while let first = pages.first, first.address < address { pages.removeFirst() }
      if pages.first?.address != address { stale.append(address) }
    }
    for address in stale { processor.load(zeros, at: address) }
    for page in checkpoint.pages { processor.load(page.bytes, at: page.address) }
    end = checkpoint.end
    lastSleep = checkpoint.sleepProgramCounter.map { ($0, checkpoint.sleepInstructionCount) }
  }

  /// SHA-256 of registers, counters and memory: 64 hexadecimal digits.
  public var stateHash: String {
    var writer = StateWriter()
    writer.section("bare machine")
    writer.write(memory.base)
    writer.write(UInt32(memory.byteCount))
    processor.writeRegisters(into: &writer)
    var hash = SHA256()
    hash.update(writer.bytes)
    forEachPage { address in
      var header = StateWriter()
      header.write(address)
      hash.update(header.bytes)
      hash.update(processor.read(at: address, byteCount: BareMemory.pageByteCount))
    }
    return hash.hexDigest()
  }

  /// Visits the pages of memory that are not all zeros.
  private func forEachPage(_ body: (UInt32) -> Void) {
    for offset in stride(from: 0, to: memory.byteCount, by: BareMemory.pageByteCount) {
      let address = memory.base + UInt32(offset)
      if !processor.isZero(at: address, byteCount: BareMemory.pageByteCount) { body(address) }
    }
  }
}

extension BareCheckpoint {
  /// How many pages of memory it holds.
  public var pageCount: Int { pages.count }
}
