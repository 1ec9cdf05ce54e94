/// What host and learning programs agree on: mailbox words, event labels and row layout of the
/// standard layered network. `firmware/chip.inc` has all of it under the same names.
public enum ProgramInterface {
  /// A number with the name that programs use for it.
  public struct Constant: Sendable, Equatable {
    public let name: String
    public let value: UInt32
    public let summary: String
    /// Whether the value reads better in hexadecimal.
    public let isHexadecimal: Bool

    public init(_ name: String, _ value: UInt32, _ summary: String) {
      (self.name, self.value, self.summary, isHexadecimal) = (name, value, summary, false)
    }

    public init(_ name: String, hexadecimal value: UInt32, _ summary: String) {
      (self.name, self.value, self.summary, isHexadecimal) = (name, value, summary, true)
    }
  }

  /// The 32-bit words of the mailbox. The host polls READY.
  public static let mailboxWords = [
    mailboxWord("READY", 0x00, "samples finished + 1; 1 after initialisation"),
    mailboxWord("DECISION", 0x04, "class of the last sample; -1: no output spike"),
    mailboxWord("STATUS", 0x08, "0, or an error code of the program"),
    mailboxWord("TAUGHT", 0x0C, "samples with a teacher event so far"),
    mailboxWord("UPDATES", 0x10, "batch updates of the weights so far"),
    mailboxWord("EPOCH", 0x14, "epochs finished"),
    mailboxWord(
      "UPDATE_CYCLES", 0x18, "cycles of the batch update within the last sample; 0: none"),
    mailboxWord("SPIKES", 0x1C, "hidden spikes of the last sample"),
    mailboxWord("SATURATIONS", 0x20, "samples in which an adjoint or a gradient saturated, so far"),
    mailboxWord("IGNORED", 0x24, "events so far that the program had no place for"),
  ]

  private static func mailboxWord(
    _ name: String, _ offset: UInt32, _ summary: String
  ) -> AddressMap.Register {
    AddressMap.Register(region: "MAILBOX", name: name, offset: offset, summary: summary)
  }

  /// Where a program's stack begins: it grows down from the mailbox.
  public static let stackTop = AddressMap.mailbox.base

  /// Interrupt lines, as bit numbers of `mip` and `mie`.
  public static let timerInterrupt: UInt32 = 7
  public static let recorderInterrupt: UInt32 = 16

  // Event labels and slots. A slot is a dense number 0…255 for every source of a network:
  // label[10:8] · 32 + label[4:0].

  /// Set in the labels of the bottom hidden neurons of a network that spans both hemispheres; no part
  /// of the slot.
  public static let bottomLabelBit: UInt32 = 0x40
  public static let outputLabel: UInt32 = 0x400
  public static let inputLabel: UInt32 = 0x520
  public static let teacherLabel: UInt32 = 0x600
  public static let endOfSampleLabel: UInt32 = 0x700

  /// The slot of a label of the standard layered network, 0…255.
  public static func slot(ofLabel label: EventLabel) -> Int {
    Int(label.rawValue >> 8 & 7) * 32 + Int(label.rawValue & 31)
  }

  /// Everything in `firmware/chip.inc` that is neither a block nor a register, by theme.
  public static let constants: [(theme: String, constants: [Constant])] = [
    ("Stack", [Constant("STACK_TOP", hexadecimal: stackTop, "initial stack pointer")]),
    ("Event recorder entries", recorderConstants),
    (
      "Interrupts: bit numbers, and the same as masks of mip and mie",
      [
        Constant("IRQ_TIMER", timerInterrupt, "timer: TIME >= COMPARE"),
        Constant("IRQ_RECORDER", recorderInterrupt, "recorder: a label passed the wake filter"),
        Constant("MIE_TIMER", hexadecimal: 1 << timerInterrupt, "mask of IRQ_TIMER"),
        Constant("MIE_RECORDER", hexadecimal: 1 << recorderInterrupt, "mask of IRQ_RECORDER"),
      ]
    ),
    ("Time", timeConstants),
    ("Labels of the standard layered network; slot = label[10:8] * 32 + label[4:0]", labels),
    ("Synapse rows of the standard layered network", rowConstants),
    ("Delay taps of the standard layered network, where a synapse has its own delay", tapConstants),
    ("Environment calls", environmentCalls),
  ]

