import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry
import Learning

/// A chip on which everything that a description can say matters within a few microseconds.
enum BehaviourCase {
  /// Generator 0 drives columns 0 to 7 by drivers with short-term plasticity, whose spikes come back with a delay; generator 4 sends more
  /// than its bus and its link take; columns 0 to 3 have parameters of their own.
  static let text = """
    {
      "format": "ranvier-chip-1",
      "mismatch": {
        "weight": 0, "adc_channel_offset": 10, "adc_ramp_offset": 3, "adc_ramp_slope": 0.05
      },
      "temporal_noise": {"column_adc": 3},
      "fabric": {
        "bus_queue_depth": 2, "crossbar_latency": 0.02, "link_interval": 0.024,
        "link_queue_depth": 2
      },
      "integration": {"relative_tolerance": 1e-3, "absolute_tolerance": 1e-3},
      "neuron": {
        "tau_m": 4, "tau_s_excitatory": 2, "tau_s_inhibitory": 1.5, "leak": 0.1, "reset": -0.2,
        "refractory": 0.4, "gain_excitatory": 0.9, "gain_inhibitory": 0.5
      },
      "neurons": [
        {"hemisphere": "top", "columns": [0, 3], "tau_m": 3, "threshold": 0.9, "gain_inhibitory": 0.4,
         "adaptation": {"enabled": true, "tau": 5, "a": 0.3, "b": 0.2},
         "exponential": {"enabled": true, "slope": 0.1, "threshold": 0.6},
         "excitatory_input": {"reversal": 4}, "inhibitory_input": {"reversal": -1},
         "capacitance": 40, "offset_current": 0.1, "early_release": 0.1,
         "wiring": {"soma_right": true, "conductance": true, "tau": 2}},
        {"hemisphere": "top", "columns": [4, 4], "readout": "excitatory-input"}
      ],
      "column_adc": [
        {"hemisphere": "top", "first_column": 4, "offsets": [3, 3]}
      ],
      "parameter_codes": [
        {"hemisphere": "top", "cell": "i_bias_leak", "first_column": 5, "codes": [300]},
        {"hemisphere": "top", "cell": "i_bias_synin_exc_gm", "first_column": 5, "codes": [560]}
      ],
      "joined": [{"columns": [6, 7]}],
      "backends": [{"hemisphere": "top", "columns": [0, 7]}],
      "drivers": [
        {"hemisphere": "top", "drivers": [4, 8], "row_select_mask": 0,
         "short_term": {"enabled": true, "utilisation": 3, "recovery": 7, "offset": 10}},
        {"hemisphere": "top", "drivers": [12, 12], "row_select_mask": 0,
         "short_term": {"enabled": true, "voltages": "second"}}
      ],
      "short_term_transfer": {"full_voltage": -100},
      "correlation_transfer": {"saturation": 40, "linear_part": 0.5},
      "correlation": [{"hemisphere": "top", "amplitude": 6, "tau": 1}],
      "correlation_columns": [{"hemisphere": "top", "columns": [0, 7]}],
      "correlation_calibration": [
        {"hemisphere": "top", "rows": [8, 9], "columns": [0, 7], "time": 2, "amplitude": 0}
      ],
      "short_term": [
        {"hemisphere": "top", "recovery_clock": 12, "first": {"charge": 150, "recover": 300},
         "second": {"charge": 320}}
      ],
      "rows": [
        {"hemisphere": "top", "rows": [8, 9], "mode": "excitatory"},
        {"hemisphere": "top", "rows": [16, 17], "mode": "inhibitory"},
        {"hemisphere": "top", "rows": [24, 25], "mode": "excitatory"},
        {"hemisphere": "top", "rows": [0, 0], "mode": "excitatory"}
      ],
      "synapses": [
        {"hemisphere": "top", "rows": [8, 9], "columns": [0, 7], "weight": 20, "label": 1},
        {"hemisphere": "top", "rows": [16, 17], "columns": [0, 7], "weight": 16, "label": 2},
        {"hemisphere": "top", "rows": [24, 25], "columns": [0, 7], "weight": 20, "label": 3},
        {"hemisphere": "top", "rows": [0, 0], "columns": [0, 7], "weight": 1, "label": 1}
      ],
      "crossbar": [
        {"from": "background-4", "to": "bottom-bus-0"},
        {"from": "background-4", "to": "link-0"},
        {"from": "background-0", "to": "top-bus-0"},
        {"from": "neurons-0", "to": "top-bus-0"}
      ],
      "background": [
        {
          "generator": 0, "random": true, "period": 0.02, "rate": 60, "seed": 7, "label": 3,
          "random_label_bits": 3
        },
        {"generator": 4, "period": 0.004, "label": 1}
      ],
      "delays": [{"hemisphere": "top", "lines": [1, 2], "delay": 0.4}]
    }

    """

