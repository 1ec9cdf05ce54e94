/// The header as text: the start of a text trace, the body of the `HEAD` chunk of a binary one.
enum HeaderText {
  /// The first line.
  static let signature = "ranvier trace"

  /// The lines of the header, without `[events]`.
  static func lines(of header: SpikeTraceHeader) -> String {
    var text = "\(signature) \(SpikeTraceHeader.formatVersion)\n"
    for field in HeaderField.allCases {
      if let value = field.value(in: header) { text += "\(field.rawValue): \(escaped(value))\n" }
    }
    for entry in header.extra { text += "\(entry.key): \(escaped(entry.value))\n" }
    if !header.parameters.isEmpty {
      text += "\n[parameters]\n"
      for parameter in header.parameters { text += "\(parameter.name) \(parameter.value)\n" }
    }
    for array in header.arrays {
      let shape = array.shape.map(String.init).joined(separator: "x")
      text += "\n[array \(array.name) int16 \(shape)]\n"
      // Long rows are broken, so that no line becomes longer than the reader allows.
      let row = min(array.shape[array.shape.count - 1], 1024)
      for start in stride(from: 0, to: array.values.count, by: row) {
        let end = min(start + row, array.values.count)
        text += array.values[start..<end].map(String.init).joined(separator: " ") + "\n"
      }
    }
    if !header.sourceNames.isEmpty {
      text += "\n[sources]\n"
      for source in header.sourceNames {
        let label = TraceError.hexadecimal(UInt64(source.label), digits: 3)
        text += "0x\(label) \(escaped(source.name))\n"
      }
    }
    return text
  }

  /// `text` on one line: a backslash, control characters, and spaces at either end become `\xHH`.
  static func escaped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      let isEdge = index == 0 || index == bytes.count - 1
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\")
        || (byte == 0x20 && isEdge)
      {
        result += Array("\\x\(TraceError.hexadecimal(UInt64(byte), digits: 2))".utf8)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// What ``escaped(_:)`` was given; nil if a backslash is not followed by `xHH` below 0x80.
  static func unescaped(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var result: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      guard rest.popFirst() == UInt8(ascii: "x"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        value < 0x80, rest.first != UInt8(ascii: "+")
      else { return nil }
      rest.removeFirst(2)
      result.append(value)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether `key` can be the key of a line `key: value`.
  static func isKey(_ key: String) -> Bool {
    guard let first = key.utf8.first, isLowerCase(first) else { return false }
    return key.utf8.allSatisfy {
      isLowerCase($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: "-")
    }
  }

  /// Whether `name` can name a parameter or an array.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        isLowerCase($0) || isLowerCase($0 | 0x20) || isDigit($0) || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "$")
      }
  }

  private static func isLowerCase(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

/// The keys with a field of their own in ``SpikeTraceHeader``, in the order in which they are
/// written.
enum HeaderField: String, CaseIterable {
  case tool
  case toolVersion = "tool_version"
  case tick = "tick_ns"
  case chipSeed = "chip_seed"
  case noiseSeed = "noise_seed"
  case dataSeed = "data_seed"
  case program
  case programSHA256 = "program_sha256"
  case task
  case inputs
  case hidden
  case outputs

  /// What the line of this key says, nil if there is no such line.
  func value(in header: SpikeTraceHeader) -> String? {
    switch self {
    case .tool: header.toolName
    case .toolVersion: header.toolVersion
    case .tick: String(SpikeTraceHeader.tickNanoseconds)
    case .chipSeed: header.chipSeed.map(String.init)
    case .noiseSeed: header.noiseSeed.map(String.init)
    case .dataSeed: header.dataSeed.map(String.init)
    case .program: header.programName
    case .programSHA256: header.programSHA256
    case .task: header.task
    case .inputs: header.inputCount.map(String.init)
    case .hidden: header.hiddenCount.map(String.init)
    case .outputs: header.outputCount.map(String.init)
    }
  }

  /// Sets the field. Returns what was expected if `text` cannot be its value.
  func set(_ text: String, in header: inout SpikeTraceHeader) -> String? {
    func seed(_ field: WritableKeyPath<SpikeTraceHeader, UInt64?>) -> String? {
      guard let value = DecimalText.unsigned(text) else { return "a decimal number below 2^64" }
      header[keyPath: field] = value
      return nil
    }
    func count(_ field: WritableKeyPath<SpikeTraceHeader, Int?>) -> String? {
      guard let value = DecimalText.unsigned(text), value < 1 << 31 else {
        return "a decimal number below 2^31"
      }
      header[keyPath: field] = Int(value)
      return nil
    }
    switch self {
    case .tool: header.toolName = text
    case .toolVersion: header.toolVersion = text
    case .tick:
      return text == "\(SpikeTraceHeader.tickNanoseconds)"
        ? nil : "\(SpikeTraceHeader.tickNanoseconds), the only tick of this format version"
    case .chipSeed: return seed(\.chipSeed)
    case .noiseSeed: return seed(\.noiseSeed)
    case .dataSeed: return seed(\.dataSeed)
    case .program: header.programName = text
    case .programSHA256:
      guard text.utf8.count == 64,
        text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
      else { return "64 lower-case hexadecimal digits" }
      header.programSHA256 = text
    case .task: header.task = text
    case .inputs: return count(\.inputCount)
    case .hidden: return count(\.hiddenCount)
    case .outputs: return count(\.outputCount)
    }
    return nil
  }
}

/// Numbers as the format writes them: digits only, no plus sign, no underscore.
enum DecimalText {
  static func unsigned(_ text: some StringProtocol) -> UInt64? {
    guard text.utf8.first != UInt8(ascii: "+") else { return nil }
    return UInt64(text)
  }

  static func signed<T: FixedWidthInteger>(_ text: some StringProtocol, as type: T.Type) -> T? {
    guard text.utf8.first != UInt8(ascii: "+") else { return nil }
    return T(text)
  }
}
