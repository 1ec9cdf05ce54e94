import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct NumPyTests {
  static let archive: NumPyArchive = {
    var archive = NumPyArchive()
    archive.append(
      "codes", NumPyArray(shape: [2, 3], values: .int16([1, -2, 3, -32768, 32767, 0])))
    archive.append("gradient", NumPyArray(shape: [1, 2], values: .int32([.min, 70000])))
    archive.append("seed", NumPyArray(shape: [], values: .int64([(1 << 60) + 1])))
    archive.append("names", NumPyArray(shape: [2], values: .text(["τs", "program.s"])))
    archive.append("times", NumPyArray(shape: [2], values: .float64([0.1, -1e300])))
    return archive
  }()

  @Test("An archive reads back as it was written")
  func roundTrip() throws {
    #expect(try NumPyArchive(bytes: Self.archive.bytes) == Self.archive)
    #expect(Self.archive["times"]?.doubles == [0.1, -1e300])
    #expect(Self.archive["other"] == nil)
  }

  @Test("NumPy reads our archive and we read NumPy's", .enabled(if: Oracle.python.isUsable))
  func numpy() throws {
    let folder = try TemporaryFolder()
    try Data(Self.archive.bytes).write(to: folder.url.appendingPathComponent("a.npz"))
    let script = """
      import numpy as np
      a = np.load("a.npz")
      for k in a: print(k, a[k].dtype, a[k].shape, a[k].tolist())
      np.savez("b.npz", **{k: a[k] for k in a})
      cube = np.arange(24.0).reshape(2, 3, 4)
      np.savez("d.npz", codes=np.asfortranarray(a["codes"]), cube=np.asfortranarray(cube))
      np.savez_compressed("c.npz", codes=a["codes"])
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(
      result.text == """
        codes int16 (2, 3) [[1, -2, 3], [-32768, 32767, 0]]
        gradient int32 (1, 2) [[-2147483648, 70000]]
        seed int64 () 1152921504606846977
        names <U9 (2,) ['τs', 'program.s']
        times float64 (2,) [0.1, -1e+300]

        """, "\(result.errors)")
    let theirs = try Data(contentsOf: folder.url.appendingPathComponent("b.npz"))
    #expect(try NumPyArchive(bytes: Array(theirs)) == Self.archive)
    let columns = try Data(contentsOf: folder.url.appendingPathComponent("d.npz"))
    let read = try NumPyArchive(bytes: Array(columns))
    #expect(read["codes"] == Self.archive["codes"])
    #expect(read["cube"]?.doubles == (0..<24).map { Double($0) })
    #expect(read["cube"]?.shape == [2, 3, 4])
    let compressed = try Data(contentsOf: folder.url.appendingPathComponent("c.npz"))
    #expect(throws: NumPyError.self) { try NumPyArchive(bytes: Array(compressed)) }
  }

  @Test("Damaged archives are refused with the place, never with a crash")
  func damaged() throws {
    let good = Self.archive.bytes
    #expect(throws: NumPyError.self) { try NumPyArchive(bytes: []) }
    var state: UInt64 = 1
    var refused = 0
    for _ in 0..<3000 {
      var bytes = good
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let at = Int(state >> 33) % bytes.count
      if state & 0x100 == 0 { bytes.removeLast(at) } else { bytes[at] ^= UInt8(1 + (state >> 60)) }
      do { _ = try NumPyArchive(bytes: bytes) } catch { refused += 1 }
    }
    #expect(refused > 2000)
    var flipped = good
    flipped[300] ^= 1
    #expect(throws: NumPyError.self) { try NumPyArchive(bytes: flipped) }
  }
}
