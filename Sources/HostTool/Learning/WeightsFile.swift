import Learning
import SpikeTrace

/// Networks in NumPy archives (``StoredNetwork``), with the tool's error messages.
enum WeightsFile {
  static func write(
    _ session: borrowing LearningSession, to path: String
  ) throws {
    try OutputFile.write(StoredNetwork(session).archive.bytes, to: path)
  }

  /// Reads any network.
  static func read(_ path: String) throws(ToolError) -> StoredNetwork {
    let bytes = try InputFile.bytes(path)
    do {
      return try StoredNetwork(NumPyArchive(bytes: bytes))
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  /// Reads the masters of a network that must be that of the session.
  static func read(
    _ path: String, for session: SessionConfiguration, _ program: LearningProgram
  ) throws(ToolError) -> WeightMasters {
    let network = try read(path)
    do {
      try network.check(session)
      try network.check(program)
    } catch {
      throw ToolError("\(path): \(error)", hint: hint(error))
    }
    return network.masters
  }

  static func hint(_ error: StoredNetworkError) -> String? {
    switch error {
    case .other(let what, _, _) where what.contains("hidden neurons"):
      "--hidden N chooses the size of the network"
    case .other(let what, _, let expected) where what.contains("hidden weights"):
      "weights import --hidden-range \(expected) gives a network that range"
    case .other(let what, _, _) where what.contains("output weights"):
      "--output-range W chooses what the largest output weight means"
    case .other(let what, _, _) where what.contains("inputs"):
      "--no-bias leaves the bias input out"
    case .other(let what, _, _) where what.contains("membrane"):
      "--tau-ratio R chooses the ratio of the time constants"
    case .unsupported(let what, _) where !what.contains("synaptic"): "firmware/inference.s has one"
    default: nil
    }
  }
}
