import ChipGeometry

/// Where a bus address leads, from ``AddressMap``.
struct BusMap: Sendable {
  /// The blocks outside the SRAM.
  enum Block: UInt8, CaseIterable, Sendable {
    case synapseWeights, synapseLabels, randomGenerators, neuronReset, columnADC
    case columnADCOffsets, neuronReadout, parameterMemory
    case recorderEntries, recorderRegisters, delayLines, timer, counters, control
    case delayTaps, shared
    case correlationCausal, correlationAcausal, correlationCalibration, correlationColumns

    var region: AddressMap.Region {
      switch self {
      case .synapseWeights: AddressMap.synapseWeights
      case .synapseLabels: AddressMap.synapseLabels
      case .randomGenerators: AddressMap.randomGenerators
      case .neuronReset: AddressMap.neuronReset
      case .columnADC: AddressMap.columnADC
      case .columnADCOffsets: AddressMap.columnADCOffsets
      case .neuronReadout: AddressMap.neuronReadout
      case .parameterMemory: AddressMap.parameterMemory
      case .recorderEntries: AddressMap.recorderEntries
      case .recorderRegisters: AddressMap.recorderRegisters
      case .delayLines: AddressMap.delayLines
      case .timer: AddressMap.timer
      case .counters: AddressMap.counters
      case .control: AddressMap.control
      case .delayTaps: AddressMap.delayTaps
      case .shared: AddressMap.shared
      case .correlationCausal: AddressMap.correlationCausal
      case .correlationAcausal: AddressMap.correlationAcausal
      case .correlationCalibration: AddressMap.correlationCalibration
      case .correlationColumns: AddressMap.correlationColumns
      }
    }
  }

  private struct Entry: Sendable {
    let block: Block
    let base: UInt32
    let byteCount: UInt32
    let narrowestAccess: UInt32
    let isReadable: Bool
    let isWritable: Bool
  }

  private let entries = Block.allCases.map { block in
    let region = block.region
    return Entry(
      block: block, base: region.base, byteCount: region.byteCount,
      narrowestAccess: region.narrowestAccess, isReadable: region.access != .write,
      isWritable: region.access != .read)
  }

  /// A place inside a block.
  struct Place: Sendable {
    let block: Block
    let offset: Int
    /// Bytes from here to the end of the block.
    let byteCount: Int
  }

  /// The place of an element, nil where the bus has nothing, forbids the direction, or the element
  /// is too narrow or misaligned.
  func place(of address: UInt32, elementByteCount: Int, isWrite: Bool) -> Place? {
    for entry in entries {
      let offset = address &- entry.base
      guard offset < entry.byteCount else { continue }
      let width = UInt32(elementByteCount)
      guard isWrite ? entry.isWritable : entry.isReadable, width >= entry.narrowestAccess,
        offset & (width - 1) == 0, entry.byteCount - offset >= width
      else { return nil }
      return Place(
        block: entry.block, offset: Int(offset), byteCount: Int(entry.byteCount - offset))
    }
    return nil
  }
}
