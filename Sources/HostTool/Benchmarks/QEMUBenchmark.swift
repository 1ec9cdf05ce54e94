import Foundation

/// The benchmark programs under `qemu-riscv32`, if it is installed.
struct QEMUBenchmark {
  private let path: String

  /// Nil if there is no QEMU in the search path.
  init?() {
    let folders = ProcessInfo.processInfo.environment["PATH", default: "/usr/bin"]
    let candidates = folders.split(separator: ":").map { "\($0)/qemu-riscv32" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      return nil
    }
    path = found
  }

  /// What a number of turns takes: the difference of two runs, so that starting QEMU and translating
  /// the program cancel.
  func measure(
    _ workload: ProcessorBenchmark.Workload, _ effort: ProcessorBenchmark.Effort
  ) throws -> (seconds: Double, turns: Double) {
    let few = 16
    var many = 512
    let start = try shortest(workload, turns: few, effort)
    var seconds = try shortest(workload, turns: many, effort)
    while seconds - start < effort.seconds {
      many *= 8
      seconds = try shortest(workload, turns: many, effort)
      if many > 1 << 28 { break }
    }
    return (max(seconds - start, 1e-9), Double(many - few))
  }

  private func shortest(
    _ workload: ProcessorBenchmark.Workload, turns: Int, _ effort: ProcessorBenchmark.Effort
  ) throws -> Double {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranvier-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(workload.program(turns).elf).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
    var best = Double.infinity
    for _ in 0..<min(effort.repetitions, 3) { best = min(best, try seconds(of: url)) }
    return best
  }

  /// The processor time of one run.
  private func seconds(of program: URL) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-cpu", "rv32,v=true,vext_spec=v1.0,vlen=1024,elen=32", program.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let start = Self.childSeconds()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0, process.terminationReason == .exit else {
      throw ToolError("\(path) could not run a benchmark program")
    }
    return Self.childSeconds() - start
  }

  private static func childSeconds() -> Double {
    var usage = rusage()
    unsafe getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    let (user, system) = (usage.ru_utime, usage.ru_stime)
    return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) * 1e-6
  }
}
