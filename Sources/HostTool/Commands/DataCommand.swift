import Learning

extension Command {
  static let dataYinYang = Command(
    name: "data yin-yang",
    summary: "print a split of the Yin-Yang data set",
    discussion: """
      The samples are those of the authors' program, bit for bit: 5000 for training, 1000 for
      validation, 1000 for test. The columns are x, y, x_mirrored = 1 - x, y_mirrored = 1 - y and
      label (0 yang, 1 yin, 2 dot). csv has a line of column names and 17 significant digits; npy is
      a NumPy array of float64, one row a sample, the same five columns.
      """,
    options: [
      .value("--split", "SPLIT", "train, validation or test (default train)"),
      .value("--format", "FORMAT", "csv or npy (default csv)"),
      .output("write to FILE instead of standard output"),
    ],
    examples: ["ranvier data yin-yang --split test --format npy -o test.npy"],
    run: { invocation in
      let arguments = invocation.arguments
      let names = YinYang.Split.allCases.map(\.rawValue)
      let name = try arguments.choice("--split", of: names) ?? "train"
      let samples = YinYang.samples(of: YinYang.Split(rawValue: name) ?? .train)
      let isBinary = try arguments.choice("--format", of: ["csv", "npy"]) == "npy"
      let bytes = isBinary ? npy(samples) : Array(csv(samples).utf8)
      try invocation.deliver(bytes)
      return .done
    })

  private static func csv(_ samples: [YinYang.Sample]) -> String {
    var text = "x,y,x_mirrored,y_mirrored,label\n"
    for sample in samples {
      for value in sample.values { text += SignificantDigits.seventeen(value) + "," }
      text += "\(sample.label)\n"
    }
    return text
  }

  private static func npy(_ samples: [YinYang.Sample]) -> [UInt8] {
    let rows = samples.map { $0.values + [Double($0.label)] }
    return NumPyFile.bytes(rows: rows, columnCount: 5)
  }
}
