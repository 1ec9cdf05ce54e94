package import Assembler

/// The symbols of a program's code, for quick lookup by address.
package struct ProfileSymbols: Sendable {
  /// By address; the first is what has no name.
  package let names: [String]
  private let starts: [UInt32]

  package init(_ image: ProgramImage) {
    var names = ["?"]
    var starts: [UInt32] = []
    for symbol in image.symbols where symbol.section != nil && !symbol.name.isEmpty {
      if starts.last == symbol.value {
        // Of several names for one place the last counts: what begins here, not what ended.
        names[names.count - 1] = symbol.name
        continue
      }
      starts.append(symbol.value)
      names.append(symbol.name)
    }
    (self.names, self.starts) = (names, starts)
  }

  /// The index of the nearest symbol at or before an address.
  package func index(of address: UInt32) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
