/// The control and status registers of machine mode and of the vector unit.
///
/// Which of them a processor implements is the processor's matter; this is the one place of their
/// numbers and names.
public enum ControlRegister: UInt16, CaseIterable, BitwiseCopyable, Sendable {
  // Vector unit.
  case vstart = 0x008
  case vxsat = 0x009
  case vxrm = 0x00A
  case vcsr = 0x00F
  case vl = 0xC20
  case vtype = 0xC21
  case vlenb = 0xC22
  // Counters, readable in every mode.
  case cycle = 0xC00
  case time = 0xC01
  case instret = 0xC02
  case cycleh = 0xC80
  case timeh = 0xC81
  case instreth = 0xC82
  // Machine information.
  case mvendorid = 0xF11
  case marchid = 0xF12
  case mimpid = 0xF13
  case mhartid = 0xF14
  case mconfigptr = 0xF15
  // Machine trap setup.
  case mstatus = 0x300
  case misa = 0x301
  case medeleg = 0x302
  case mideleg = 0x303
  case mie = 0x304
  case mtvec = 0x305
  case mcounteren = 0x306
  case menvcfg = 0x30A
  case mstatush = 0x310
  case medelegh = 0x312
  case menvcfgh = 0x31A
  case mcountinhibit = 0x320
  // Machine trap handling.
  case mscratch = 0x340
  case mepc = 0x341
  case mcause = 0x342
  case mtval = 0x343
  case mip = 0x344
  case mtinst = 0x34A
  case mtval2 = 0x34B
  // Machine counters.
  case mcycle = 0xB00
  case minstret = 0xB02
  case mcycleh = 0xB80
  case minstreth = 0xB82
  // Debug.
  case tselect = 0x7A0
  case tdata1 = 0x7A1
  case tdata2 = 0x7A2
  case tdata3 = 0x7A3
  // Non-maskable interrupts, and supervisor mode: the start-up code of test suites writes them.
  case mnscratch = 0x740
  case mnepc = 0x741
  case mncause = 0x742
  case mnstatus = 0x744
  case stvec = 0x105
  case satp = 0x180

  /// Numbered registers: `mhpmcounter3` to `mhpmcounter31` are 0xB03 to 0xB1F.
  private static let numbered:
    [(prefix: String, suffix: String, indices: ClosedRange<UInt16>, first: UInt16)] = [
      ("hpmcounter", "", 3...31, 0xC03), ("hpmcounter", "h", 3...31, 0xC83),
      ("mhpmcounter", "", 3...31, 0xB03), ("mhpmcounter", "h", 3...31, 0xB83),
      ("mhpmevent", "", 3...31, 0x323), ("mhpmevent", "h", 3...31, 0x723),
      ("pmpcfg", "", 0...15, 0x3A0), ("pmpaddr", "", 0...63, 0x3B0),
    ]

  private static let names = [UInt16: String](uniqueKeysWithValues: named.map { ($1, $0) })
  private static let numbers = [String: UInt16](uniqueKeysWithValues: named)

  /// All names with their numbers, the numbered registers included.
  public static let named: [(name: String, number: UInt16)] =
    allCases.map { ("\($0)", $0.rawValue) }
    + numbered.flatMap { family in
      family.indices.map {
        (
          "\(family.prefix)\($0)\(family.suffix)",
          family.first + $0 - family.indices.lowerBound
        )
      }
    }

  /// The name of a register number; nil when it has none.
  public static func name(of number: Int) -> String? {
    UInt16(exactly: number).flatMap { names[$0] }
  }

  /// The number of a register; nil when there is no such name.
  public static func number(named name: some StringProtocol) -> Int? {
    numbers[String(name)].map(Int.init)
  }
}
