import ChipGeometry

/// Weights, labels and drivers of both hemispheres, and which synapses an event reaches.
struct SynapseArray: Sendable {
  /// Byte 65536 h + 256 r + c: the 6-bit weight code.
  private(set) var weights = [UInt8](repeating: 0, count: synapseCount)
  /// The 6-bit labels, likewise.
  private(set) var labels = [UInt8](repeating: 0, count: synapseCount)
  /// Mode of row 256 h + r.
  private(set) var rowModes = [RowMode](repeating: .disabled, count: 2 * ChipSize.rows)
  /// Row-select mask of driver 128 h + d: the bits of the row select that are compared.
  private(set) var rowSelectMasks = [UInt8](repeating: 31, count: 2 * ChipSize.drivers)
  /// Whether driver 128 h + d has pulses of varying length.
  private(set) var isModulated = [Bool](repeating: false, count: 2 * ChipSize.drivers)
  /// Whether the correlation sensors of a hemisphere must be told of events.
  private var isCorrelated = [false, false]
  /// Weight code times the converter's deviation, four columns at a time.
  private(set) var charges: [Lanes]
  private var weightFactors: [Float]

  /// Where the steps of a delivery begin and end, by PADI bus, row select and synapse label.
  private var deliveries = [Delivery](repeating: .unknown, count: deliveryCount)
  private(set) var steps: [DeliveryStep] = []

  static let synapseCount = 2 * ChipSize.rows * ChipSize.columns
  static let blocksPerRow = ChipSize.columns / LaneMath.laneCount
  private static let deliveryCount = ChipSize.buses * 32 * 64

  /// One row in one block of four columns, as an event finds it.
  struct DeliveryStep: BitwiseCopyable, Sendable {
    /// Block of four neurons, 0…127.
    var block: UInt8
    /// The columns of the block whose label matches, bit 0 the first.
    var lanes: UInt8
    var mode: RowMode
    /// Index into ``SynapseArray/charges``.
    var charge: UInt16

    /// The driver of the row, 128 h + d.
    var driver: Int { Int(charge) / (2 * SynapseArray.blocksPerRow) }
  }

  struct Delivery: BitwiseCopyable, Sendable {
    var first: Int32
    var end: Int32
    /// Synapses with a matching label, weight zero included.
    var synapseCount: Int32
    /// Whether a driver that takes the event has pulses of varying length.
    var isModulated: Bool
    /// Whether correlation sensors must be told.
    var isCorrelated: Bool
    /// Neither: synapses get full pulses and that is all.
    var isPlain: Bool
    static let unknown = Delivery(
      first: -1, end: -1, synapseCount: 0, isModulated: false, isCorrelated: false, isPlain: true)
  }

  init(weightFactors: [Float]) {
    self.weightFactors = weightFactors
    charges = [Lanes](repeating: Lanes(), count: Self.synapseCount / LaneMath.laneCount)
  }

  // MARK: Configuration

  /// Other converters for all weights.
  mutating func setWeightFactors(_ factors: [Float]) {
    precondition(factors.count == Self.synapseCount, "a factor for each synapse")
    weightFactors = factors
    for block in charges.indices {
      for lane in 0..<LaneMath.laneCount {
        let index = block * LaneMath.laneCount + lane
        charges[block][lane] = Double(weights[index]) * Double(factors[index])
      }
    }
  }

  mutating func setWeight(_ code: UInt8, at index: Int) {
    let code = code & 63
    weights[index] = code
    charges[index >> 2][index & 3] = Double(code) * Double(weightFactors[index])
  }

  mutating func setLabel(_ label: UInt8, at index: Int) {
    let label = label & 63
    guard labels[index] != label else { return }
    labels[index] = label
    forgetDeliveries()
  }

  mutating func setRowMode(_ mode: RowMode, at row: Int) {
    guard rowModes[row] != mode else { return }
    rowModes[row] = mode
    forgetDeliveries()
  }

