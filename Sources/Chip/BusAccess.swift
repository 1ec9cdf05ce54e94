import AnalogCore
import ChipGeometry
import EventFabric
import PlasticityProcessor

/// Serves what a processor asks of the bus: the parts of the chip that an access can reach, for the
/// duration of one access.
///
/// All functions take place at the cycle at which the accessing instruction starts, after the
/// events of that cycle.
enum BusAccess {
  /// Answers the open request of `unit`.
  ///
  /// - Returns: true if the access may have changed when something happens next.
  static func serve(
    _ unit: inout ProcessorUnit, _ analog: inout AnalogCore, _ fabric: inout EventFabric,
    _ shared: inout SharedWords, _ map: BusMap, at time: ClockTime
  ) -> Bool {
    guard let request = unit.core.busRequest else { return false }
    if case .unitStride = request.pattern,
      let place = map.place(
        of: request.address, elementByteCount: request.elementByteCount, isWrite: request.isWrite),
      place.byteCount >= request.byteCount,
      serveWhole(request, place, &unit, &analog, fabric, at: time)
    {
      unit.core.completeBusAccess()
      return changesSchedule(place.block)
    }
    var isSchedule = false
    var conversionCount = 0
    for index in recorderElements(request, &unit, fabric)..<request.elementCount {
      let address = unit.core.busAddress(ofElement: index)
      guard
        let place = map.place(
          of: address, elementByteCount: request.elementByteCount, isWrite: request.isWrite)
      else {
        unit.core.failBusAccess(element: index)
        return isSchedule
      }
      let width = request.elementByteCount
      if request.isWrite {
        let value = unit.core.busElement(index)
        guard write(value, width, to: place, &unit, &analog, &fabric, &shared, at: time) else {
          unit.core.failBusAccess(element: index)
          return isSchedule
        }
        isSchedule = isSchedule || changesSchedule(place.block)
      } else {
        guard let value = read(width, from: place, &unit, analog, fabric, shared, at: time)
        else {
          unit.core.failBusAccess(element: index)
          return isSchedule
        }
        unit.core.setBusElement(index, to: value)
        if place.block.isConverted { conversionCount += width }
      }
    }
    unit.core.completeBusAccess(delay: conversionCycles(conversionCount))
    return isSchedule
  }

  /// How much longer an access takes that makes column converters work.
  private static func conversionCycles(_ count: Int) -> Int {
    let channels = ColumnADC.channelsPerAccess
    return (count + channels - 1) / channels * ColumnADC.conversionCycles
  }

  /// Whether a write to the block can move events or interrupts.
  private static func changesSchedule(_ block: BusMap.Block) -> Bool {
    switch block {
    case .synapseWeights, .synapseLabels, .randomGenerators, .columnADC, .columnADCOffsets,
      .neuronReadout, .recorderEntries, .delayLines, .delayTaps, .counters, .shared,
      .correlationCausal, .correlationAcausal, .correlationCalibration, .correlationColumns:
      false
    case .neuronReset, .parameterMemory, .recorderRegisters, .timer, .control: true
    }
  }

  /// The memories that programs move by whole registers, without a detour over elements.
  ///
  /// - Returns: false if the block is not one of them.
  private static func serveWhole(
    _ request: BusRequest, _ place: BusMap.Place, _ unit: inout ProcessorUnit,
    _ analog: inout AnalogCore, _ fabric: borrowing EventFabric, at time: ClockTime
  ) -> Bool {
    let hemisphere = unit.hemisphere
    switch place.block {
    case .synapseWeights, .synapseLabels:
      let memory: AnalogCore.SynapseMemory =
        place.block == .synapseWeights ? .weights : .labels
      unit.core.withBusData { bytes in
        if request.isWrite {
          analog.write(memory, hemisphere, offset: place.offset, from: bytes.span)
        } else {
          analog.read(memory, hemisphere, offset: place.offset, into: &bytes)
        }
      }
    case .recorderEntries:
      let recorder = fabric.recorder(hemisphere)
      unit.core.withBusData { recorder.copy(from: place.offset, into: &$0) }
    case .neuronReset:
      unit.core.withBusData { reset(bytes: $0.span, from: place.offset, hemisphere, &analog, time) }
    case .randomGenerators, .columnADC, .columnADCOffsets, .neuronReadout, .parameterMemory,
      .recorderRegisters, .delayLines, .delayTaps, .timer, .counters, .control, .shared,
      .correlationCausal,
      .correlationAcausal, .correlationCalibration, .correlationColumns:
      return false
    }
    return true
  }

  /// Reads elements of the event recorder, which programs take apart by strided loads.
  ///
  /// - Returns: the number of elements that were read; the next one, if there is one, is not of the
  ///   recorder.
  private static func recorderElements(
    _ request: BusRequest, _ unit: inout ProcessorUnit, _ fabric: borrowing EventFabric
  ) -> Int {
    let region = AddressMap.recorderEntries
    let width = UInt32(request.elementByteCount)
    guard !request.isWrite, request.address &- region.base < region.byteCount else { return 0 }
    // Once: a recorder that is got anew for each element is copied for each.
    let recorder = fabric.recorder(unit.hemisphere)
    for index in 0..<request.elementCount {
      let offset = unit.core.busAddress(ofElement: index) &- region.base
      guard offset < region.byteCount, offset & (width - 1) == 0 else { return index }
      unit.core.setBusElement(index, to: recorder.word(at: Int(offset)))
    }
    return request.elementCount
  }

