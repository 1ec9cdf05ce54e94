public import ChipGeometry

/// Formats of other programs that hold spikes.
public enum ForeignFormat: String, CaseIterable, Sendable {
  /// `time_us,source,label,flags`, a line an event.
  case csv
  /// NEST's ASCII backend: two comment lines, then senders and times in milliseconds.
  case nest
  /// The older one without comments.
  case gdf
  /// NumPy, one array of (tick, label, flags).
  case npy
  /// NumPy, an array each, and the header.
  case npz
  /// Value change dump, for waveform viewers.
  case vcd
  /// Chrome's trace events, for Perfetto.
  case chrome = "json"

  /// The format that a file of this name should have, nil for the names of our own.
  public init?(path: String) {
    let name = path.lowercased()
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "csv": self = .csv
    case "dat": self = .nest
    case "gdf": self = .gdf
    case "npy": self = .npy
    case "npz": self = .npz
    case "vcd": self = .vcd
    case "json": self = .chrome
    default: return nil
    }
  }
}

/// How times and sources are carried over.
public struct ConversionOptions: Sendable {
  /// Times outside are this many times those on the chip: 1000 for biological time.
  public var acceleration: UInt64
  /// What imported events are that do not say it.
  public var flags: SpikeEvent.Flags

  public init(acceleration: UInt64 = 1, flags: SpikeEvent.Flags = .neuron) {
    precondition(acceleration > 0, "times cannot be divided by zero")
    self.acceleration = acceleration
    self.flags = flags
  }
}

/// The events of a foreign file.
public struct ImportedTrace: Sendable {
  /// In order of time.
  public var events: [SpikeEvent] = []
  public var sourceNames: [SpikeTraceHeader.SourceName] = []
  /// The whole header, of formats that hold one.
  public var header: SpikeTraceHeader?
  /// What was changed on the way, in words.
  public var notes: [String] = []
}
