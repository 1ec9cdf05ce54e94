/// What a plasticity processor finds at which address. The one table: the bus decoder,
/// `firmware/chip.inc` and the manual derive from it.
///
/// Each processor sees its own hemisphere; only the shared words are the same for both.
public enum AddressMap {
  /// One block of the map.
  public struct Region: Sendable, Equatable {
    /// Prefix of the block's symbols in `firmware/chip.inc`.
    public let name: String
    public let base: UInt32
    public let byteCount: UInt32
    public let access: Access
    /// The narrowest access in bytes; wider ones, up to 4, reach several fields at once.
    public var narrowestAccess: UInt32 = 1
    public let summary: String

    public var end: UInt32 { base &+ byteCount }
  }

  /// Who may do what.
  public enum Access: String, Sendable { case readWrite = "rw", read = "r", write = "w" }

  /// A register or a field of a block, at a fixed offset.
  public struct Register: Sendable, Equatable {
    public let region: String
    public let name: String
    public let offset: UInt32
    public let summary: String
  }

  public static let sramByteCount: UInt32 = 16 * 1024
  public static let mailboxByteCount: UInt32 = 256
  public static let recorderCapacity = 512
  /// Bytes of one event recorder entry: stamp 4, label 2, flags 2.
  public static let recorderEntryByteCount: UInt32 = 8
  /// Longest axonal delay in ticks of 8 ns: 65.5 µs.
  public static let maximumDelayTicks = 8191
  /// Rows of a hemisphere's memory of delay taps: sources that can have some.
  public static let delayTapRowCount = 64
  /// Most copies of an event.
  public static let delayTapsPerRow = 64

  public static let sram = Region(
    name: "SRAM", base: 0x0000_0000, byteCount: sramByteCount, access: .readWrite,
    summary: "program, data and stack; the mailbox is the last 256 bytes")
  public static let mailbox = Region(
    name: "MAILBOX", base: sramByteCount - mailboxByteCount, byteCount: mailboxByteCount,
    access: .readWrite, summary: "what host and program tell each other; part of the SRAM")
  public static let synapseWeights = Region(
    name: "SYNAPSE_WEIGHTS", base: 0x1000_0000, byteCount: 0x1_0000, access: .readWrite,
    summary: "byte 256 r + c: 6-bit weight of synapse row r, column c")
  public static let synapseLabels = Region(
    name: "SYNAPSE_LABELS", base: 0x1001_0000, byteCount: 0x1_0000, access: .readWrite,
    summary: "byte 256 r + c: 6-bit label of synapse row r, column c")
  public static let randomGenerators = Region(
    name: "RANDOM", base: 0x1002_0000, byteCount: 256, access: .read,
    summary: "byte c: 8 bits from the generator of column c, which each read advances")
  public static let neuronReset = Region(
    name: "NEURON_RESET", base: 0x1003_0000, byteCount: 256, access: .write,
    summary: "a non-zero byte c resets the membrane and the synaptic currents of column c")
  public static let columnADC = Region(
    name: "CADC", base: 0x1004_0000, byteCount: 512, access: .read,
    summary: "byte c: 8-bit conversion of the readout of column c by its causal channel, "
      + "256 + c by its acausal one (analog: traps in spike-only mode)")
  public static let columnADCOffsets = Region(
    name: "CADC_OFFSET", base: 0x1004_0400, byteCount: 512, access: .readWrite,
    summary: "signed byte: what a channel of CADC adds to its codes")
  public static let neuronReadout = Region(
    name: "READOUT", base: 0x1004_0800, byteCount: 256, access: .readWrite,
    summary: "low 2 bits of byte c: what the readout of column c shows, 0 membrane, 1 excitatory "
      + "input, 2 inhibitory input, 3 adaptation")
  public static let correlationCausal = Region(
    name: "CORRELATION_CAUSAL", base: 0x1010_0000, byteCount: 0x1_0000, access: .readWrite,
    summary: "byte 256 r + c: 8-bit conversion of the causal sensor of synapse row r, column c "
      + "(analog: traps in spike-only mode); writing resets sensors: bit 0 causal, bit 1 acausal")
  public static let correlationAcausal = Region(
    name: "CORRELATION_ACAUSAL", base: 0x1011_0000, byteCount: 0x1_0000, access: .read,
    summary: "the same of the acausal sensor (analog: traps in spike-only mode)")
  public static let correlationCalibration = Region(
    name: "CORRELATION_CALIB", base: 0x1012_0000, byteCount: 0x1_0000, access: .readWrite,
    summary: "byte 256 r + c: calibration of both sensors: bits 1:0 time constant, 3:2 amplitude; "
      + "reset 5")
  public static let correlationColumns = Region(
    name: "CORRELATION_COLUMN", base: 0x1013_0000, byteCount: 256, access: .readWrite,
    summary: "byte c: bit 0 the neuron's spikes reach the sensors of column c, bits 1 and 2 causal "
      + "and acausal sensors are connected to their converters; reset 0")
  public static let parameterMemory = Region(
    name: "PARAMETER", base: 0x1005_0000, byteCount: 24 * 512, access: .readWrite,
    narrowestAccess: 2,
    summary: "halfword 256 r + c: 10-bit code of row r of the parameter memory, column c; acts on "
      + "neurons that the host has follow their codes")
  public static let recorderEntries = Region(
    name: "RECORDER", base: 0x2000_0000,
    byteCount: UInt32(recorderCapacity) * recorderEntryByteCount,
    access: .read,
    summary: "event recorder: 512 entries of stamp (4), label (2), flags (2), oldest first")
  public static let recorderRegisters = Region(
    name: "RECORDER_REG", base: 0x2000_1000, byteCount: 64, access: .readWrite, narrowestAccess: 4,
    summary: "event recorder: control")
  public static let delayLines = Region(
    name: "DELAY", base: 0x2001_0000, byteCount: 1056, access: .readWrite, narrowestAccess: 2,
    summary:
      "16-bit delay in ticks: 0…255 neurons by column, 256…511 host events by the low 8 bits "
      + "of their label, 512…527 background generators")
  public static let timer = Region(
    name: "TIMER", base: 0x2002_0000, byteCount: 32, access: .readWrite, narrowestAccess: 4,
    summary: "clock and compare register")
  public static let counters = Region(
    name: "COUNTER", base: 0x2003_0000, byteCount: 2048, access: .readWrite, narrowestAccess: 4,
    summary: "32-bit words: 0…255 spikes per column (8 bits, bit 8 overflow; a write clears), "
      + "then events lost per PADI bus (8), per crossbar input (20), passed per output (12)")
  public static let shared = Region(
    name: "SHARED", base: 0x2006_0000, byteCount: 256, access: .readWrite, narrowestAccess: 4,
    summary: "64 words that both processors see; the chip orders their accesses by cycle, in one "
      + "cycle the top processor's first; 0 at chip reset")
  public static let control = Region(
    name: "CONTROL", base: 0x2004_0000, byteCount: 64, access: .readWrite, narrowestAccess: 4,
    summary: "chip control of one processor")

