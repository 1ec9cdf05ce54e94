/// One half of the chip: its own synapse array, neurons, PADI buses and plasticity processor.
public enum Hemisphere: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case top = 0
  case bottom = 1
}

/// How many of everything the chip has (chip reference, section 1).
public enum ChipSize {
  /// Neuron columns of one hemisphere.
  public static let columns = 256
  /// Synapse rows of one hemisphere.
  public static let rows = 256
  /// Synapse drivers of one hemisphere; driver d feeds rows 2d and 2d+1.
  public static let drivers = 128
  /// PADI buses of one hemisphere; driver d listens to bus d mod 4 with index d div 4.
  public static let busesPerHemisphere = 4
  /// PADI buses of the chip, the top hemisphere's first.
  public static let buses = 8
  /// Neurons of the chip.
  public static let neurons = 512
  /// Event outputs; output i serves columns 32 i … 32 i + 31 of both hemispheres.
  public static let eventOutputs = 8
  /// Background generators.
  public static let backgroundGenerators = 8
  /// Links from the host into the crossbar.
  public static let linkInputs = 4
  /// Columns that share one event output.
  public static let columnsPerEventOutput = 32
  /// Largest synaptic weight code (6 bits).
  public static let maximumWeight = 63
}

/// A neuron circuit, 0…511, counted from the left, the top hemisphere first.
public struct NeuronIndex: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// 0…511.
  public let rawValue: UInt16

  /// - Precondition: `rawValue` is 0…511.
  public init(_ rawValue: Int) {
    precondition(rawValue >= 0 && rawValue < ChipSize.neurons, "neuron \(rawValue) does not exist")
    self.rawValue = UInt16(rawValue)
  }

  /// - Precondition: `column` is 0…255.
  public init(_ hemisphere: Hemisphere, column: Int) {
    precondition(column >= 0 && column < ChipSize.columns, "column \(column) does not exist")
    rawValue = UInt16(Int(hemisphere.rawValue) * ChipSize.columns + column)
  }

  public var hemisphere: Hemisphere { rawValue < 256 ? .top : .bottom }
  /// 0…255 within the hemisphere.
  public var column: Int { Int(rawValue) & 255 }
  /// The event output of this neuron's block of 32 columns, 0…7.
  public var eventOutput: Int { column / ChipSize.columnsPerEventOutput }
  /// The analog parameter block: 0 north-west, 1 north-east, 2 south-west, 3 south-east.
  public var quadrant: Int { Int(hemisphere.rawValue) * 2 + column / 128 }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
