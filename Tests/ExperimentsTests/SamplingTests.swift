import AnalogCore
import ChipDescription
import ChipGeometry
import Testing

@testable import Experiments

@Suite struct SamplingTests {
  @Test("A machine's probabilities are those of its energies")
  func probabilities() {
    var machine = BoltzmannMachine(unitCount: 2, seed: 1)
    machine.biases = [0.5, -1]
    machine.weights = [[0, 0.8], [0.8, 0]]
    // e^0, e^0.5, e^-1, e^(0.5 - 1 + 0.8): the sum of Python's math.exp is 4.3664596...
    let sum = 1 + 1.6487212707001282 + 0.36787944117144233 + 1.3498588075760032
    let expected = [1, 1.6487212707001282, 0.36787944117144233, 1.3498588075760032].map { $0 / sum }
    for (found, expected) in zip(machine.probabilities, expected) {
      #expect(abs(found - expected) < 1e-14)
    }
    #expect(BoltzmannMachine.divergence(of: expected, from: expected) == 0)
    let divergence = BoltzmannMachine.divergence(
      of: [0.5, 0.5, 0, 0], from: [0.25, 0.25, 0.25, 0.25])
    #expect(abs(divergence - 0.6931471805599453) < 1e-15, "ln 2")
  }

  @Test("Random machines are symmetric, within ±0.6, and theirs is the arcsine distribution")
  func random() {
    var values: [Double] = []
    for seed in 0..<200 as Range<UInt64> {
      let machine = BoltzmannMachine(unitCount: 5, seed: seed)
      for i in 0..<5 {
        #expect(machine.weights[i][i] == 0)
        for j in 0..<i {
          #expect(machine.weights[i][j] == machine.weights[j][i])
          values.append(machine.weights[i][j] / 1.2)
        }
      }
      values += machine.biases.map { $0 / 1.2 }
    }
    #expect(values.allSatisfy { abs($0) <= 0.5 } && values.count == 3000)
    let mean = values.reduce(0, +) / 3000
    let square = values.reduce(0) { $0 + $1 * $1 } / 3000
    // Variance 1/8, fourth central moment 3/128: standard errors 0.0065 and 0.0016.
    #expect(abs(mean) < 0.026 && abs(square - 0.125) < 0.0065)
    #expect(Set(values).count == 3000, "machines differ")
  }

  @Test("Times of states are those of overlapping refractory times")
  func stateTimes() {
    var states = StateTimes(unitCount: 2)
    // Units are on for 2500 ticks.
    states.spike(of: 0, at: 2000)
    states.spike(of: 1, at: 4000)
    states.spike(of: 0, at: 6000)
    let found = states.probabilities(at: 10000)
    // Unit 0 is on 2000…4500 and 6000…8500, unit 1 4000…6500.
    let expected: [Double] = [3500.0 / 10000, 4000.0 / 10000, 1500.0 / 10000, 1000.0 / 10000]
    #expect(found == expected)
    #expect(states.probabilities(at: 20000)[0] == 13500.0 / 20000)
  }

  @Test("The fit of an activation curve finds the logistic function that made it")
  func fit() {
    let points = stride(from: 0.2, through: 1.8, by: 0.1).map { leak in
      (leak: leak, isOn: 1 / (1 + ElementaryFunctions.exp(-(leak - 1.07) / 0.21)))
    }
    let activation = BoltzmannSampling.fit(points)
    #expect(abs(activation.center - 1.07) < 1e-12 && abs(activation.width - 0.21) < 1e-12)
  }

  @Test("Neurons on a mismatched chip sample from the distribution that is asked for")
  func sampling() throws {
    var sampling = BoltzmannSampling()
    sampling.chip.analog.chipSeed = 3
    sampling.calibrationTicks = 625_000
    sampling.samplingTicks = 2_500_000
    let machine = BoltzmannMachine(unitCount: 3, seed: 2)
    let result = try sampling.run(machine)
    for activation in result.activations {
      #expect((0.2...1.1).contains(activation.center), "\(activation)")
      #expect((0.05...0.5).contains(activation.width))
    }
    let divergence = try #require(result.divergences.last)
    #expect(
      divergence.ticks == 2_500_000 && divergence.divergence < 0.06,
      "\(result.probabilities) for \(machine.probabilities)")
    #expect(abs(result.probabilities.reduce(0, +) - 1) < 1e-12)
    // Other distributions are farther away.
    for seed in 3..<8 as Range<UInt64> {
      let other = BoltzmannMachine(unitCount: 3, seed: seed).probabilities
      let distance = BoltzmannMachine.divergence(of: result.probabilities, from: other)
      #expect(distance > 2 * divergence.divergence, "machine \(seed): \(distance)")
    }
  }
}
