package import Assembler
import Chip
package import ChipGeometry
package import InstructionSet
package import PlasticityProcessor

/// Counts where a program's cycles go.
///
/// Every cycle of the processor is counted once: under the instruction that took it, or as sleep under
/// the `wfi` that began it.
package struct Profiler: ChipObserver, Sendable {
  package let symbols: ProfileSymbols
  /// By the word's place in the memory, see ``address(ofWord:)``; the last one is everything outside.
  package private(set) var words: [Word]
  package private(set) var calls: CallTree
  package private(set) var timeline: Timeline
  package let wantsPause = false

  /// One instruction of the program.
  package struct Word: Sendable {
    package var sums = CycleSums()
    package internal(set) var instruction = Instruction.illegal(0)
    /// Index in ``Profiler/symbols``; -1: not yet looked up.
    package internal(set) var symbol = -1
  }

  private let hartID: UInt32
  private let base: UInt32
  /// False: a bare machine, whose memory is anywhere.
  private let hasChip: Bool
  /// Where the instruction at work is, and when it began.
  private var index = 0
  private var pcBefore: UInt32 = 0
  private var start: UInt64 = 0
  private var startCount: UInt64 = 0
  private var stall = CycleCause.execute
  private var cost: UInt64 = 1
  private var link: UInt32 = 0
  private var isFirst = true

  /// - Parameters:
  ///   - image: the program.
  ///   - hartID: of the processor that is looked at.
  ///   - memory: where code may be.
  ///   - hasChip: whether other addresses are the chip's.
  package init(
    _ image: ProgramImage, hartID: UInt32, memory: Range<UInt32>, hasChip: Bool
  ) {
    self.hartID = hartID
    self.hasChip = hasChip
    symbols = ProfileSymbols(image)
    base = memory.lowerBound
    words = [Word](repeating: Word(), count: memory.count / 4 + 1)
    let entry = symbols.index(of: image.entry)
    calls = CallTree(entry: entry)
    timeline = Timeline(phase: entry)
  }

  package func address(ofWord index: Int) -> UInt32 { base &+ UInt32(4 * index) }

  /// Everything together.
  package var total: CycleSums { words.reduce(into: CycleSums()) { $0 += $1.sums } }

  // MARK: Observing

  package mutating func willExecute(_ processor: borrowing PlasticityProcessor) {
    guard processor.hartID == hartID else { return }
    let pc = processor.programCounter
    let place = min(Int((pc &- base) / 4), words.count - 1)
    if isFirst {
      isFirst = false
      timeline.begin(at: processor.cycle)
    } else if processor.cycle > start {
      words[index].sums[.wait] += processor.cycle - start
      timeline.slept(from: start, to: processor.cycle)
    }
    index = place
    pcBefore = pc
    start = processor.cycle
    startCount = processor.instructionCount
    // Where nothing can be fetched, the instruction will trap.
    let word = processor.isInSRAM(pc, byteCount: 4) ? processor.readWord(at: pc) : 0
    if words[place].symbol < 0 || words[place].instruction.word != word {
      words[place].instruction = Decoder.decode(word)
      words[place].symbol = symbols.index(of: pc)
    }
    prepare(words[place].instruction, processor)
  }

  /// Finds out what the instruction will stall for.
  private mutating func prepare(
    _ i: Instruction, _ processor: borrowing PlasticityProcessor
  ) {
    cost = 1
    link = processor[x: Int(i.source1 & 31)]
    switch i.opcode {
    case .lb, .lbu, .lh, .lhu, .lw, .sb, .sh, .sw:
      stall = access(link &+ UInt32(bitPattern: i.immediate))
    case .vector where i.operation.accessesMemory:
      stall = access(link)
    case .vector:
      stall = .multiply
      cost = UInt64(processor.arithmeticCost(of: i))
    default:
      stall = CycleCause.stall(of: i.opcode)
    }
  }

  private func access(_ address: UInt32) -> CycleCause {
    hasChip ? CycleCause.access(to: address) : .memory
  }

  package mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
    guard processor.hartID == hartID else { return }
    let cycles = processor.cycle - start
    let now = processor.cycle
    let pc = processor.programCounter
    let symbol = words[index].symbol
    if processor.instructionCount == startCount {
      words[index].sums[.trap] += cycles
      calls.charge(cycles, symbol: symbol)
      let handler = symbols.index(of: pc)
      if calls.enter(symbol: handler, from: symbol, link: .max, isHandler: true) {
        timeline.enter(handler, at: now)
      }
    } else {
      words[index].sums.instructions += 1
      words[index].sums[.execute] += min(cycles, cost)
      if cycles > cost { words[index].sums[stall] += cycles - cost }
      if calls.frames.count == 1 { timeline.phase(symbol, at: start) }
      calls.charge(cycles, symbol: symbol)
      follow(words[index].instruction, to: pc, at: now)
    }
    start = now
  }

  /// Keeps the stack of calls.
  private mutating func follow(_ i: Instruction, to pc: UInt32, at now: UInt64) {
    switch i.opcode {
    case .jal, .jalr:
      if i.destination == 1 || i.destination == 5 {
        let symbol = symbols.index(of: pc)
        let caller = words[index].symbol
        if calls.enter(symbol: symbol, from: caller, link: pcBefore &+ 4) {
          timeline.enter(symbol, at: now)
        }
      } else if i.opcode == .jalr, i.destination == Instruction.bitBucket {
        for _ in 0..<calls.leave(to: pc) { timeline.leave(at: now) }
      }
    case .mret:
      for _ in 0..<calls.leaveHandler() { timeline.leave(at: now) }
    default: break
    }
  }

  /// The run is over.
  package mutating func finish(at cycle: UInt64) { timeline.finish(at: cycle) }

  package mutating func didEmit(_ event: SpikeEvent) { timeline.append(event) }
}

extension VectorOperation {
  /// Loads and stores.
  fileprivate var accessesMemory: Bool {
    switch self {
    case .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei, .vlm, .vsm, .vlr, .vsr: true
    default: false
    }
  }
}
