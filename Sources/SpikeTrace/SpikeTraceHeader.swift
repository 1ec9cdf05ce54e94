/// Everything that a trace says about itself before its first event.
///
/// The order of the lists is kept by both forms. Fields that are nil or empty are not written.
public struct SpikeTraceHeader: Equatable, Sendable {
  /// The version of both forms that this module writes, and the newest that it reads.
  public static let formatVersion = 1
  /// The length of a tick in nanoseconds; format version 1 has no other.
  public static let tickNanoseconds = 8

  /// The program that made the trace.
  public var toolName: String
  public var toolVersion: String
  /// Seed of the fixed-pattern mismatch.
  public var chipSeed: UInt64?
  /// Seed of the temporal noise.
  public var noiseSeed: UInt64?
  /// Seed of the order of the samples.
  public var dataSeed: UInt64?
  /// The file of the learning program, as the user named it.
  public var programName: String?
  /// SHA-256 of the program's image, 64 lower-case hexadecimal digits.
  public var programSHA256: String?
  /// Name of the task, for example `yin-yang`.
  public var task: String?
  /// Input sources of the network, the bias included.
  public var inputCount: Int?
  public var hiddenCount: Int?
  public var outputCount: Int?
  /// Anything else, in order. Keys match `[a-z][a-z0-9_.-]*`, differ from each other and from the
  /// keys of the fields above.
  public var extra: [Entry] = []
  /// The program's parameter block: the 32-bit words at its symbols `param_<name>`.
  public var parameters: [Parameter] = []
  /// The 16-bit weight masters before the first event.
  public var arrays: [NamedArray] = []
  /// What the labels mean, for people.
  public var sourceNames: [SourceName] = []

  public init(toolName: String = "ranvier", toolVersion: String) {
    self.toolName = toolName
    self.toolVersion = toolVersion
  }

  /// A key with its value.
  public struct Entry: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// A word of the program's parameter block.
  public struct Parameter: Hashable, Sendable {
    /// Without the prefix `param_`; letters, digits, `_`, `.` and `$`.
    public var name: String
    public var value: Int32

    public init(_ name: String, _ value: Int32) {
      self.name = name
      self.value = value
    }
  }

  /// 16-bit numbers with a name and a shape.
  public struct NamedArray: Hashable, Sendable {
    /// Letters, digits, `_`, `.` and `$`.
    public var name: String
    /// For example `[5, 128]`; the last index runs fastest.
    public var shape: [Int]
    public var values: [Int16]

    /// - Precondition: `shape` holds at least one number, and as many values as its product says.
    public init(_ name: String, shape: [Int], values: [Int16]) {
      precondition(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "no such shape: \(shape)")
      precondition(shape.reduce(1, *) == values.count, "\(values.count) values in \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// What a label means, for example 0x520 = `input[0]`.
  public struct SourceName: Hashable, Sendable {
    public var label: UInt16
    public var name: String

    public init(label: UInt16, name: String) {
      self.label = label
      self.name = name
    }
  }

  /// The value of an extra key, nil if there is none.
  public func extra(_ key: String) -> String? { extra.first { $0.key == key }?.value }

  /// The value of a parameter, nil if there is none.
  public func parameter(_ name: String) -> Int32? {
    parameters.first { $0.name == name }?.value
  }

  /// The array of this name, nil if there is none.
  public func array(_ name: String) -> NamedArray? { arrays.first { $0.name == name } }
}
