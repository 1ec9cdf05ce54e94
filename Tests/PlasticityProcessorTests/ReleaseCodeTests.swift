import Foundation
import TestSupport
import Testing

/// What the optimizer makes of the interpreter. Needs a release build of its own, so it runs only when
/// `RANVIER_RELEASE_CHECKS` is set.
@Suite struct ReleaseCodeTests {
  static let isWanted = ProcessInfo.processInfo.environment["RANVIER_RELEASE_CHECKS"] != nil

  /// Functions that run for every instruction, by parts of their mangled names.
  static let hot = [
    "9interpret", "13executeVector", "14executeSlowly", "7compute", "11stallCycles",
    "11LaneKernels", "11ActiveLanes", "11elementwise", "8widening", "9narrowing", "7permute",
    "15accessGenerally", "11accessLanes", "3run10untilCycle",
  ]

  /// Calls that allocate or count references.
  static let forbidden = ["swift_retain", "swift_release", "swift_alloc", "swift_slow", "malloc"]

  @Test(
    "No function of the interpreter's loop allocates or counts references",
    .enabled(if: isWanted, "RANVIER_RELEASE_CHECKS is not set"))
  func noAllocation() throws {
    let folder = try TemporaryFolder()
    let swift = try #require(Oracle.clang.path).replacing("/clang", with: "/swift")
    let build = try Oracle.run(
      swift,
      [
        "build", "-c", "release", "--target", "PlasticityProcessor", "--package-path",
        repository.path, "--scratch-path", folder.path("build"),
      ])
    #expect(build.status == 0, "\(build.text) \(build.errors)")
    let objects = folder.url.appendingPathComponent(
      "build/release/PlasticityProcessor.build", isDirectory: true)
    let files = try FileManager.default.contentsOfDirectory(atPath: objects.path)
      .filter { $0.hasSuffix(".o") }.sorted()
    let listing = try Oracle.llvmObjdump.run(
      ["-d", "-r", "--no-show-raw-insn"] + files, in: objects)
    #expect(listing.status == 0, "\(listing.errors)")
    var function = ""
    var seen = [Int](repeating: 0, count: Self.hot.count)
    var isHot = false
    var offences: [String] = []
    for line in listing.text.split(separator: "\n") {
      if line.hasSuffix(">:") {
        function = String(line)
        isHot = false
        for (index, part) in Self.hot.enumerated() where function.contains(part) {
          seen[index] += 1
          isHot = true
        }
      } else if isHot, line.contains("R_"), Self.forbidden.contains(where: line.contains) {
        offences.append("\(function) \(line)")
      }
    }
    #expect(offences == [])
    // The check has looked at something: the loop, and the kernels of all operations.
    #expect(
      seen[0] > 0 && seen[1] > 0 && seen[5] > 100, "\(zip(Self.hot, seen).map { "\($0) \($1)" })")
  }
}
