/// A table of an experiment: what others have published beside what the cells bring.
public struct ResultTable: Equatable, Sendable {
  public var title: String
  /// What the first column names.
  public var subject: String
  public var rows: [Row]
  /// Shown beside the accuracy.
  public var further: [CellResult.Measure] = []
  public var ratios: [Ratio] = []

  public struct Row: Equatable, Sendable {
    public var label: String
    public var published: PublishedFigure?
    /// Indices of the experiment's cells.
    public var cells: [Int]
    /// What is compared with the published figure.
    public var measure = CellResult.Measure.testAccuracy

    public init(_ label: String, _ published: PublishedFigure? = nil, cells: [Int]) {
      self.label = label
      self.published = published
      self.cells = cells
    }

    /// Of the values of all cells.
    public func spread(
      _ measure: CellResult.Measure, _ results: [CellResult]
    ) -> Spread? {
      Spread(cells.flatMap { results[$0].values(measure) })
    }
  }

  /// How many times a measure is larger in one row than in another.
  public struct Ratio: Equatable, Sendable {
    public var label: String
    public var measure: CellResult.Measure
    /// Rows: larger, smaller.
    public var rows: (Int, Int)
    public var published: String

    public static func == (a: Self, b: Self) -> Bool {
      a.label == b.label && a.measure == b.measure && a.rows == b.rows
        && a.published == b.published
    }

    /// - Returns: nil where a value is missing.
    public func value(_ table: ResultTable, _ results: [CellResult]) -> Double? {
      guard let large = table.rows[rows.0].spread(measure, results),
        let small = table.rows[rows.1].spread(measure, results), small.mean != 0
      else { return nil }
      return large.mean / small.mean
    }
  }

  public init(_ title: String, subject: String, rows: [Row]) {
    self.title = title
    self.subject = subject
    self.rows = rows
  }
}
