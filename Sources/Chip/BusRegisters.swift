import ChipGeometry
import EventFabric

// The registers of 32 bits on the bus, at the offsets of `AddressMap.registers`. A register that
// the map calls read-only cannot be written, a command cannot be read.

extension EventFabric {
  /// The recorder of a hemisphere's processor.
  func recorder(_ hemisphere: Hemisphere) -> EventRecorder {
    switch hemisphere {
    case .top: topRecorder
    case .bottom: bottomRecorder
    }
  }

  /// - Returns: false if there is no such register or it is read-only.
  mutating func setRecorderRegister(
    at offset: Int, of hemisphere: Hemisphere, to value: UInt32
  ) -> Bool {
    switch hemisphere {
    case .top: topRecorder.setRegister(at: offset, to: value)
    case .bottom: bottomRecorder.setRegister(at: offset, to: value)
    }
  }

  /// A word of the counter block, nil where it has none.
  func counter(_ index: Int, of hemisphere: Hemisphere) -> UInt32? {
    switch index {
    case 0..<256: UInt32(backends.spikeCount(NeuronIndex(hemisphere, column: index)))
    case 256..<264: busDropCounts[index - 256]
    case 264..<284: UInt32(crossbar.dropCounts[index - 264])
    case 284..<296: crossbar.eventCounts[index - 284]
    default: nil
    }
  }

  /// - Returns: false if there is no such counter.
  mutating func clearCounter(_ index: Int, of hemisphere: Hemisphere) -> Bool {
    switch index {
    case 0..<256: backends.clearSpikeCount(NeuronIndex(hemisphere, column: index))
    case 256..<264: clearBusDropCount(index - 256)
    case 264..<284: crossbar.clearDropCount(input: index - 264)
    case 284..<296: crossbar.clearEventCount(output: index - 284)
    default: return false
    }
    return true
  }
}

extension EventRecorder {
  func register(at offset: Int) -> UInt32? {
    switch offset {
    case 0x00: UInt32(count)
    case 0x08: overflowCount
    case 0x0C: mask
    case 0x10: target
    case 0x14: wakeMask
    case 0x18: wakeTarget
    case 0x1C: isPending ? 1 : 0
    case 0x20: sources.rawValue
    default: nil
    }
  }

  mutating func setRegister(at offset: Int, to value: UInt32) -> Bool {
    switch offset {
    case 0x04: clear()
    case 0x0C: mask = value
    case 0x10: target = value
    case 0x14: wakeMask = value
    case 0x18: wakeTarget = value
    case 0x1C: isPending = false
    case 0x20: sources = Sources(rawValue: value).intersection(.all)
    default: return false
    }
    return true
  }
}

extension ProcessorUnit {
  func timerRegister(at offset: Int, _ time: ClockTime) -> UInt32? {
    switch offset {
    case 0x00: UInt32(truncatingIfNeeded: time.ticks)
    case 0x04: UInt32(truncatingIfNeeded: time.ticks >> 32)
    case 0x08: UInt32(truncatingIfNeeded: compareTick)
    case 0x0C: UInt32(truncatingIfNeeded: compareTick >> 32)
    default: nil
    }
  }

  mutating func setTimerRegister(at offset: Int, to value: UInt32) -> Bool {
    switch offset {
    case 0x08: compareTick = compareTick & ~0xFFFF_FFFF | UInt64(value)
    case 0x0C: compareTick = compareTick & 0xFFFF_FFFF | UInt64(value) << 32
    default: return false
    }
    return true
  }

  func controlRegister(at offset: Int) -> UInt32? {
    switch offset {
    case 0x00: isSpikeOnly ? 1 : 0
    case 0x04: UInt32(hemisphere.rawValue)
    default: nil
    }
  }

  mutating func setControlRegister(
    at offset: Int, to value: UInt32, _ fabric: inout EventFabric, at time: ClockTime
  ) -> Bool {
    switch offset {
    // Nothing but a chip reset takes the declaration back.
    case 0x00: isSpikeOnly = isSpikeOnly || value & 1 == 1
    case 0x08:
      let label = EventLabel(UInt16(truncatingIfNeeded: value))
      fabric.emit(processorEvent: label, from: hemisphere, at: time)
    default: return false
    }
    return true
  }
}