  /// Resets the columns from `first` on whose bytes are not zero.
  private static func reset(
    bytes: Span<UInt8>, from first: Int, _ hemisphere: Hemisphere, _ analog: inout AnalogCore,
    _ time: ClockTime
  ) {
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0 { end += 1 }
      analog.resetNeurons(hemisphere, columns: (first + start)..<(first + end), at: time)
      start = end + 1
    }
  }

  // MARK: Elements

  /// A byte of the bus as a person at a debugger sees it: nothing on the chip changes. Nil where
  /// there is nothing to read, where a read would change something (random generators), and for
  /// analog observables.
  static func peek(
    _ address: UInt32, _ unit: inout ProcessorUnit, _ analog: borrowing AnalogCore,
    _ fabric: borrowing EventFabric, _ shared: SharedWords, _ map: BusMap, at time: ClockTime
  ) -> UInt8? {
    for width in [1, 2, 4] {
      let base = address & ~UInt32(width - 1)
      guard let place = map.place(of: base, elementByteCount: width, isWrite: false) else {
        continue
      }
      switch place.block {
      case .randomGenerators, .columnADC, .neuronReset, .correlationCausal, .correlationAcausal:
        return nil
      case .synapseWeights, .synapseLabels, .columnADCOffsets, .neuronReadout, .parameterMemory,
        .recorderEntries, .delayLines, .delayTaps, .recorderRegisters, .timer, .counters, .control,
        .shared,
        .correlationCalibration, .correlationColumns:
        guard let value = read(width, from: place, &unit, analog, fabric, shared, at: time) else {
          return nil
        }
        return UInt8(truncatingIfNeeded: value >> (8 * (address - base)))
      }
    }
    return nil
  }

  /// An element for the host, whom no declaration of a program concerns.
  static func hostRead(
    _ place: PlaybackProgram.Place, _ unit: inout ProcessorUnit, _ analog: borrowing AnalogCore,
    _ fabric: borrowing EventFabric, _ shared: SharedWords, _ map: BusMap, at time: ClockTime
  ) -> UInt32? {
    guard
      let found = map.place(
        of: place.address, elementByteCount: place.byteCount, isWrite: false)
    else { return nil }
    let (isSpikeOnly, count) = (unit.isSpikeOnly, unit.analogReadCount)
    unit.isSpikeOnly = false
    defer { (unit.isSpikeOnly, unit.analogReadCount) = (isSpikeOnly, count) }
    return read(place.byteCount, from: found, &unit, analog, fabric, shared, at: time)
  }

  /// - Returns: false if the host cannot write there.
  static func hostWrite(
    _ value: UInt32, _ place: PlaybackProgram.Place, _ unit: inout ProcessorUnit,
    _ analog: inout AnalogCore, _ fabric: inout EventFabric, _ shared: inout SharedWords,
    _ map: BusMap, at time: ClockTime
  ) -> Bool {
    guard
      let found = map.place(of: place.address, elementByteCount: place.byteCount, isWrite: true)
    else { return false }
    return write(value, place.byteCount, to: found, &unit, &analog, &fabric, &shared, at: time)
  }

  /// One element, nil if it cannot be read.
  private static func read(
    _ width: Int, from place: BusMap.Place, _ unit: inout ProcessorUnit,
    _ analog: borrowing AnalogCore, _ fabric: borrowing EventFabric, _ shared: SharedWords,
    at time: ClockTime
  ) -> UInt32? {
    let hemisphere = unit.hemisphere
    let offset = place.offset
    func bytes(_ byte: (Int) -> UInt8) -> UInt32 {
      (0..<width).reduce(0) { $0 | UInt32(byte(offset + $1)) << UInt32(8 * $1) }
    }
    switch place.block {
    case .synapseWeights:
      return bytes { analog.weight(hemisphere, row: $0 / 256, column: $0 % 256) }
    case .synapseLabels:
      return bytes { analog.label(hemisphere, row: $0 / 256, column: $0 % 256) }
    case .randomGenerators: return bytes { unit.random.next(column: $0) }
    case .columnADC:
      guard !unit.isSpikeOnly else { return nil }
      unit.analogReadCount += UInt64(width)
      return bytes {
        analog.convertReadout(
          of: NeuronIndex(hemisphere, column: $0 % ChipSize.columns), channel(at: $0), at: time)
      }
    case .columnADCOffsets:
      return bytes {
        UInt8(
          bitPattern: analog.digitalOffset(
            hemisphere, column: $0 % ChipSize.columns, channel(at: $0)))
      }
    case .neuronReadout:
      return bytes { analog.readout(of: NeuronIndex(hemisphere, column: $0)).rawValue }
    case .parameterMemory:
      return stride(from: 0, to: width, by: 2).reduce(0) { word, byte in
        let (cell, neuron) = cell(at: offset + byte, hemisphere)
        return word | UInt32(analog.code(cell, of: neuron)) << UInt32(8 * byte)
      }
    case .recorderEntries: return fabric.recorder(hemisphere).word(at: offset)
    case .delayLines:
      let low = UInt32(fabric.delayLines[hemisphere, offset / 2])
      return width == 2 ? low : low | UInt32(fabric.delayLines[hemisphere, offset / 2 + 1]) << 16
    case .delayTaps:
      let low = UInt32(fabric.taps[hemisphere, offset / 2])
      return width == 2 ? low : low | UInt32(fabric.taps[hemisphere, offset / 2 + 1]) << 16
    case .recorderRegisters: return fabric.recorder(hemisphere).register(at: offset)
    case .timer: return unit.timerRegister(at: offset, time)
    case .counters: return fabric.counter(offset / 4, of: hemisphere)
    case .control: return unit.controlRegister(at: offset)
    case .shared: return shared[offset / 4]
    case .correlationCausal, .correlationAcausal:
      guard !unit.isSpikeOnly else { return nil }
      unit.analogReadCount += UInt64(width)
      return bytes { readCorrelation(place.block, $0, hemisphere, analog, at: time) }
    case .correlationCalibration, .correlationColumns:
      return bytes { readCorrelation(place.block, $0, hemisphere, analog, at: time) }
    case .neuronReset: return nil
    }
  }

  /// - Returns: false if the element cannot be written.
  private static func write(
    _ value: UInt32, _ width: Int, to place: BusMap.Place, _ unit: inout ProcessorUnit,
    _ analog: inout AnalogCore, _ fabric: inout EventFabric, _ shared: inout SharedWords,
    at time: ClockTime
  ) -> Bool {
    let hemisphere = unit.hemisphere
    let offset = place.offset
    func forEachByte(_ body: (Int, UInt8) -> Void) {
      for index in 0..<width {
        body(offset + index, UInt8(truncatingIfNeeded: value >> UInt32(8 * index)))
      }
    }
    switch place.block {
    case .synapseWeights:
      forEachByte { analog.setWeight($1, hemisphere, row: $0 / 256, column: $0 % 256) }
    case .synapseLabels:
      forEachByte { analog.setLabel($1, hemisphere, row: $0 / 256, column: $0 % 256) }
    case .neuronReset:
      forEachByte {
        if $1 != 0 { analog.resetNeuron(NeuronIndex(hemisphere, column: $0), at: time) }
      }
    case .columnADCOffsets:
      forEachByte {
        analog.setDigitalOffset(
          Int8(bitPattern: $1), hemisphere, column: $0 % ChipSize.columns, channel(at: $0))
      }
    case .neuronReadout:
      forEachByte {
        analog.setReadout(
          NeuronReadout(rawValue: $1 & 3) ?? .membrane, of: NeuronIndex(hemisphere, column: $0))
      }
    case .parameterMemory:
      for byte in stride(from: 0, to: width, by: 2) {
        let (cell, neuron) = cell(at: offset + byte, hemisphere)
        analog.setCode(
          UInt16(truncatingIfNeeded: value >> UInt32(8 * byte)), cell, of: neuron, at: time)
      }
    case .delayLines:
      fabric.delayLines[hemisphere, offset / 2] = UInt16(truncatingIfNeeded: value)
      if width == 4 {
        fabric.delayLines[hemisphere, offset / 2 + 1] = UInt16(truncatingIfNeeded: value >> 16)
      }
    case .delayTaps:
      fabric.taps[hemisphere, offset / 2] = UInt16(truncatingIfNeeded: value)
      if width == 4 {
        fabric.taps[hemisphere, offset / 2 + 1] = UInt16(truncatingIfNeeded: value >> 16)
      }
    case .recorderRegisters:
      return fabric.setRecorderRegister(at: offset, of: hemisphere, to: value)
    case .timer: return unit.setTimerRegister(at: offset, to: value)
    case .counters: return fabric.clearCounter(offset / 4, of: hemisphere)
    case .control: return unit.setControlRegister(at: offset, to: value, &fabric, at: time)
    case .shared: shared[offset / 4] = value
    case .correlationCausal, .correlationCalibration, .correlationColumns:
      forEachByte { writeCorrelation(place.block, $0, hemisphere, &analog, $1) }
    case .randomGenerators, .columnADC, .recorderEntries, .correlationAcausal: return false
    }
    return true
  }

  /// The place of a halfword of the parameter memory.
  private static func cell(
    at offset: Int, _ hemisphere: Hemisphere
  ) -> (ParameterCell, NeuronIndex) {
    let index = offset / 2
    return (
      ParameterCell.allCases[index / ChipSize.columns],
      NeuronIndex(hemisphere, column: index % ChipSize.columns)
    )
  }

  /// The channel of a byte of the column converters.
  private static func channel(at offset: Int) -> ColumnADC.Channel {
    offset < ChipSize.columns ? .causal : .acausal
  }
}
