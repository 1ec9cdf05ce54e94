public import AnalogCore
public import Chip
import ChipGeometry
import EventFabric

extension ChipDescription {
  /// The chip at the beginning of its time.
  public func makeChip() -> Chip {
    var chip = Chip(configuration)
    apply(to: &chip)
    return chip
  }

  /// Writes all settings to a chip, the first element of each list first.
  private func apply(to chip: inout Chip) {
    for group in neurons {
      for column in group.columns {
        let neuron = NeuronIndex(group.hemisphere, column: column)
        chip.setParameters(group.parameters, of: neuron)
        chip.setTerms(group.terms.terms, of: neuron)
        chip.setReadout(group.readout, of: neuron)
      }
    }
    for group in columnADC {
      for (index, offset) in group.offsets.enumerated() {
        chip.setDigitalOffset(
          Int8(clamping: offset), group.hemisphere, column: group.firstColumn + index,
          group.channel)
      }
    }
    for group in parameterCodes {
      for (index, code) in group.codes.enumerated() {
        let neuron = NeuronIndex(group.hemisphere, column: group.firstColumn + index)
        chip.setCode(UInt16(clamping: code), group.cell, of: neuron)
        chip.setFollowsCodes(true, of: neuron)
      }
    }
    chip.debugVoltage = debugVoltage
    for group in joined {
      for column in group.columns { chip.setJoined(true, column: column) }
    }
    for group in backends {
      for column in group.columns {
        let address = group.firstAddress + column - group.columns.lowerBound
        chip.setBackend(
          NeuronIndex(group.hemisphere, column: column), addressOut: UInt8(address),
          isEnabled: group.isEnabled)
      }
    }
    for group in shortTerm { chip.setCommonShortTermPlasticity(group.common, group.hemisphere) }
    for group in drivers {
      for driver in group.drivers {
        chip.setRowSelectMask(group.rowSelectMask, group.hemisphere, driver: driver)
        chip.setShortTermPlasticity(
          group.hasShortTerm ? group.shortTerm : nil, ofDriver: driver, group.hemisphere)
      }
    }
    for group in rows {
      for row in group.rows { chip.setRowMode(group.mode, group.hemisphere, row: row) }
    }
    for group in synapses {
      for row in group.rows {
        for column in group.columns {
          chip.setWeight(group.weight, group.hemisphere, row: row, column: column)
          chip.setSynapseLabel(group.label, group.hemisphere, row: row, column: column)
        }
      }
    }
    for group in correlation { chip.setCommonCorrelation(group.common, group.hemisphere) }
    for group in correlationCodes {
      for row in group.rows {
        for column in group.columns {
          chip.setCorrelationCalibration(group.codes, group.hemisphere, row: row, column: column)
        }
      }
    }
    for group in correlationColumns {
      for column in group.columns {
        chip.setCorrelationSwitches(
          group.switches, of: NeuronIndex(group.hemisphere, column: column))
      }
    }
    for node in crossbar { chip.setNode(from: node.from, to: node.to, node.node) }
    for generator in background { chip.setBackground(generator.index, generator.settings) }
    for group in delays {
      for line in group.lines { chip.setDelay(group.ticks, group.hemisphere, line: line) }
    }
  }
}

extension ChipDescription {
  /// How much the circuits of this individual chip differ, over all neurons and synapses.
  public var realisedMismatch: RealisedMismatch {
    var chip = Chip(configuration)
    for hemisphere in Hemisphere.allCases {
      for row in 0..<ChipSize.rows { chip.setRowMode(.excitatory, hemisphere, row: row) }
    }
    return chip.realisedMismatch(among: (0..<ChipSize.neurons).map { NeuronIndex($0) })
  }
}
