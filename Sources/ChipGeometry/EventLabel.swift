/// The 16-bit label that an event carries through crossbar, recorder and host links.
///
/// Bits 15:14 name the link channel, 13:11 are free for routing, 10:6 select synapse drivers (row
/// select), 5:0 are the synapse label (chip reference, section 1.2). An event from a neuron has its
/// event output in bits 10:8 and the back end's `address_out` in bits 7:0.
public struct EventLabel: Hashable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt16

  public init(_ rawValue: UInt16) { self.rawValue = rawValue }

  /// The label of an event that leaves a neuron back end.
  public init(eventOutput: Int, addressOut: UInt8) {
    rawValue = UInt16(eventOutput & 7) << 8 | UInt16(addressOut)
  }

  /// Bits 13:0, what the crossbar compares.
  public var neuronLabel: UInt16 { rawValue & 0x3FFF }
  /// Bits 10:6, compared with a driver's index on its bus under the driver's mask.
  public var rowSelect: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 6) & 31 }
  /// Bits 5:0, compared with the label stored in a synapse.
  public var synapseLabel: UInt8 { UInt8(truncatingIfNeeded: rawValue) & 63 }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
