import ChipGeometry

/// A distribution over binary units: p(z) ∝ exp(½ Σ W_ij z_i z_j + Σ b_i z_i).
public struct BoltzmannMachine: Equatable, Sendable {
  /// Symmetric, zero on the diagonal.
  public var weights: [[Double]]
  public var biases: [Double]

  public var unitCount: Int { biases.count }

  /// Weights and biases at random: 1.2 (x - ½), x from a beta distribution with both parameters ½ (as
  /// in Petrovici et al. 2016, Stochastic inference with spiking neurons in the high-conductance
  /// state).
  public init(unitCount: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, name: "Boltzmann machine")
    func draw() -> Double {
      // The square of the cosine of a random direction has that distribution.
      while true {
        let (x, y) = (2 * random.uniform() - 1, 2 * random.uniform() - 1)
        let square = x * x + y * y
        if square <= 1 { return 1.2 * (x * x / square - 0.5) }
      }
    }
    weights = [[Double]](
      repeating: [Double](repeating: 0, count: unitCount), count: unitCount)
    biases = (0..<unitCount).map { _ in draw() }
    for i in 0..<unitCount {
      for j in 0..<i {
        weights[i][j] = draw()
        weights[j][i] = weights[i][j]
      }
    }
  }

  /// The probability of each state; bit k of its number is unit k.
  public var probabilities: [Double] {
    let weights = (0..<(1 << unitCount)).map { state in
      ElementaryFunctions.exp(-energy(of: state))
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private func energy(of state: Int) -> Double {
    var energy = 0.0
    for i in 0..<unitCount where state >> i & 1 == 1 {
      energy -= biases[i]
      for j in 0..<i where state >> j & 1 == 1 { energy -= weights[i][j] }
    }
    return energy
  }

  /// Σ p ln(p/q): how far `found` is from `expected`, which is positive everywhere.
  public static func divergence(of found: [Double], from expected: [Double]) -> Double {
    zip(found, expected).reduce(0) { sum, pair in
      pair.0 > 0 ? sum + pair.0 * ElementaryFunctions.log(pair.0 / pair.1) : sum
    }
  }
}
