import Chip
import ChipGeometry
import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Networks in files.
@Suite struct StoredNetworkTests {
  static func network(_ name: String = "delgrad.s") throws -> StoredNetwork {
    var options = SessionTests.options
    options.session.outputRange = 4
    options.session.chip.analog.chipSeed = 7
    let run = try TrainingRun(SessionTests.program(named: name), options)
    return try StoredNetwork(run.session)
  }

  @Test("A network reads back as it was written, with all that is known of it")
  func roundTrip() throws {
    let network = try Self.network()
    #expect(network.masters.delays != nil && network.isDelayed && !network.hasGains)
    #expect(network.chipSeed == 7 && network.programName == "delgrad.s")
    #expect(network.outputRanges == [4] && network.hiddenRanges == [8])
    #expect(try StoredNetwork(NumPyArchive(bytes: network.archive.bytes)) == network)
    var gains = network
    gains.outputRanges = [1, 2.5, 3]
    #expect(try StoredNetwork(NumPyArchive(bytes: gains.archive.bytes)) == gains)
    #expect(gains.hasGains)
  }

  @Test("NumPy reads it, and what NumPy writes with the two weight arrays alone is a network")
  func numpy() throws {
    guard Oracle.python.isUsable else { return }
    let folder = try TemporaryFolder()
    let network = try Self.network()
    try Data(network.archive.bytes).write(to: folder.url.appendingPathComponent("a.npz"))
    let script = """
      import numpy as np
      a = np.load("a.npz")
      print(a["chip_seed"], a["program"], float(a["range_output"]), a["has_bias"], a["sample_ticks"])
      print(np.array_equal(a["codes_hidden"], (a["weights_hidden"].astype(int) * 63 + 2**14) >> 15))
      print(np.array_equal(a["delays"], (a["delay_masters"] + 8) >> 4))
      np.savez("b.npz", weights_hidden=np.asfortranarray(a["weights_hidden"]),
               weights_output=a["weights_output"])
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.text == "7 delgrad.s 4.0 1 6000\nTrue\nTrue\n", "\(result.errors)")
    let bytes = Array(try Data(contentsOf: folder.url.appendingPathComponent("b.npz")))
    let plain = try StoredNetwork(NumPyArchive(bytes: bytes))
    var masters = network.masters
    masters.delays = nil
    #expect(plain == StoredNetwork(masters))
  }

  static func error(_ change: (inout NumPyArchive) -> Void) throws -> String {
    var archive = try network().archive
    change(&archive)
    do {
      _ = try StoredNetwork(archive)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("Arrays that are missing, of another shape or type, or of impossible values are named")
  func malformed() throws {
    func replace(_ name: String, _ shape: [Int], _ values: NumPyArray.Values) throws -> String {
      try Self.error { archive in
        archive.entries.removeAll { $0.name == name }
        archive.append(name, NumPyArray(shape: shape, values: values))
      }
    }
    let missing = try Self.error { $0.entries.removeAll { $0.name == "weights_output" } }
    #expect(missing.hasPrefix("has no array 'weights_output'; it has: weights_hidden, codes_hid"))
    let zeros = [Int16](repeating: 0, count: 90)
    #expect(
      try replace("weights_output", [90], .int16(zeros))
        == "'weights_output' has shape [90], expected [source][neuron]")
    #expect(
      try replace("weights_output", [45, 2], .int16(zeros))
        == "'weights_output' has shape [45, 2], expected [30][outputs]")
    #expect(
      try replace("weights_output", [30, 3], .float64(zeros.map { Double($0) }))
        == "'weights_output' has another type than int16")
    #expect(
      try replace("delay_masters", [3], .int16([1, 2, 3]))
        == "'delay_masters' has shape [3], expected [35]")
    #expect(
      try replace("delay_masters", [35], .int16([Int16](repeating: -1, count: 35)))
        == "'delay_masters' has the value -1.0, expected 0 to 32752")
    #expect(
      try replace("range_output", [2], .float64([1, 2]))
        == "'range_output' has shape [2], expected [] or [3]")
    #expect(
      try replace("range_hidden", [], .float64([.nan]))
        == "'range_hidden' has the value nan, expected thresholds")
    #expect(
      try replace("has_bias", [], .float64([0.5]))
        == "'has_bias' has the value 0.5, expected a whole number of 0...1")
    #expect(
      try replace("program", [], .int16([3])) == "'program' has another type than one text")
  }

  @Test("A network is compared with the session and the program that shall use it")
  func comparison() throws {
    let network = try Self.network()
    let delgrad = try SessionTests.program(named: "delgrad.s")
    let eventprop = try SessionTests.program(named: "eventprop.s")
    var session = SessionConfiguration()
    #expect(
      throws: StoredNetworkError.other("number of hidden neurons", found: "30", expected: "120")
    ) { try network.check(session) }
    try network.apply(to: &session, of: delgrad)
    try network.check(session)
    #expect(session.hiddenCount == 30 && session.outputRange == 4 && session.hasBias)
    session.outputRange = 2
    #expect(
      throws: StoredNetworkError.other(
        "range of output weights", found: "4.0", expected: "2.0 thresholds")
    ) { try network.check(session) }
    session.outputRange = 4
    session.membraneTicks = 750
    #expect(throws: StoredNetworkError.self) { try network.check(session) }
    #expect(
      throws: StoredNetworkError.unsupported("axonal delays", program: "eventprop.s")
    ) { try network.check(eventprop) }
    var gains = try Self.network("eventprop.s")
    try gains.check(eventprop)
    gains.hiddenRanges = (1...30).map { Double($0) }
    #expect(throws: StoredNetworkError.self) { try gains.check(eventprop) }
    try gains.check(SessionTests.program(named: "inference.s"))
  }

  @Test("A gain per neuron is the range of its weights on the chip")
  func gains() throws {
    var network = try Self.network("eventprop.s")
    network.hiddenRanges = (1...30).map { Double($0) }
    network.outputRanges = [1, 2, 3]
    let program = try SessionTests.program(named: "inference.s")
    var configuration = SessionConfiguration()
    try network.apply(to: &configuration, of: program)
    let session = try LearningSession(program, configuration)
    for neuron in [0, 17, 29] {
      let parameters = session.chip.nominalParameters(
        of: NeuronIndex(.top, column: LayeredNetwork.column(hidden: neuron)))
      #expect(parameters.excitatoryGain == Double(neuron + 1))
      #expect(parameters.inhibitoryGain == Double(neuron + 1))
    }
    let last = session.chip.nominalParameters(of: NeuronIndex(.top, column: 130))
    #expect(last.excitatoryGain == 3)
  }
}
