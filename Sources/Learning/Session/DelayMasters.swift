import ChipGeometry

/// The fine-grained axonal delays that a learning program keeps in its memory, 16 bits each; the
/// delay lines hold them rounded to ticks.
public struct DelayMasters: Equatable, Sendable {
  /// Masters per tick of 8 ns.
  public static let perTick = 16

  /// Of the inputs, the bias last.
  public var inputs: [Int16]
  /// Of the hidden neurons.
  public var hidden: [Int16]

  public init(inputs: [Int16], hidden: [Int16]) {
    self.inputs = inputs
    self.hidden = hidden
  }

  /// Inputs, then hidden neurons.
  public var values: [Int16] { inputs + hidden }

  /// What the delay lines hold for a master, in ticks.
  public static func ticks(_ master: Int16) -> Int {
    (Int(master) + perTick / 2) / perTick
  }
}

/// The axonal delays of a network's sources.
public struct SourceDelays: Equatable, Sendable {
  /// In ticks of 8 ns: inputs, then hidden neurons.
  public var ticks: [UInt16]

  /// SHA-256 over the delays as 16-bit little-endian numbers, in the same order.
  public var sha256: String {
    SHA256.hexDigest(
      ticks.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }
}
