import ChipDescription
import SpikeTrace

extension Command {
  private static let chipOptions = ChipArguments.options

  static let networkShow = Command(
    name: "network show",
    summary: "explain a network description, or print its JSON Schema",
    discussion: """
      A network is populations of neurons, stimuli and projections between them, in physical units.
      Without FILE every field is listed with its unit, range, default and meaning.

      --schema prints the JSON Schema (draft 2020-12) of the files instead.

      --json: sha256, network (all fields), fields (a list of path, unit, expected, default, meaning,
      source).
      """,
    positionals: [.optional("FILE", "a network description")],
    options: [.flag("--schema", "print the JSON Schema"), .json],
    examples: ["ranvier network show", "ranvier network show network.json --json"],
    run: { invocation in
      if invocation.arguments.flag("--schema") {
        invocation.print(NetworkDescription.schema)
        return .done
      }
      var network = NetworkDescription()
      if let path = invocation.arguments.optional("FILE") {
        network = try DescriptionFile.read(path)
      }
      let report = DescriptionReport(network)
      if invocation.wantsJSON {
        invocation.print(report.json(named: "network"))
      } else {
        invocation.output.write(report.text)
      }
      return .done
    })

  static let networkMap = Command(
    name: "network map",
    summary: "map a network to columns, rows, labels and routes of the chip",
    discussion: """
      Prints where each neuron and each source is: hemisphere and column, the label of its events, the
      PADI bus that they take, and the synapse rows of its positive and negative weights. A network
      that does not fit is an error that says how much it needs, how much there is, and where.

      With -o the chip with the network on it is written as a chip description, for --chip of ranvier
      run and for ranvier chip diff.

      --json: network_sha256, chip_sha256, addresses (a list of name, hemisphere, column, label, bus,
      generator, delay_us, and top and bottom, each with excitatory_row, inhibitory_row, synapses),
      rates (of Poisson stimuli: name, generator, wanted_khz, realised_khz).
      """,
    positionals: [.one("FILE", "a network description")],
    options: [.output("write the chip description there")] + chipOptions + [.json],
    examples: [
      "ranvier network map network.json", "ranvier network map network.json -o mapped.json --json",
    ],
    run: { invocation in
      let mapping = try NetworkFile.mapping(invocation.arguments)
      if invocation.arguments.flag("--output") {
        try invocation.deliver(mapping.chip.json().text + "\n")
      }
      if invocation.wantsJSON {
        invocation.print(MappingReport(mapping).json)
      } else {
        invocation.output.write(MappingReport(mapping).text)
      }
      return .done
    })

  static let networkRun = Command(
    name: "network run",
    summary: "run a network on the chip, without or with a program, and record its spikes",
    discussion: """
      Maps the network, sends the events of its regular stimuli and of those from files, and runs the
      chip for the network's duration. PROGRAM runs on the top plasticity processor meanwhile; its end
      does not end the experiment, a trap does.

      --record writes the events of the groups that are recorded, with their names in the trace's
      header, and all that programs emit.

      The file of a stimulus, looked up beside the network's, is a trace, whose host events (flag
      stimulus) by ascending label are the members, or a table with a line 'time in us,member' for each
      event, in any order; lines that begin with # are skipped.

      --madc NAME records the membrane of a neuron by the membrane converter, 29.4 samples per
      microsecond of 10 bits, to the file of --madc-out: a table time_us,neuron,lsb, or arrays time_us,
      neuron (an index into names), lsb, names. A second neuron must lie in a column of other
      parity; the converter then works on both in turn. What is simulated stays the same.

      --json: what ranvier network map prints, and duration_us, chip_seed, noise_seed, program (null
      or its name), events_sent, events_recorded (all of the chip), events_lost, madc_samples
      (null without --madc), groups (a list of name, members, events, rate_khz per member),
      state_sha256.
      """,
    positionals: [
      .one("FILE", "a network description"),
      .optional("PROGRAM", "assembly source or ELF file for the top processor"),
    ],
    options: [
      .value("--record", "TRACE", "write the events (.spikes: as text)"),
      .flag("--both", "load the program into both processors"),
    ] + MembraneTrace.options + chipOptions + LoadedProgram.options + [.json],
    examples: [
      "ranvier network run network.json --record out.spikes",
      "ranvier network run network.json --madc excitatory[0] --madc-out membrane.csv",
      "ranvier network run network.json firmware/stdp.s --ideal --json",
    ],
    run: { invocation in
      var run = try NetworkRun.prepare(invocation)
      try run.go()
      return try run.report()
    })
}
