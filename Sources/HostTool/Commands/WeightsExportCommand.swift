import Learning
import SpikeTrace

extension Command {
  static let weightsExport = Command(
    name: "weights export",
    summary: "write the weights of a network in thresholds, for other programs",
    discussion: """
      FILE is what train --weights writes. An .npz output has everything that FILE has (ranvier eval
      takes it too) and the arrays hidden and output: float64 [source][neuron], in thresholds, as
      weights import reads them. An output that ends in .csv becomes two tables, NAME-hidden.csv and
      NAME-output.csv, a line per source. The last source of the hidden layer is the bias.

      codes are the weights that the synapses hold, times their step; masters the finer ones from
      which learning goes on.
      """,
    positionals: [.one("FILE", "weights as from train --weights (.npz)")],
    options: [
      .output("write to FILE, .npz or .csv"),
      .value("--of", "NAME", "codes or masters (default codes)"),
      .flag("--transposed", "write [neuron][source]"),
    ],
    examples: [
      "ranvier weights export run.npz -o network.npz",
      "ranvier weights export run.npz --of masters -o network.csv",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let path = arguments.positional("FILE")
      let stored = try WeightsFile.read(path)
      let name = try arguments.choice(
        "--of", of: FloatNetwork.Precision.allCases.map(\.rawValue))
      let network = FloatNetwork(
        stored, name.flatMap(FloatNetwork.Precision.init(rawValue:)) ?? .codes)
      guard let output = arguments.value("--output") else {
        throw ToolError("--output FILE is missing", hint: "FILE ends in .npz or .csv")
      }
      let isTransposed = arguments.flag("--transposed")
      let layers = [("hidden", network.hidden), ("output", network.output)].map {
        ($0, isTransposed ? $1.transposed : $1)
      }
      if output.hasSuffix(".csv") {
        try writeTables(layers, output)
        if stored.masters.delays != nil {
          invocation.warn("the delays of \(path) are not in the tables; an .npz file has them")
        }
      } else if output.hasSuffix(".npz") {
        var archive = stored.archive
        for (name, matrix) in layers {
          archive.append(
            name,
            NumPyArray(
              shape: [matrix.sourceCount, matrix.neuronCount], values: .float64(matrix.values)))
        }
        try OutputFile.write(archive.bytes, to: output)
      } else {
        throw ToolError("\(output): the name ends neither in .npz nor in .csv")
      }
      return .done
    })

  /// Both files or none.
  private static func writeTables(
    _ layers: [(String, WeightMatrix)], _ output: String
  ) throws {
    let files = try layers.map { name, matrix in
      let file = try OutputFile("\(output.dropLast(4))-\(name).csv")
      try file.write(matrix.text)
      return file
    }
    for file in files { try file.commit() }
  }
}