  mutating func setRowSelectMask(_ mask: UInt8, at driver: Int) {
    let mask = mask & 31
    guard rowSelectMasks[driver] != mask else { return }
    rowSelectMasks[driver] = mask
    forgetDeliveries()
  }

  mutating func setModulated(_ isModulated: Bool, at driver: Int) {
    guard self.isModulated[driver] != isModulated else { return }
    self.isModulated[driver] = isModulated
    forgetDeliveries()
  }

  mutating func setCorrelated(_ isCorrelated: Bool, _ hemisphere: Int) {
    guard self.isCorrelated[hemisphere] != isCorrelated else { return }
    self.isCorrelated[hemisphere] = isCorrelated
    forgetDeliveries()
  }

  private mutating func forgetDeliveries() {
    guard !steps.isEmpty || hasDeliveries else { return }
    steps.removeAll(keepingCapacity: true)
    for i in deliveries.indices { deliveries[i] = .unknown }
    hasDeliveries = false
  }
  private var hasDeliveries = false

  // MARK: Delivery

  /// The steps of an event on a PADI bus, 0…3 of the top hemisphere, 4…7 of the bottom.
  mutating func delivery(bus: Int, label: EventLabel) -> Delivery {
    let key = (bus << 5 | Int(label.rowSelect)) << 6 | Int(label.synapseLabel)
    let known = deliveries[key]
    if known.first >= 0 { return known }
    let found = findDelivery(bus: bus, label: label)
    deliveries[key] = found
    hasDeliveries = true
    return found
  }

  private mutating func findDelivery(bus: Int, label: EventLabel) -> Delivery {
    let hemisphere = bus / ChipSize.busesPerHemisphere
    let rows = matchingRows(bus: bus, rowSelect: label.rowSelect)
    let first = steps.count
    var synapseCount = 0
    for block in 0..<Self.blocksPerRow {
      for row in rows {
        let start = row * ChipSize.columns + block * LaneMath.laneCount
        var lanes: UInt8 = 0
        for lane in 0..<LaneMath.laneCount where labels[start + lane] == label.synapseLabel {
          lanes |= 1 << UInt8(lane)
        }
        guard lanes != 0 else { continue }
        synapseCount += lanes.nonzeroBitCount
        steps.append(
          DeliveryStep(
            block: UInt8(hemisphere * Self.blocksPerRow + block), lanes: lanes,
            mode: rowModes[row], charge: UInt16(start / LaneMath.laneCount)))
      }
    }
    let isModulated = Self.drivers(ofBus: bus).contains {
      self.isModulated[$0] && takes(label.rowSelect, driver: $0)
    }
    let isCorrelated = self.isCorrelated[hemisphere] && steps.count > first
    return Delivery(
      first: Int32(first), end: Int32(steps.count), synapseCount: Int32(synapseCount),
      isModulated: isModulated, isCorrelated: isCorrelated,
      isPlain: !isModulated && !isCorrelated)
  }

  /// Rows 256 h + r of the drivers that take the event, in order, without disabled ones.
  private func matchingRows(bus: Int, rowSelect: UInt8) -> [Int] {
    var rows: [Int] = []
    for driver in Self.drivers(ofBus: bus) where takes(rowSelect, driver: driver) {
      for row in [2 * driver, 2 * driver + 1] where rowModes[row] != .disabled {
        rows.append(row)
      }
    }
    return rows
  }

  /// Drivers 128 h + d that listen to a PADI bus, in the order of their index on it.
  static func drivers(ofBus bus: Int) -> StrideTo<Int> {
    let first = bus / ChipSize.busesPerHemisphere * ChipSize.drivers
    return stride(
      from: first + bus % ChipSize.busesPerHemisphere, to: first + ChipSize.drivers,
      by: ChipSize.busesPerHemisphere)
  }

  /// Whether driver 128 h + d takes events of its bus that have this row select.
  func takes(_ rowSelect: UInt8, driver: Int) -> Bool {
    let index = UInt8(driver % ChipSize.drivers / ChipSize.busesPerHemisphere)
    return (rowSelect ^ index) & rowSelectMasks[driver] == 0
  }
}
