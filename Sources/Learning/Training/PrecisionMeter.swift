import Chip
package import ChipGeometry
import InstructionSet
package import PlasticityProcessor

/// Counts where a program's fixed point loses precision, instruction by instruction.
package struct PrecisionMeter: ChipObserver, Sendable {
  package let wantsPause = false
  private let hartID: UInt32
  private var words: [PrecisionLoss]
  private var decoded: [Instruction?]
  private var pending: PrecisionLoss?
  private var place = 0
  private var countBefore: UInt64 = 0

  /// - Parameter hartID: of the processor that is looked at.
  package init(hartID: UInt32) {
    self.hartID = hartID
    let count = Int(AddressMap.sramByteCount) / 4
    words = Array(repeating: PrecisionLoss(), count: count)
    decoded = Array(repeating: nil, count: count)
  }

  /// The losses of one instruction of the program.
  package struct Row: Equatable, Sendable {
    package let address: UInt32
    /// The instruction itself.
    package let word: UInt32
    package internal(set) var loss: PrecisionLoss
  }

  /// What was executed and may lose something, by address.
  package var rows: [Row] {
    words.indices.compactMap { index in
      guard words[index].executed > 0, let instruction = decoded[index] else { return nil }
      return Row(address: UInt32(4 * index), word: instruction.word, loss: words[index])
    }
  }

  package mutating func willExecute(_ processor: borrowing PlasticityProcessor) {
    pending = nil
    guard processor.hartID == hartID else { return }
    let pc = processor.programCounter
    place = Int(pc / 4)
    guard words.indices.contains(place) else { return }
    let word = processor.readWord(at: pc)
    if decoded[place]?.word != word { decoded[place] = Decoder.decode(word) }
    countBefore = processor.instructionCount
    pending = decoded[place].flatMap { processor.precisionLoss(of: $0) }
  }

  package mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
    // Not if an interrupt came first.
    guard processor.hartID == hartID, processor.instructionCount > countBefore,
      let loss = pending
    else { return }
    words[place] += loss
    pending = nil
  }

  package mutating func didEmit(_ event: SpikeEvent) {}
}

extension [PrecisionMeter.Row] {
  /// Adds the losses of another run of the same program.
  package func merged(with other: Self) -> Self {
    var merged: Self = []
    var (a, b) = (self[...], other[...])
    while let first = a.first, let second = b.first {
      if first.address < second.address {
        merged.append(a.removeFirst())
      } else if second.address < first.address {
        merged.append(b.removeFirst())
      } else {
        var row = a.removeFirst()
        row.loss += b.removeFirst().loss
        merged.append(row)
      }
    }
    return merged + a + b
  }
}
