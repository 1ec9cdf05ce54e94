import InstructionSet
public import PlasticityProcessor

/// Writes a line per retired instruction, in the format of Spike's commit log, which other simulators
/// and comparing tools share:
///
/// ```
/// core   0: 3 0x80000064 (0x0c8572d7) x5  0x00000040 c8_vstart 0x00000000 c3104_vl 0x00000040
/// core   0: 3 0x80000068 (0x02055107) e16 m1 l64 v2  0x… c8_vstart 0x00000000 mem 0x80001000 …
/// core   0: 3 0x8000006c (0x00552223) mem 0x80001004 0x00000040
/// ```
/// Hart, privilege (3, machine mode), address and word of the instruction; what it has written, in
/// the order of the register numbers; each element that it has loaded, by its address; each that it
/// has stored, by address and value. A vector register is written whole, its highest byte first,
/// after SEW, LMUL and `vl`. An instruction that traps has no line.
///
/// An observer: what it looks at does not change. It wants to pause when ``bytes`` get many, so that
/// somebody takes them.
public struct CommitLog: InstructionObserver {
  /// The lines so far.
  public private(set) var bytes: [UInt8] = []
  private var before = CommitLogState()

  public init() {}

  /// Hands over the lines.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  public var wantsPause: Bool { bytes.count >= 1 << 20 }

  public mutating func willExecute(_ processor: borrowing PlasticityProcessor) {
    before = CommitLogState(processor)
  }

  public mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
    guard processor.instructionCount > before.instructionCount else { return }
    var line = CommitLogLine(hartID: processor.hartID, before.programCounter, before.word)
    before.writes(processor).sorted { $0.key < $1.key }.forEach { line.append($0, processor) }
    let accesses = before.accesses
    if accesses.isStore {
      for (address, value) in zip(accesses.addresses, before.storedValues) {
        line.append(" mem ", address)
        line.append(" ", value, digits: 2 * accesses.byteCount)
      }
    } else {
      for address in accesses.addresses { line.append(" mem ", address) }
    }
    bytes += line.bytes
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// What an instruction has written.
enum CommitLogWrite {
  case integer(UInt8)
  case vector(UInt8)
  case control(UInt16)
  /// No register, but the mark of a vector instruction.
  case vectorMark

  /// By this number Spike orders them.
  var key: Int {
    switch self {
    case .integer(let number): Int(number) << 4
    case .vector(let number): Int(number) << 4 | 2
    case .vectorMark: 3
    case .control(let number): Int(number) << 4 | 4
    }
  }
}

/// A line in the making.
struct CommitLogLine {
  private(set) var bytes: [UInt8] = []

  init(hartID: UInt32, _ programCounter: UInt32, _ word: UInt32) {
    bytes.reserveCapacity(64)
    let hart = String(hartID)
    bytes += Array("core\(String(repeating: " ", count: max(0, 4 - hart.count)))\(hart): 3".utf8)
    append(" ", programCounter)
    append(" (", word)
    bytes.append(UInt8(ascii: ")"))
  }

  mutating func append(_ write: CommitLogWrite, _ processor: borrowing PlasticityProcessor) {
    switch write {
    case .integer(let number):
      append(" x\(number)\(number < 10 ? " " : "") ", processor[x: Int(number)])
    case .control(let number):
      let name = ControlRegister.name(of: Int(number)) ?? "unknown"
      append(" c\(number)_\(name) ", processor.controlRegister(UInt32(number)) ?? 0)
    case .vector(let number):
      bytes += Array(" v\(number)\(number < 10 ? " " : "") 0x".utf8)
      for byte in processor[v: Int(number)].reversed() { append(UInt32(byte), digits: 2) }
    case .vectorMark:
      let type = processor.controlRegister(0xC21) ?? 0
      let length = processor.controlRegister(0xC20) ?? 0
      let shape = ElementShape(vtype: type) ?? ElementShape(width: 0, multiplier: 0)
      let grouping = shape.multiplier < 0 ? "mf" : "m"
      bytes += Array(
        " e\(8 << shape.width) \(grouping)\(1 << abs(shape.multiplier)) l\(length)".utf8)
    }
  }

  /// A number after some text, with all its digits.
  mutating func append(_ text: String, _ value: UInt32, digits: Int = 8) {
    bytes += Array(text.utf8)
    bytes.append(UInt8(ascii: "0"))
    bytes.append(UInt8(ascii: "x"))
    append(value, digits: digits)
  }

  private mutating func append(_ value: UInt32, digits: Int) {
    for digit in (0..<digits).reversed() {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt32(4 * digit) & 15)
      bytes.append(nibble + (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
    }
  }
}