  /// Reads a random generator and emits the number; then, in the middle of things, eight channels of
  /// the column converter. Near the end resets neurons, then copies what the correlation sensors of
  /// rows 0, 8 and 9 say to ``sensors``.
  static let program = """
    _start:
      li t0, 0x10020000
      lbu t1, 0(t0)
      li t2, 0x20040000
      sw t1, 8(t2)
      li t3, 450
    1: addi t3, t3, -1
      bnez t3, 1b
      li t0, 0x10040000
      lw t1, 0(t0)
      lw t3, 4(t0)
      sw t1, 8(t2)
      srli t1, t1, 16
      sw t1, 8(t2)
      sw t3, 8(t2)
      srli t3, t3, 16
      sw t3, 8(t2)
      li t0, 0x20020000
      li t1, 1100
    1: lw t2, 0(t0)
      blt t2, t1, 1b
      vsetivli zero, 8, e8, m1, ta, ma
      vmv.v.i v8, 1
      li t0, 0x10030000
      vse8.v v8, (t0)
      li t0, 0x2000
      li t1, 0x10100000
      call both
      li t1, 0x10100800
      call both
      li t1, 0x10100900
      call both
    1: wfi
      j 1b
    both:
      vle8.v v8, (t1)
      vse8.v v8, (t0)
      li t2, 0x10000
      add t1, t1, t2
      vle8.v v8, (t1)
      addi t0, t0, 8
      vse8.v v8, (t0)
      addi t0, t0, 8
      ret

    """

  private static let assembled = Result { Program(try Assembler.assemble(text: program).image) }

  /// What a chip does.
  struct Behaviour: Equatable {
    var events: [SpikeEvent] = []
    var counters: [[UInt8]?] = []
    var sensors: [UInt8] = []
    var received: [SpikeEvent] = []
    var linkDrops: [UInt32] = []
    var samples: [MembraneSample] = []
  }

  /// Where the program puts what it reads of sensors.
  static let sensors: UInt32 = 0x2000

  /// All events with their times within 14.4 us, all counters, readings of sensors, and two
  /// membranes.
  static func digest(_ description: ChipDescription) throws -> Behaviour {
    var chip = description.makeChip()
    chip.isRecording = true
    try chip.load(assembled.get(), into: .top)
    chip.startMembraneADC(
      MembraneADCSettings(
        even: NeuronIndex(.top, column: 0), odd: NeuronIndex(.top, column: 5), isWarm: true))
    _ = chip.run(until: ClockTime(cycles: 3600))
    var behaviour = Behaviour()
    chip.takeEvents(into: &behaviour.events)
    chip.takeReceivedEvents(into: &behaviour.received)
    behaviour.linkDrops = chip.linkDropCounts
    chip.takeMembraneSamples(into: &behaviour.samples)
    behaviour.counters = Hemisphere.allCases.map {
      chip.inspect($0, at: AddressMap.counters.base, byteCount: 296 * 4)
    }
    behaviour.sensors = chip.readMemory(.top, at: sensors, byteCount: 48)
    return behaviour
  }
}
