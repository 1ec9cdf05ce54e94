/// The names of the registers in assembler source and in listings.
public enum RegisterName {
  /// The names of x0 to x31 in the calling convention.
  public static let integer = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
  ]

  /// The number of an integer register by either of its names; `fp` is `s0`.
  public static func integer(named name: some StringProtocol) -> Int? {
    integerNumbers[String(name)]
  }

  /// The number of a vector register, `v0` to `v31`.
  public static func vector(named name: some StringProtocol) -> Int? {
    vectorNumbers[String(name)]
  }

  private static let integerNumbers: [String: Int] = {
    var numbers = ["fp": 8]
    for (number, name) in integer.enumerated() {
      numbers[name] = number
      numbers["x\(number)"] = number
    }
    return numbers
  }()

  private static let vectorNumbers = [String: Int](
    uniqueKeysWithValues: (0..<32).map { ("v\($0)", $0) })
}
