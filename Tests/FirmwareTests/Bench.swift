import Assembler
import ChipGeometry
import Foundation
import PlasticityProcessor
import TestSupport

/// A learning program on a processor whose bus leads to plain arrays: no chip, no neurons. The test
/// says what the event recorder holds.
struct Bench: ~Copyable {
  var processor = PlasticityProcessor()
  let image: ProgramImage
  /// Weights of the synapse rows, and which of them were ever written.
  var synapses = [UInt8](repeating: 0, count: 65536)
  var written = [Bool](repeating: false, count: 65536)
  var isNeuronReset = [Bool](repeating: false, count: 256)
  /// Axonal delays, and which of them were ever written.
  var delayLines = [Int?](repeating: nil, count: 528)
  /// Delay taps, row after row of 64, likewise.
  var delayTaps = [Int?](repeating: nil, count: 4096)
  var isSpikeOnly = false
  private var random = RandomStream(seed: 1, name: "bench")
  private var entries: [UInt8] = []
  private var registers = [UInt32](repeating: 0, count: 16)
  /// Cycles from the wake-up to the next sleep, of the last sample.
  private(set) var cycles = 0

  /// Loads the program, sets parameters by name and weight masters `[source][lane]`, and runs the
  /// program until it waits for its first sample.
  init(
    _ image: ProgramImage, _ parameters: [String: Int32] = [:], hidden: [[Int16]] = [],
    output: [[Int16]] = [], delays: (inputs: [Int16], hidden: [Int16])? = nil,
    synapticDelays: (hidden: [[Int16]], output: [[Int16]])? = nil,
    hartID: UInt32 = 0
  ) {
    processor = PlasticityProcessor(hartID: hartID)
    self.image = image
    for segment in image.segments { processor.load(segment.bytes, at: segment.address) }
    processor.programCounter = image.entry
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      processor.writeWord(UInt32(bitPattern: value), at: address("param_" + name))
    }
    if !hidden.isEmpty {
      processor.writeWord(1, at: address("param_weights_preloaded"))
      store(hidden, at: "weights_hidden")
      store(output, at: "weights_output")
    }
    if let delays {
      store([delays.inputs], at: "delays_input")
      store([delays.hidden], at: "delays_hidden")
    }
    if let synapticDelays {
      store(synapticDelays.hidden, at: "delays_synaptic_hidden")
      store(synapticDelays.output, at: "delays_synaptic_output")
    }
    run()
  }

  func address(_ symbol: String) -> UInt32 {
    guard let address = image.address(of: symbol) else { fatalError("no symbol \(symbol)") }
    return address
  }

  func mailbox(_ offset: UInt32) -> Int32 {
    Int32(bitPattern: processor.readWord(at: AddressMap.mailbox.base + offset))
  }

  // MARK: What the program works with

  /// A lane of 16 bits of a vector register, sign-extended.
  func lane(_ register: Int, _ lane: Int) -> Int {
    let bytes = processor[v: register]
    return Int(Int16(bitPattern: UInt16(bytes[2 * lane]) | UInt16(bytes[2 * lane + 1]) << 8))
  }

  private mutating func store(_ rows: [[Int16]], at symbol: String) {
    let bytes = rows.flatMap { $0 }.flatMap { value in
      [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    processor.load(bytes, at: address(symbol))
  }

  /// `count` rows of masters.
  func masters(_ symbol: String, _ count: Int, lanes: Int = 128) -> [[Int]] {
    rows(symbol, count, lanes: lanes, bytesPerLane: 2).map {
      $0.map { Int(Int16(truncatingIfNeeded: $0)) }
    }
  }

  /// `count` rows of gradients.
  func gradients(_ symbol: String, _ count: Int, lanes: Int = 128) -> [[Int]] {
    rows(symbol, count, lanes: lanes, bytesPerLane: 4).map {
      $0.map { Int(Int32(truncatingIfNeeded: $0)) }
    }
  }

  /// Masters of delays or gradients by them, of `count` inputs.
  func inputs(_ symbol: String, _ count: Int, bytesPerLane: Int) -> [Int] {
    rows(symbol, 1, lanes: count, bytesPerLane: bytesPerLane)[0].map {
      bytesPerLane == 2
        ? Int(Int16(truncatingIfNeeded: $0)) : Int(Int32(truncatingIfNeeded: $0))
    }
  }

  private func rows(
    _ symbol: String, _ count: Int, lanes: Int, bytesPerLane size: Int
  ) -> [[Int]] {
    let bytes = processor.read(at: address(symbol), byteCount: lanes * size * count)
    return (0..<count).map { row in
      (0..<lanes).map { lane in
        (0..<size).reduce(0) { $0 | Int(bytes[(lanes * row + lane) * size + $1]) << (8 * $1) }
      }
    }
  }

  // MARK: Samples

  /// One event as the recorder holds it.
  struct Entry {
    var tick: Int
    var label: UInt16
  }

  /// Fills the recorder and wakes the program, which runs until it sleeps again.
  mutating func sample(_ events: [Entry], overflow: UInt32 = 0) {
    entries = events.flatMap { event in
      let stamp = UInt32(truncatingIfNeeded: event.tick)
      let words = [stamp, UInt32(event.label)]
      return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
    registers[0] = UInt32(events.count)
    registers[2] = overflow
    registers[7] = 1
    processor.setInterrupt(.recorder, true)
    let start = processor.cycle
    run()
    cycles = Int(processor.cycle - start)
  }

  private mutating func run() {
    while true {
      switch processor.run(untilCycle: processor.cycle + 1_000_000) {
      case .busAccess: serve()
      case .waiting: return
      case let stop: fatalError("the program stopped: \(stop)")
      }
    }
  }

  private mutating func serve() {
    let request = processor.busRequest!
    for index in 0..<request.elementCount {
      let address = processor.busAddress(ofElement: index)
      if request.isWrite {
        write(processor.busElement(index), to: address)
      } else {
        let value = read(address, byteCount: request.elementByteCount)
        processor.setBusElement(index, to: value)
      }
    }
    processor.completeBusAccess()
  }

  private func region(_ address: UInt32) -> (name: String, offset: Int) {
    let region = AddressMap.regions.last { $0.base <= address && address < $0.end }
    guard let region else { fatalError("nothing at \(address)") }
    return (region.name, Int(address - region.base))
  }

  private mutating func read(_ address: UInt32, byteCount: Int) -> UInt32 {
    let (name, offset) = region(address)
    switch name {
    case "RECORDER":
      return (0..<byteCount).reduce(0) { $0 | UInt32(entries[offset + $1]) << (8 * $1) }
    case "SYNAPSE_WEIGHTS": return UInt32(synapses[offset])
    case "RECORDER_REG": return registers[offset / 4]
    case "RANDOM": return UInt32(random.next(below: 256))
    default: fatalError("the program reads \(name)")
    }
  }

  private mutating func write(_ value: UInt32, to address: UInt32) {
    let (name, offset) = region(address)
    switch name {
    case "SYNAPSE_WEIGHTS":
      synapses[offset] = UInt8(value)
      written[offset] = true
    case "NEURON_RESET": isNeuronReset[offset] = value != 0
    case "DELAY": delayLines[offset / 2] = Int(value)
    case "DELAY_TAPS": delayTaps[offset / 2] = Int(value)
    case "RECORDER_REG":
      registers[offset / 4] = value
      if offset == 0x1C { processor.setInterrupt(.recorder, false) }
    case "CONTROL": isSpikeOnly = value == 1
    default: fatalError("the program writes \(name)")
    }
  }
}

/// The firmware of this repository.
enum Firmware {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("firmware")

  static let eventprop = image("eventprop.s")
  static let stdp = image("stdp.s")
  static let delgrad = image("delgrad.s")
  static let fastdeep = image("fastdeep.s")
  static let delgradSynaptic = image("delgrad_synaptic.s")

  private static func image(_ name: String) -> ProgramImage {
    do {
      return try Assembler.assemble(files: [folder.appendingPathComponent(name).path]).image
    } catch {
      fatalError("\(error)")
    }
  }
}
