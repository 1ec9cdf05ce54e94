import AnalogCore
import Chip
import ChipGeometry

/// Chips whose mismatch takes turns while a network learns, so that it learns to work on all of
/// them: noise injection in the closed loop.
///
/// Only the analog circuits change. Program, weights and delays stay, and the program is not told.
/// Samples without teacher see the chip's own circuits, so validation and test tell how the network
/// does on a chip that it has not learned on.
public struct ChipPool: Equatable, Sendable {
  /// Whose mismatch is used, with the spreads of the chip that trains.
  public var seeds: [UInt64]
  /// Training samples after which the next one's turn comes; a new epoch begins with the next one.
  public var samplesPerTurn: Int

  /// - Precondition: there is a chip and a sample.
  public init(seeds: [UInt64], samplesPerTurn: Int) {
    precondition(!seeds.isEmpty && samplesPerTurn > 0, "a pool has chips and samples")
    self.seeds = seeds
    self.samplesPerTurn = samplesPerTurn
  }

  /// The seeds of a pool for the chip with that seed when nobody says others: 1000 seed + 1 on. The
  /// pools of chips do not overlap up to 999 members.
  public static func defaultSeeds(chipSeed: UInt64, count: Int) -> [UInt64] {
    (1...UInt64(count)).map { chipSeed &* 1000 &+ $0 }
  }

  /// Turns in an epoch.
  package func turnCount(samples: Int) -> Int { (samples + samplesPerTurn - 1) / samplesPerTurn }

  /// Whose turn it is: the pool in a new order each time it has been through.
  package func member(turn: Int, dataSeed: UInt64) -> Int {
    var stream = RandomStream(
      seed: dataSeed, name: "pool order of round \(turn / seeds.count)")
    return stream.permutation(seeds.count)[turn % seeds.count]
  }

  var description: String { "\(seeds), \(samplesPerTurn) samples each" }
}

/// The members of a pool, drawn once.
struct DrawnPool: Sendable {
  let pool: ChipPool
  let members: [ChipMismatch]
  /// Of the chip that trains.
  let own: ChipMismatch

  init?(_ options: TrainingOptions) {
    guard let pool = options.pool else { return nil }
    self.pool = pool
    let analog = options.session.chip.analog
    members = pool.seeds.map { ChipMismatch(seed: $0, spreads: analog.mismatch) }
    own = ChipMismatch(seed: analog.chipSeed, spreads: analog.mismatch)
  }
}
