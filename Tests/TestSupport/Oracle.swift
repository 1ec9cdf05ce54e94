import Foundation

/// A program from outside that a test compares with.
///
/// Oracles are optional for users: a test that lacks one is skipped with a visible reason. With
/// `RANVIER_REQUIRE_ORACLES` set, as in `.ci/run`, a missing oracle is a failure instead.
public enum Oracle: String, Sendable {
  case clang
  case ldLLD = "ld.lld"
  case llvmObjdump = "llvm-objdump"
  case llvmObjcopy = "llvm-objcopy"
  case readelf
  case qemu = "qemu-riscv32"
  case gdb = "gdb-multiarch"
  case python = "python3"

  public static let required =
    ProcessInfo.processInfo.environment["RANVIER_REQUIRE_ORACLES"] != nil

  /// Where the program is, nil if it is nowhere. The toolchain that builds us comes first: systems
  /// may have older programs of the same names.
  public var path: String? {
    let environment = ProcessInfo.processInfo.environment
    var folders = environment["PATH", default: ""].split(separator: ":").map(String.init)
    folders += ["/opt/swift/usr/bin", "/usr/bin", "/usr/local/bin"]
    func has(_ program: String) -> (String) -> Bool {
      { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
    let toolchains = folders.filter(has("swift-build"))
    return (toolchains + folders).first(where: has(rawValue)).map { "\($0)/\(rawValue)" }
  }

  /// For `.enabled(if:)`: true also when the oracle is missing but required, so that the test fails.
  public var isUsable: Bool { path != nil || Self.required }

  public struct Result: Sendable {
    public var status: Int32
    public var output: Data
    public var errors: String
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs the oracle to its end.
  public func run(_ arguments: [String], input: Data = Data(), in folder: URL? = nil) throws
    -> Result
  {
    guard let path else { throw MissingOracle(name: rawValue) }
    return try Self.run(path, arguments, input: input, in: folder)
  }

  /// Runs any program to its end.
  public static func run(
    _ path: String, _ arguments: [String], input: Data = Data(), in folder: URL? = nil
  ) throws -> Result {
    let scratch = try TemporaryFolder()
    let outputURL = scratch.url.appendingPathComponent("out")
    let errorURL = scratch.url.appendingPathComponent("err")
    let inputURL = scratch.url.appendingPathComponent("in")
    for url in [outputURL, errorURL] { try Data().write(to: url) }
    try input.write(to: inputURL)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: inputURL)
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    if let folder { process.currentDirectoryURL = folder }
    try process.run()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Result(
      status: signalled ? 128 + process.terminationStatus : process.terminationStatus,
      output: try Data(contentsOf: outputURL),
      errors: String(decoding: try Data(contentsOf: errorURL), as: UTF8.self))
  }
}

public struct MissingOracle: Error, CustomStringConvertible {
  public let name: String
  public var description: String { "the oracle \(name) is not installed; .ci/run installs it" }
}

/// A folder that disappears with its last reference.
public final class TemporaryFolder: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranvier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a text file and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
