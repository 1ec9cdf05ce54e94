/// The Yin-Yang data set (Kriener, Göltz and Petrovici 2021), bit for bit as the authors' program
/// generates it.
///
/// A point of the disc with radius 0.5 around (0.5, 0.5) belongs to yang (0), to yin (1), or to one
/// of the two dots (2).
public enum YinYang {
  /// One point with its mirror image, each coordinate 0…1.
  public struct Sample: Equatable, Sendable {
    public var x: Double
    public var y: Double
    /// 0 yang, 1 yin, 2 dot.
    public var label: Int

    public init(x: Double, y: Double, label: Int) {
      self.x = x
      self.y = y
      self.label = label
    }

    /// x, y, 1-x, 1-y: what a network sees.
    public var values: [Double] { [x, y, 1 - x, 1 - y] }
  }

  /// Values of a sample, its mirror images included.
  public static let inputCount = 4

  /// The three parts of the published data set.
  public enum Split: String, CaseIterable, Sendable {
    case train, validation, test

    public var sampleCount: Int { self == .train ? 5000 : 1000 }
    /// Seed of the authors' random generator.
    public var seed: UInt32 {
      switch self {
      case .train: 42
      case .validation: 41
      case .test: 40
      }
    }
  }

  public static let classCount = 3
  private static let dotRadius = 0.1
  private static let discRadius = 0.5

  public static func samples(of split: Split) -> [Sample] {
    samples(count: split.sampleCount, seed: split.seed)
  }

  /// As many samples as wanted, about equally many of each class.
  public static func samples(count: Int, seed: UInt32) -> [Sample] {
    var generator = MersenneTwister(seed: seed)
    return (0..<count).map { _ in
      let goal = Int(generator.integer(below: UInt32(classCount)))
      return sample(of: goal, &generator)
    }
  }

  private static func sample(of goal: Int, _ generator: inout MersenneTwister) -> Sample {
    while true {
      let x = generator.uniform() * 2 * discRadius
      let y = generator.uniform() * 2 * discRadius
      guard distance(x, y, discRadius, discRadius) <= discRadius else { continue }
      if label(x: x, y: y) == goal { return Sample(x: x, y: y, label: goal) }
    }
  }

  /// The class of a point of the disc.
  public static func label(x: Double, y: Double) -> Int {
    let right = distance(x, y, 1.5 * discRadius, discRadius)
    let left = distance(x, y, 0.5 * discRadius, discRadius)
    if right < dotRadius || left < dotRadius { return 2 }
    let isOnRightDot = right <= dotRadius
    let isAroundLeftDot = left > dotRadius && left <= 0.5 * discRadius
    let isAboveRightHalf = y > discRadius && right > 0.5 * discRadius
    return isOnRightDot || isAroundLeftDot || isAboveRightHalf ? 1 : 0
  }

  private static func distance(_ x: Double, _ y: Double, _ x0: Double, _ y0: Double) -> Double {
    ((x - x0) * (x - x0) + (y - y0) * (y - y0)).squareRoot()
  }
}
