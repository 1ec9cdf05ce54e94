public import Assembler
public import Chip
import ChipGeometry

/// A program that learns on a plasticity processor, with the symbols that the host uses.
///
/// The host knows a program by symbols alone: every parameter is a 32-bit word at `param_<name>`, the
/// weight masters are at `weights_hidden` and `weights_output`, the gradients of the current batch at
/// `gradient_hidden` and `gradient_output`; a program that learns axonal delays also has `delays_input`,
/// `delays_hidden`, `gradient_delay_input` and `gradient_delay_hidden`, one that learns synaptic ones
/// `delays_synaptic_…` and `gradient_synaptic_…` of `hidden` and `output`. A program that only decides
/// has no gradients but the symbol `inference_only` (`firmware/README.md`).
public struct LearningProgram: Sendable {
  /// The file it comes from.
  public let name: String
  /// SHA-256 of what is loaded.
  public let sha256: String
  public let program: Program
  /// What the program was made from, with its symbols.
  public let image: ProgramImage
  /// Sorted by address.
  public let parameters: [Parameter]
  private let addresses: [String: UInt32]

  /// A word that the host may set before the start.
  public struct Parameter: Equatable, Sendable {
    /// Without `param_`.
    public var name: String
    public var address: UInt32
    /// What the program comes with.
    public var value: Int32
  }

  public init(_ image: ProgramImage, name: String) {
    self.name = name
    self.image = image
    sha256 = image.sha256
    program = Program(image)
    var addresses: [String: UInt32] = [:]
    for symbol in image.symbols where addresses[symbol.name] == nil {
      addresses[symbol.name] = symbol.value
    }
    self.addresses = addresses
    var parameters: [Parameter] = []
    for symbol in image.symbols where symbol.name.hasPrefix("param_") {
      guard let value = program.word(at: symbol.value) else { continue }
      parameters.append(
        Parameter(
          name: String(symbol.name.dropFirst(6)), address: symbol.value,
          value: Int32(bitPattern: value)))
    }
    self.parameters = parameters.sorted { ($0.address, $0.name) < ($1.address, $1.name) }
  }

  /// The address of a symbol, nil if the program has none of that name.
  public func address(of symbol: String) -> UInt32? { addresses[symbol] }

  /// The delays that it learns, or is given, beside weights; nil if none.
  public var delayKind: DelayKind? {
    if addresses["delays_hidden"] != nil { return .axonal }
    return addresses["delays_synaptic_hidden"] != nil ? .synaptic : nil
  }

  /// Whether it learns delays beside weights.
  public var learnsDelays: Bool { delayKind != nil && !isInferenceOnly }

  /// Whether it decides with the weights that it is given, and learns nothing.
  public var isInferenceOnly: Bool { addresses["inference_only"] != nil }

  /// Which double-precision rule its gradient is.
  public var rule: GradientRule { addresses["own_slope"] != nil ? .delGrad : .eventProp }

  /// The parameter of that name.
  public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// The address of a symbol that the host cannot do without.
  func required(_ symbol: String) throws(SessionError) -> UInt32 {
    guard let address = addresses[symbol] else { throw .missingSymbol(symbol, program: name) }
    return address
  }
}

extension LearningProgram {
  /// The address of an array that the host cannot do without.
  func required(_ symbol: String, byteCount: Int) throws(SessionError) -> UInt32 {
    let address = try required(symbol)
    let end = UInt64(address) + UInt64(byteCount)
    guard end <= UInt64(AddressMap.sram.base + AddressMap.sram.byteCount) else {
      throw .symbolOutside(symbol, program: name, address: address, byteCount: byteCount)
    }
    return address
  }
}

extension Program {
  /// The program that an image holds.
  public init(_ image: ProgramImage) {
    self.init(
      segments: image.segments.map { Segment(address: $0.address, bytes: $0.bytes) },
      entry: image.entry)
  }

  /// A little-endian word of the initial memory, nil outside the segments.
  func word(at address: UInt32) -> UInt32? {
    for segment in segments where address >= segment.address {
      let offset = Int(address - segment.address)
      guard offset + 4 <= segment.bytes.count else { continue }
      return (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(segment.bytes[offset + $1]) }
    }
    return nil
  }
}
