import ChipDescription
import Learning

extension Command {
  static let train = Command(
    name: "train",
    summary: "train a network on the chip: the program learns from spike events",
    discussion: """
      PROGRAM is assembly (assembled on the fly) or an ELF file. It learns the Yin-Yang task on each
      chip; the host streams samples and supervision and computes nothing of the learning.

      Per epoch: the loss and the accuracy of the decisions made while learning, the accuracy on the
      validation split, spikes per sample, processor cycles per sample from its end to ready (250
      MHz; mean with batch updates, longest without), chip time so far, analog observables read (0
      for a spike-only program), and bytes of spike data per sample (4 per spike) beside sampling
      all membranes densely (8 bits every microsecond over 38).

      With --inject-noise the analog circuits are redrawn while the program learns: between samples
      those of another chip of a pool take their place, with the spreads of the chip itself.
      Validation and test see the chip's own circuits, which are not in the pool.

      --json has every setting of the run (settings: those of the first chip; session.parameters are
      words of the program that are not its defaults) and the epochs of each chip (history).

      With several chips a file name gets -chipN before its extension. --checkpoint writes the whole
      state after every epoch; --resume goes on from there to --epochs, byte for byte as without
      the break.
      """,
    positionals: [.one("PROGRAM", "a learning program: .s or ELF")],
    options: [
      .value("--epochs", "N", "passes over the training samples (default 60)"),
      .value("--samples", "N", "training samples used per epoch, from the first (default 5000)"),
      .value("--delays", "T", "longest delay in synaptic time constants, up to 2 (0: none)"),
      .flag("--no-bias", "a network without the bias input"),
      .value(
        "--inject-noise", "N",
        "learn on the circuits of N other chips in turn, for weights that move"),
      .value(
        "--pool-seed", "S",
        "seed of the first of them (default 1000 times that of the chip, plus 1)"),
      .value("--redraw-samples", "K", "training samples on each of them (default: a batch)"),
    ] + SessionOptions.learning + SessionOptions.options + [
      .value("--initial-weights", "FILE", "begin with these weights (.npz, as from --weights)"),
      .value("--weights", "FILE", "write the final weights as NumPy arrays (.npz)"),
      .value(
        "--record", "FILE", "record the events of the whole run (.trace binary, .spikes text)"),
      .value("--checkpoint", "FILE", "write the state after every epoch"),
      .value("--resume", "FILE", "go on from a checkpoint"),
    ] + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier train firmware/eventprop.s",
      "ranvier train firmware/eventprop.s --chips 5 --json > result.json",
      "ranvier train firmware/delgrad.s --epochs 150 --decay 0.985",
      "ranvier train firmware/eventprop.s --epochs 2 --record run.trace --weights run.npz",
    ],
    run: { invocation in
      let training = try Training(invocation)
      let results = try training.run()
      if invocation.wantsJSON {
        invocation.print(
          TrainingSummary.json(
            training.program, results, try training.options(chipSeed: training.seeds[0])))
      } else {
        for line in TrainingSummary.lines(results) { invocation.print(line) }
      }
      return .done
    })
}
