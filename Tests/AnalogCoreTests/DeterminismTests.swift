import AnalogCore
import ChipGeometry
import Testing

@Suite struct DeterminismTests {
  static func run(_ manners: SampleWorkload.Manners) throws -> ([AnalogCore.PendingSpike], [UInt8])
  {
    var workload = SampleWorkload()
    for sample in 0..<UInt64(8) { try workload.run(sample: sample, manners) }
    return (workload.spikes, workload.core.checkpoint())
  }

  @Test("Questions, probes and checkpoints change neither spikes nor state")
  func independence() throws {
    let plain = try Self.run(.init())
    #expect(plain.0.count > 700)
    for manners in [
      SampleWorkload.Manners(asksOften: true), .init(probes: true), .init(savesAndRestores: true),
      .init(asksOften: true, probes: true, savesAndRestores: true),
    ] {
      let other = try Self.run(manners)
      #expect(other.0 == plain.0, "\(manners)")
      #expect(other.1 == plain.1, "\(manners)")
    }
  }

  @Test("Debug and release builds make the same spikes and the same state")
  func builds() throws {
    let (spikes, state) = try Self.run(.init())
    let text = spikes.map { "\($0.time.cycles) \($0.neuron.rawValue)\n" }.joined()
    // One value for all builds; a new one only with a change that is meant to change results.
    #expect(
      SHA256.hexDigest(text.utf8)
        == "2321d1b62bce2720ce97b056cea256a63d574e595604d2b81f1b453bcb561f34")
    #expect(
      SHA256.hexDigest(state) == "9ed3bfdf2daadffed3781c52397fe14300621a96bef65a79a7cbd07ebb3fbcab")
  }

  @Test("A checkpoint in the middle of everything goes on in the same way")
  func middle() throws {
    var core = TestCore(NeuronParameters(refractoryTime: 700), noise: 0.1)
    core.excite(63, at: 0)
    core.core.deliver(bus: 0, label: EventLabel(6), at: ClockTime(cycles: 10))
    _ = core.run(until: 700)
    core.excite(63, at: 800)
    let pending = core.core.nextSpike(atOrBefore: ClockTime(cycles: 9000))
    // The spike is due and an input of the same cycle has arrived.
    let due = try #require(pending).time.cycles
    core.inhibit(63, at: due)
    let bytes = core.core.checkpoint()
    let rest = core.run(until: 100_000)
    let after = core.core.checkpoint()
    core.core = try AnalogCore.restored(from: bytes)
    let again = core.core.checkpoint()
    #expect(again == bytes)
    let restOfRestored = core.run(until: 100_000)
    #expect(restOfRestored == rest)
    #expect(rest.first?.time.cycles == due)
    let afterRestored = core.core.checkpoint()
    #expect(afterRestored == after)
  }

  static func failure(_ bytes: [UInt8]) -> AnalogCheckpointError? {
    do throws(AnalogCheckpointError) {
      _ = try AnalogCore.restored(from: bytes)
      return nil
    } catch { return error }
  }

  @Test("Bytes that are no checkpoint are refused with the reason")
  func damagedCheckpoints() {
    let good = AnalogCore(AnalogConfiguration()).checkpoint()
    #expect(Self.failure(good) == nil)
    #expect(Self.failure([]) == .wrongLength(byteCount: 0))
    #expect(Self.failure(Array(good.dropLast())) == .wrongLength(byteCount: good.count - 1))
    #expect(Self.failure(good + [0]) == .wrongLength(byteCount: good.count + 1))
    var bad = good
    bad[0] ^= 1
    #expect(Self.failure(bad) == .notACheckpoint)
    bad = good
    // The sign of the nominal membrane time constant.
    bad[8 * 47 + 7] ^= 0x80
    #expect(Self.failure(bad) == .invalid("neuron parameters"))
  }
}
