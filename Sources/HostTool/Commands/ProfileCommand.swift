import ChipDescription
import Debugging

extension Command {
  static let profile = Command(
    name: "profile",
    summary: "show where a program's processor cycles go",
    discussion: ExecutionArguments.discussion + """


      Every cycle of the top processor is counted once: as execution, as a stall for branch, multiply,
      memory (SRAM), synapse (weights, labels, neuron reset, random generators), events (recorder
      memory), bus (other registers), trap, or as wait (asleep). Percentages are of the cycles awake.
      Symbols are the labels of the program. Profiling changes nothing: the printed state hash is that
      of a run without it.

      --json: program, program_sha256, stop_reason, instructions, cycles (awake), wait_cycles,
      samples, cycles_per_sample, start_cycles (before the first sample), causes (cycles by cause), symbols and lines (lists of name,
      instructions, cycles, and cycles by cause), state_sha256.
      """,
    positionals: ExecutionArguments.positionals,
    options: [
      .value("--top", "N", "rows of the tables by symbol and by line (default 12)"),
      .value("--skip", "N", "samples that pass before counting begins (default 0)"),
      .value("--annotate", "FILE", "write the listing with the cost of each instruction"),
      .value("--folded", "FILE", "write folded stacks, for flame graphs"),
      .value(
        "--chrome", "FILE",
        "write phases, calls and spikes as Chrome trace JSON, for ui.perfetto.dev"),
    ] + ExecutionArguments.options + [.json],
    examples: [
      "ranvier profile firmware/eventprop.s --samples 40",
      "ranvier profile firmware/eventprop.s --folded out.folded --chrome out.json",
      "ranvier profile blink.s --until 1ms --annotate blink.lst",
      "ranvier profile --bare sort.elf --top 30",
    ],
    run: { invocation in
      let run = try ProfileRun(invocation)
      return try run.report()
    })
}
