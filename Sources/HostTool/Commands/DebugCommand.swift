import Debugging

extension Command {
  static let debug = Command(
    name: "debug",
    summary: "stop a program, step, look, and go back; or let gdb do so",
    discussion: ExecutionArguments.discussion + """


      With --bare it runs without the chip, as with run --bare. The chip's time stands still while the
      program does, and nothing that is looked at changes what follows: the end has the state hash of
      a run without debugger.

      Commands come from -x files, from --command, then from standard input, one a line; help lists
      them. They stop at locations (break decide, break eventprop.s:231), at changes of memory and
      registers (watch counter, watch a0), at events of the chip (watch event hidden[3]); step; print
      (print v8 e16 q15); and go back: reverse-step, reverse-continue. Control-C stops a program that
      runs. Changing a register or memory begins a new history.

      --gdb PORT waits for gdb-multiarch on the loopback interface instead (0: any free port) and
      prints the command line to use. gdb wants an ELF file: --elf FILE writes it for a source. Beside
      what gdb brings, monitor help lists what the chip has. At the end, stop reason, cycles,
      instructions and state hash are printed as by run.

      Exit status 3 if the program has trapped or failed when the session ends.
      """,
    positionals: ExecutionArguments.positionals,
    options: [
      .value("--gdb", "PORT", "serve the gdb remote protocol on 127.0.0.1:PORT"),
      .value("--elf", "FILE", "write the program as an ELF file with line information, for gdb"),
      .value("-x", "FILE", "take commands from FILE", repeats: true),
      .value("--command", "TEXT", "a command", repeats: true),
      .flag("--no-prompt", "end after the commands of -x and --command"),
    ] + ExecutionArguments.options,
    examples: [
      "ranvier debug firmware/eventprop.s --samples 2",
      "ranvier debug firmware/eventprop.s --no-prompt --command continue",
      "ranvier debug firmware/eventprop.s --gdb 3333 --elf eventprop.elf",
      "ranvier debug --bare rv32ui-p-add.elf",
    ],
    run: { invocation in
      let session = try DebugSession(invocation)
      return try session.run()
    })
}
