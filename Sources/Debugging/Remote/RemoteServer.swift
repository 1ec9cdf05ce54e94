import ChipGeometry
import PlasticityProcessor

/// The stub of the gdb remote protocol: bytes from gdb in, bytes for gdb out. It knows no sockets.
///
/// The subject is the one thread, number 1. Memory and registers are those of a program that stands
/// still, the chip's time with it. Writing them begins a new history for the way back.
package final class RemoteServer {
  package enum Ending: Equatable {
    case killed
    /// The program goes on alone.
    case detached
    /// gdb knows that the program has ended.
    case programEnded
  }

  package let debugger: Debugger
  let console: Console
  private let send: ([UInt8]) -> Void
  /// Set when the connection shall be closed.
  package private(set) var ending: Ending?
  private var reader = PacketReader()
  private var waiting: [PacketReader.Item] = []
  private var isAcknowledging = true
  /// What was sent last, for a repetition.
  private var lastPacket: [UInt8] = []
  private var lastCauses: [StopCause] = []
  /// gdb has seen the end of the program as a signal already.
  private var hasShownEnd = false
  private var points: [(kind: UInt8, range: MemoryRange, number: Int)] = []

  /// - Parameters:
  ///   - debugger: of the program, without stop points.
  ///   - poll: bytes that have come from gdb meanwhile, asked for while the program runs.
  ///   - send: takes bytes for gdb.
  package init(
    _ debugger: Debugger, poll: @escaping () -> [UInt8], send: @escaping ([UInt8]) -> Void
  ) {
    self.debugger = debugger
    self.send = send
    console = Console(debugger)
    debugger.stopsBeforeAccess = true
    debugger.isInterrupted = { [unowned self] in hasInterrupt(poll()) }
    debugger.printsOutput = { [unowned self] in sendConsole($0) }
  }

  /// Takes bytes from gdb and answers.
  package func receive(_ bytes: [UInt8]) {
    reader.feed(bytes)
    while ending == nil, let item = nextItem() { handle(item) }
  }

  private func nextItem() -> PacketReader.Item? {
    waiting.isEmpty ? reader.next() : waiting.removeFirst()
  }

  private func hasInterrupt(_ bytes: [UInt8]) -> Bool {
    reader.feed(bytes)
    var isFound = false
    while let item = reader.next() {
      if item == .interrupt { isFound = true } else { waiting.append(item) }
    }
    return isFound
  }

  private func handle(_ item: PacketReader.Item) {
    switch item {
    // Nothing runs.
    case .interrupt, .acknowledged: break
    case .refused: send(lastPacket)
    case .damaged: if isAcknowledging { send([UInt8(ascii: "-")]) }
    case .packet(let packet):
      if isAcknowledging { send([UInt8(ascii: "+")]) }
      if let reply = reply(packet) { sendPacket(reply) }
    }
  }

  private func sendPacket(_ text: String) {
    lastPacket = PacketReader.framed(text)
    send(lastPacket)
  }

  /// Prints text on gdb's console while the program runs.
  private func sendConsole(_ bytes: [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      sendPacket("O" + Hex.text(bytes[start..<min(start + 4096, bytes.count)]))
    }
  }

  // MARK: Packets

  private static let malformed = "E01"
  private static let failed = "E14"

  /// - Returns: the answer, empty for what is unknown; nil for no answer at all.
  private func reply(_ packet: [UInt8]) -> String? {
    guard let letter = packet.first else { return "" }
    let rest = packet.dropFirst()
    switch letter {
    case UInt8(ascii: "?"): return stopReply(lastCauses)
    case UInt8(ascii: "g"):
      return debugger.execution.withProcessor { processor in
        RemoteRegisters.all.map { Hex.text($0.bytes(of: processor)) }.joined()
      }
    case UInt8(ascii: "G"): return writeAllRegisters(rest)
    case UInt8(ascii: "p"): return readRegister(rest)
    case UInt8(ascii: "P"): return writeRegister(rest)
    case UInt8(ascii: "m"): return readMemory(rest)
    case UInt8(ascii: "M"): return writeMemory(rest, isBinary: false)
    case UInt8(ascii: "X"): return writeMemory(rest, isBinary: true)
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      return changePoint(rest, isInsertion: letter == UInt8(ascii: "Z"))
    case UInt8(ascii: "c"), UInt8(ascii: "C"): return move { $0.resume() }
    case UInt8(ascii: "s"), UInt8(ascii: "S"): return move { $0.stepInstructions() }
    case UInt8(ascii: "b"):
      switch rest {
      case [UInt8(ascii: "s")]: return move { $0.stepInstructionsBackwards() }
      case [UInt8(ascii: "c")]: return move { $0.resumeBackwards() }
      default: return ""
      }
    case UInt8(ascii: "H"), UInt8(ascii: "T"): return "OK"
    case UInt8(ascii: "D"):
      sendPacket("OK")
      ending = .detached
      return nil
    case UInt8(ascii: "k"):
      ending = .killed
      return nil
    default: return namedReply(String(decoding: packet, as: UTF8.self))
    }
  }

  private func namedReply(_ packet: String) -> String? {
    if packet.hasPrefix("qSupported") {
      return "PacketSize=\(String(PacketReader.maximumByteCount, radix: 16));QStartNoAckMode+;"
        + "qXfer:features:read+;vContSupported+;ReverseStep+;ReverseContinue+"
    }
    if packet.hasPrefix("qXfer:features:read:target.xml:") {
      return transfer(RemoteRegisters.description, packet.dropFirst(31))
    }
    if packet.hasPrefix("vCont;") { return resume(packet.dropFirst(6)) }
    if packet.hasPrefix("vKill") {
      sendPacket("OK")
      ending = .killed
      return nil
    }
    if packet.hasPrefix("qRcmd,") { return monitor(packet.dropFirst(6)) }
    switch packet {
    case "QStartNoAckMode":
      sendPacket("OK")
      isAcknowledging = false
      return nil
    case "vCont?": return "vCont;c;C;s;S"
    case "qfThreadInfo": return "m1"
    case "qsThreadInfo": return "l"
    case "qC": return "QC1"
    // The program is ours: quitting gdb ends it.
    case "qAttached": return "0"
    case "qSymbol::": return "OK"
    default: return ""
    }
  }

  private func transfer(_ text: String, _ range: Substring) -> String {
    let parts = range.split(separator: ",").map { Hex.number(Array($0.utf8)) }
    guard parts.count == 2, let offset = parts[0], let length = parts[1] else {
      return Self.malformed
    }
    let bytes = Array(text.utf8)
    guard Int(offset) < bytes.count else { return "l" }
    let end = min(bytes.count, Int(offset) + min(Int(length), 0x1000))
    return (end == bytes.count ? "l" : "m")
      + String(decoding: bytes[Int(offset)..<end], as: UTF8.self)
  }

  // MARK: Registers and memory

  private func readRegister(_ text: ArraySlice<UInt8>) -> String {
    guard let number = Hex.number(text) else { return Self.malformed }
    guard RemoteRegisters.all.indices.contains(Int(number)) else { return Self.failed }
    let register = RemoteRegisters.all[Int(number)]
    return debugger.execution.withProcessor { Hex.text(register.bytes(of: $0)) }
  }

  private func writeRegister(_ text: ArraySlice<UInt8>) -> String {
    let parts = text.split(separator: UInt8(ascii: "="))
    guard parts.count == 2, let number = Hex.number(parts[0]), let bytes = Hex.bytes(parts[1]),
      RemoteRegisters.all.indices.contains(Int(number))
    else { return Self.malformed }
    let register = RemoteRegisters.all[Int(number)]
    guard bytes.count == RemoteRegisters.byteCount(register) else { return Self.malformed }
    return debugger.write(bytes, to: register) ? "OK" : Self.failed
  }

  /// Writes those that differ, for many cannot be written.
  private func writeAllRegisters(_ text: ArraySlice<UInt8>) -> String {
    guard var bytes = Hex.bytes(text)?[...] else { return Self.malformed }
    for register in RemoteRegisters.all where !bytes.isEmpty {
      let count = RemoteRegisters.byteCount(register)
      guard bytes.count >= count else { return Self.malformed }
      let value = Array(bytes.prefix(count))
      bytes = bytes.dropFirst(count)
      if debugger.execution.withProcessor({ register.bytes(of: $0) }) != value {
        _ = debugger.write(value, to: register)
      }
    }
    return "OK"
  }

  /// `ADDRESS,LENGTH` before an optional colon.
  private func range(_ text: ArraySlice<UInt8>) -> (address: UInt32, byteCount: Int)? {
    let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count == 2, let address = Hex.number(parts[0]), let count = Hex.number(parts[1]),
      count <= PacketReader.maximumByteCount
    else { return nil }
    return (address, Int(count))
  }

  /// As much as can be read.
  private func readMemory(_ text: ArraySlice<UInt8>) -> String {
    guard let (address, byteCount) = range(text) else { return Self.malformed }
    let limit = min(byteCount, PacketReader.maximumByteCount / 2 - 16)
    if let bytes = debugger.execution.read(at: address, byteCount: limit) {
      return Hex.text(bytes)
    }
    var bytes: [UInt8] = []
    while bytes.count < limit,
      let byte = debugger.execution.read(at: address &+ UInt32(bytes.count), byteCount: 1)
    {
      bytes += byte
    }
    return bytes.isEmpty ? Self.failed : Hex.text(bytes)
  }

  private func writeMemory(_ text: ArraySlice<UInt8>, isBinary: Bool) -> String {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
      let (address, byteCount) = range(text[..<colon])
    else { return Self.malformed }
    let data = text[(colon + 1)...]
    guard let bytes = isBinary ? Array(data) : Hex.bytes(data), bytes.count == byteCount else {
      return Self.malformed
    }
    // gdb asks in this way whether the packet is known.
    if bytes.isEmpty { return "OK" }
    return debugger.write(bytes, at: address) ? "OK" : Self.failed
  }

  // MARK: Stop points

  private func changePoint(_ text: ArraySlice<UInt8>, isInsertion: Bool) -> String {
    guard let kind = text.first, text.dropFirst().first == UInt8(ascii: ",") else { return "" }
    let fields = text.dropFirst(2).prefix { $0 != UInt8(ascii: ";") }
    guard let (address, byteCount) = range(fields) else { return Self.malformed }
    let range = MemoryRange(address: address, byteCount: max(1, byteCount))
    let index = points.firstIndex { $0.kind == kind && $0.range == range }
    guard isInsertion else {
      if let index {
        _ = debugger.removeStopPoint(points[index].number)
        points.remove(at: index)
      }
      return "OK"
    }
    guard index == nil else { return "OK" }
    let point: StopPoint.Kind
    switch kind {
    case UInt8(ascii: "0"), UInt8(ascii: "1"): point = .breakpoint(address)
    case UInt8(ascii: "2"): point = .memory(range, .change)
    case UInt8(ascii: "3"): point = .memory(range, .read)
    case UInt8(ascii: "4"): point = .memory(range, .access)
    default: return ""
    }
    guard debugger.execution.read(at: address, byteCount: range.byteCount) != nil else {
      return Self.failed
    }
    points.append((kind, range, debugger.add(point, text: "gdb")))
    return "OK"
  }

  // MARK: Motion

  private func resume(_ actions: Substring) -> String {
    // There is one thread: the first action is its.
    switch actions.first {
    case "c", "C": return move { $0.resume() } ?? ""
    case "s", "S": return move { $0.stepInstructions() } ?? ""
    default: return ""
    }
  }

  private func move(_ body: (Debugger) -> [StopCause]) -> String? {
    let wasOver = debugger.end != nil
    lastCauses = body(debugger)
    guard let end = debugger.end else {
      hasShownEnd = false
      return stopReply(lastCauses)
    }
    return endReply(end, isFirst: !wasOver || !hasShownEnd)
  }

  private func stopReply(_ causes: [StopCause]) -> String {
    var text = "T\(causes.contains(.interrupted) ? "02" : "05")thread:1;"
    for cause in causes {
      switch cause {
      case .changed(let number, _, _, _), .accessed(let number, _, _): text += place(number)
      case .event(_, let event):
        let name = debugger.execution.eventNames.description(of: event)
        sendConsole(Array("event \(name) at tick \(event.tick)\n".utf8))
      case .beginning: text += "replaylog:begin;"
      case .done, .breakpoint, .interrupted, .over: break
      }
    }
    return text
  }

  private func place(_ number: Int) -> String {
    guard let point = points.first(where: { $0.number == number }) else { return "" }
    let name = [UInt8(ascii: "2"): "watch", UInt8(ascii: "3"): "rwatch"][point.kind] ?? "awatch"
    return "\(name):\(String(point.range.address, radix: 16));"
  }

  /// A trap is a signal first, so that one can look, and go back; going on then is the end.
  private func endReply(_ end: ProgramEnd, isFirst: Bool) -> String {
    let signal: String
    switch end {
    case .failed: signal = "06"
    case .stopped(.stopped(_, .trapped(let trap))): signal = Self.signal(trap.cause)
    case .stopped(.stopped(_, .exited(let code))):
      ending = .programEnded
      return "W" + Hex.text([UInt8(truncatingIfNeeded: code)])
    case .stopped(.stopped(_, .watchedStore(let value))):
      ending = .programEnded
      return "W" + Hex.text([UInt8(truncatingIfNeeded: value >> 1)])
    case .stopped:
      ending = .programEnded
      return "W00"
    }
    guard isFirst else {
      ending = .programEnded
      return "X" + signal
    }
    hasShownEnd = true
    sendConsole(Array((console.describe(end) + "\n").utf8))
    return "T\(signal)thread:1;"
  }

  /// gdb's numbers.
  private static func signal(_ cause: TrapCause) -> String {
    switch cause {
    case .illegalInstruction: "04"
    case .breakpoint: "05"
    case .instructionAddressMisaligned, .loadAddressMisaligned, .storeAddressMisaligned: "0a"
    case .instructionAccessFault, .loadAccessFault, .storeAccessFault: "0b"
    case .environmentCall, .timerInterrupt, .recorderInterrupt: "0c"
    }
  }
}
