/// The value of the `vtype` register: element width, register grouping, tail and mask policy.
public struct VectorType: Equatable, BitwiseCopyable, Sendable {
  /// As in the register; `vill` is bit 31.
  public var bits: UInt32

  public init(bits: UInt32) { self.bits = bits }

  private static let widths = ["e8", "e16", "e32", "e64"]
  /// By the `vlmul` field; 4 is reserved.
  private static let groupings = ["m1", "m2", "m4", "m8", "", "mf8", "mf4", "mf2"]
  private static let tailPolicies = ["tu", "ta"]
  private static let maskPolicies = ["mu", "ma"]

  /// From the names of assembler source: `e16`, `m1`, `ta`, `ma` in this order. As clang reads them,
  /// names may be left out; they are then `e8`, `m1`, `tu`, `mu`.
  ///
  /// `e64` is a name too; a processor with elements of at most 32 bits answers it with `vill`.
  public init?(names: [String]) {
    var rest = names[...]
    func position(in choices: [String]) -> UInt32 {
      guard let name = rest.first, !name.isEmpty, let index = choices.firstIndex(of: name)
      else { return 0 }
      rest.removeFirst()
      return UInt32(index)
    }
    bits = position(in: Self.widths) << 3
    bits |= position(in: Self.groupings)
    bits |= position(in: Self.tailPolicies) << 6
    bits |= position(in: Self.maskPolicies) << 7
    if names.isEmpty || !rest.isEmpty { return nil }
  }

  /// The four names; nil when a reserved bit or grouping is set.
  public var names: [String]? {
    let (width, grouping) = (Int(bits >> 3 & 7), Int(bits & 7))
    guard bits >> 8 == 0, width < Self.widths.count, grouping != 4 else { return nil }
    return [
      Self.widths[width], Self.groupings[grouping], Self.tailPolicies[Int(bits >> 6 & 1)],
      Self.maskPolicies[Int(bits >> 7 & 1)],
    ]
  }
}

/// The sets of accesses that a `fence` orders.
public enum FenceSet {
  /// Device input, device output, memory reads, memory writes: bits 3 to 0.
  private static let letters: [Character] = ["i", "o", "r", "w"]

  /// The bits of a set such as `rw`; nil when a letter is unknown, repeated or out of order.
  public static func bits(named name: some StringProtocol) -> Int? {
    var bits = 0
    for letter in name {
      guard let index = letters.firstIndex(of: letter), bits & ((2 << (3 - index)) - 1) == 0
      else { return nil }
      bits |= 1 << (3 - index)
    }
    return name.isEmpty ? nil : bits
  }

  /// The letters of a set; `0` for the empty one.
  public static func name(of bits: Int) -> String {
    let name = String((0..<4).filter { bits >> (3 - $0) & 1 != 0 }.map { letters[$0] })
    return name.isEmpty ? "0" : name
  }
}