  public static let delayTaps = Region(
    name: "DELAY_TAPS", base: 0x2005_0000,
    byteCount: UInt32(2 * delayTapRowCount * delayTapsPerRow),
    access: .readWrite, narrowestAccess: 2,
    summary:
      "halfword 64 r + t: delay in ticks of copy t of the source that has row r; the host says "
      + "which source that is")

  /// Every block, by address; the mailbox lies inside the SRAM.
  public static let regions = [
    sram, mailbox, synapseWeights, synapseLabels, randomGenerators, neuronReset, columnADC,
    columnADCOffsets, neuronReadout, correlationCausal, correlationAcausal, correlationCalibration,
    correlationColumns, parameterMemory, recorderEntries, recorderRegisters, delayLines, timer,
    counters, control, delayTaps, shared,
  ]

  // Registers of 32 bits.

  public static let registers = [
    Register(
      region: "RECORDER_REG", name: "COUNT", offset: 0x00,
      summary: "entries recorded since the last clear (read)"),
    Register(
      region: "RECORDER_REG", name: "CLEAR", offset: 0x04,
      summary: "writing any value forgets all entries and the overflow flag"),
    Register(
      region: "RECORDER_REG", name: "OVERFLOW", offset: 0x08,
      summary: "events lost because the memory was full (read)"),
    Register(
      region: "RECORDER_REG", name: "MASK", offset: 0x0C,
      summary: "an event is recorded if (label & MASK) == TARGET; reset 0"),
    Register(
      region: "RECORDER_REG", name: "TARGET", offset: 0x10, summary: "see MASK; reset 0"),
    Register(
      region: "RECORDER_REG", name: "WAKE_MASK", offset: 0x14,
      summary: "an event that passes the filter raises the recorder interrupt if (label & "
        + "WAKE_MASK) == WAKE_TARGET, even if the memory is full; reset 0xFFFF"),
    Register(
      region: "RECORDER_REG", name: "WAKE_TARGET", offset: 0x18,
      summary: "see WAKE_MASK; reset 0xFFFFFFFF, which no label equals"),
    Register(
      region: "RECORDER_REG", name: "PENDING", offset: 0x1C,
      summary: "1 while the recorder interrupt is pending; writing clears it"),
    Register(
      region: "RECORDER_REG", name: "SOURCES", offset: 0x20,
      summary: "bit 0 own hemisphere's neurons, 1 the other's, 2 host events, 3 background, "
        + "4 events of the processors; reset 5"),
    Register(
      region: "TIMER", name: "TIME", offset: 0x00,
      summary: "time stamp now: ticks of 8 ns, low 32 bits (read)"),
    Register(region: "TIMER", name: "TIMEH", offset: 0x04, summary: "its high 32 bits (read)"),
    Register(
      region: "TIMER", name: "COMPARE", offset: 0x08,
      summary: "timer interrupt while time >= compare; low 32 bits; reset all ones"),
    Register(region: "TIMER", name: "COMPAREH", offset: 0x0C, summary: "its high 32 bits"),
    Register(
      region: "CONTROL", name: "SPIKE_ONLY", offset: 0x00,
      summary: "writing 1 declares the program spike-only until the next chip reset: reading an "
        + "analog observable traps"),
    Register(
      region: "CONTROL", name: "HEMISPHERE", offset: 0x04, summary: "0 top, 1 bottom (read)"),
    Register(
      region: "CONTROL", name: "EMIT", offset: 0x08,
      summary: "writing a 16-bit label emits an event into this hemisphere's PADI buses"),
  ]
}
