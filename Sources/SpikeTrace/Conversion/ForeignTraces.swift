/// Reading what other programs have written.
public enum ForeignTraces {
  /// A spike as a reader of some other format finds it.
  public struct Row: Sendable {
    /// In microseconds, as written.
    public var time: String
    public var source: String
    /// What the source is called on the chip, if the file says it.
    public var label: UInt16?
    /// Words, such as `neuron+bottom`, if the file says them.
    public var flags: String?

    public init(time: String, source: String, label: UInt16? = nil, flags: String? = nil) {
      self.time = time
      self.source = source
      self.label = label
      self.flags = flags
    }
  }

  /// Collects rows one by one.
  public struct Collector {
    private var sources = ImportedSources()
    private let options: ConversionOptions

    public init(_ options: ConversionOptions) { self.options = options }

    /// - Returns: what was expected instead, nil if the row is taken.
    public mutating func append(_ row: Row) -> String? {
      guard
        let time = TimeText.tick(row.time, exponent: 3, acceleration: options.acceleration)
      else { return "a time of at least 0" }
      var flags = options.flags
      if let words = row.flags {
        guard let found = TableImport.flags(words) else { return "flags, such as neuron+bottom" }
        flags = found
      }
      if let label = row.label {
        if UInt16(row.source) == nil, !row.source.hasPrefix("0x") {
          sources.name(label, row.source)
        }
        sources.append(time, label, flags)
      } else {
        guard let label = sources.label(ofSource: row.source) else {
          return "at most 65536 sources"
        }
        sources.append(time, label, flags)
      }
      return nil
    }

    public mutating func note(_ text: String) { sources.note(text) }

    public mutating func finish() -> ImportedTrace { sources.finish() }
  }

  /// The events of a file.
  ///
  /// - Throws: what is wrong with it, and where; of ``ForeignFormat/chrome`` always, which a reader of
  ///   JSON reads.
  public static func read(
    path: String, _ format: ForeignFormat, _ options: ConversionOptions = ConversionOptions()
  ) throws(TraceError) -> ImportedTrace {
    try read(ByteSource(path: path), format, options)
  }

  /// The same of bytes in memory; errors call them `name`.
  public static func read(
    bytes: [UInt8], name: String, _ format: ForeignFormat,
    _ options: ConversionOptions = ConversionOptions()
  ) throws(TraceError) -> ImportedTrace {
    try read(ByteSource(bytes: bytes, name: name), format, options)
  }

  private static func read(
    _ source: ByteSource, _ format: ForeignFormat, _ options: ConversionOptions
  ) throws(TraceError) -> ImportedTrace {
    switch format {
    case .csv:
      var table = TableImport(source, options)
      return try table.commaSeparated()
    case .nest, .gdf:
      var table = TableImport(source, options)
      return try table.nest()
    case .npy, .npz:
      var bytes: [UInt8] = []
      while try source.read(1 << 20, into: &bytes) > 0 {}
      return try NumPyImport.read(bytes, name: source.name, isArchive: format == .npz, options)
    case .vcd:
      var dump = WaveformImport(source, options)
      return try dump.read()
    case .chrome:
      throw TraceError(
        .unsupported, file: source.name, at: .none, found: "JSON", expected: "another format")
    }
  }
}