  private static let recorderConstants = [
    Constant("RECORDER_CAPACITY", UInt32(AddressMap.recorderCapacity), "entries"),
    Constant("RECORDER_ENTRY_BYTES", AddressMap.recorderEntryByteCount, "bytes of an entry"),
    Constant("ENTRY_STAMP", 0, "offset of the time stamp (32 bits, ticks of 8 ns)"),
    Constant("ENTRY_LABEL", 4, "offset of the label (16 bits)"),
    Constant("ENTRY_FLAGS", 6, "offset of the flags (16 bits)"),
    flag("FLAG_NEURON", .neuron, "emitted by a neuron"),
    flag("FLAG_STIMULUS", .stimulus, "from the host: a stimulus spike"),
    flag("FLAG_BACKGROUND", .background, "from a background generator"),
    flag("FLAG_TEACHER", .teacher, "from the host: supervision; the label encodes the class"),
    flag("FLAG_END_OF_SAMPLE", .endOfSample, "from the host: the sample is over"),
    flag("FLAG_PROCESSOR", .processor, "emitted by a plasticity processor"),
    flag("FLAG_BOTTOM", .bottom, "from the bottom hemisphere"),
    Constant("SOURCE_OWN", 1, "RECORDER_REG_SOURCES: neurons of the own hemisphere"),
    Constant("SOURCE_OTHER", 2, "RECORDER_REG_SOURCES: neurons of the other hemisphere"),
    Constant("SOURCE_HOST", 4, "RECORDER_REG_SOURCES: events from the host"),
    Constant("SOURCE_BACKGROUND", 8, "RECORDER_REG_SOURCES: background generators"),
  ]

  private static func flag(_ name: String, _ flag: SpikeEvent.Flags, _ summary: String) -> Constant
  {
    Constant(name, UInt32(flag.rawValue), summary)
  }

  private static let timeConstants = [
    Constant("CYCLE_NS", 4, "nanoseconds of a clock cycle"),
    Constant("CYCLES_PER_TICK", UInt32(ClockTime.cyclesPerTick), "clock cycles of a time stamp"),
    Constant(
      "TICKS_PER_US", UInt32(ClockTime.ticksPerMicrosecond), "time stamps of a microsecond"),
  ]

  private static let labels = [
    Constant("LABEL_HIDDEN", hexadecimal: 0, "of column l: (l / 32) << 8 | l % 32"),
    Constant(
      "LABEL_BOTTOM", hexadecimal: bottomLabelBit,
      "in labels of the bottom half of a network that spans both hemispheres"),
    Constant("LABEL_OUTPUT", hexadecimal: outputLabel, "+ o: output o, column COLUMN_OUTPUT + o"),
    Constant("LABEL_INPUT", hexadecimal: inputLabel, "+ k: stimulus of input k"),
    Constant("LABEL_TEACHER", hexadecimal: teacherLabel, "+ c: the sample is of class c"),
    Constant("LABEL_END_OF_SAMPLE", hexadecimal: endOfSampleLabel, "the sample is over"),
    Constant("SLOT_HIDDEN", 0, "+ lane of the hidden neuron: 32 * (h / 30) + h % 30"),
    Constant("SLOT_OUTPUT", 128, "+ output"),
    Constant("SLOT_INPUT", 160, "+ input, the bias last"),
    Constant("SLOT_TEACHER", 192, "+ class"),
    Constant("SLOT_END_OF_SAMPLE", 224, "end of sample"),
    Constant("SLOT_COUNT", 256, "slots"),
    Constant("COLUMN_OUTPUT", 128, "column of the first output neuron"),
    Constant("HIDDEN_PER_BLOCK", 30, "hidden neurons of a block of 32 columns"),
    Constant("HIDDEN_LANES", 128, "lanes of the hidden layer, unused ones included"),
  ]

  private static let rowConstants = [
    Constant("ROW_BYTES", UInt32(ChipSize.columns), "bytes of a row of weights or labels"),
    Constant("ROW_COUNT", UInt32(ChipSize.rows), "synapse rows; 2d excites, 2d + 1 inhibits"),
    Constant("BUS_COUNT", UInt32(ChipSize.busesPerHemisphere), "PADI buses; driver 4 i + b"),
    Constant("INPUT_BUS_INDEX", 30, "input k: bus k % 4, index INPUT_BUS_INDEX + k / 4"),
    Constant("SYNAPSE_LABEL_INPUT", 32, "+ input: its 6-bit label in a synapse"),
    Constant("SYNAPSE_LABEL_UNUSED", 63, "6-bit label of a synapse that no source reaches"),
    Constant("WEIGHT_MAX", UInt32(ChipSize.maximumWeight), "largest weight code"),
  ]

  /// The row of delay taps of the first input; hidden neurons have the rows before.
  public static let firstInputTapRow: UInt32 = 32

  private static let tapConstants = [
    Constant("TAP_ROW_BYTES", UInt32(2 * AddressMap.delayTapsPerRow), "bytes of a row of taps"),
    Constant("TAP_ROW_HIDDEN", 0, "+ hidden neuron: its row of taps, one per output"),
    Constant("TAP_ROW_INPUT", firstInputTapRow, "+ input: its row of taps, one per hidden neuron"),
  ]

  private static let environmentCalls = [
    Constant("SYS_WRITE", 64, "a7 of ecall: print a2 bytes at a1"),
    Constant("SYS_EXIT", 93, "a7 of ecall: stop with exit code a0"),
  ]
}
