import ChipDescription
import Assembler
import Debugging
import Foundation
import InstructionSet
import Learning
import PlasticityProcessor

/// Where a program's fixed point loses precision: by symbol and by instruction.
struct PrecisionTable {
  private let file: LoadedProgram
  private let rows: [PrecisionMeter.Row]
  private let symbols: ProfileSymbols

  init(_ rows: [PrecisionMeter.Row], _ file: LoadedProgram) {
    (self.rows, self.file) = (rows, file)
    symbols = ProfileSymbols(file.image)
  }

  // MARK: Text

  /// The symbols in the order of the program, then the `top` instructions with the largest losses.
  func text(top: Int) -> String {
    var text = Self.heading + "  symbol\n"
    for (name, loss, error) in bySymbol {
      text += Self.columns(loss, error: error, peak: "") + "  \(name)\n"
    }
    let worst = worst
    guard !worst.isEmpty else { return String(text.dropLast()) }
    text += "\n" + Self.heading + "  instruction\n"
    for row in worst.prefix(top) {
      let loss = row.loss
      let peak = loss.formatBits > 0 ? "\(loss.peakBits)/\(loss.formatBits)" : ""
      text += Self.columns(loss, error: loss.relativeError, peak: peak)
      text += "  \(file.place(row.address)): \(Self.instruction(row))\n"
    }
    if worst.count > top { text += "(\(worst.count - top) more)\n" }
    return String(text.dropLast())
  }

  private static let heading =
    ["executed", "results", "saturated", "wrapped", "underflow", "limited", "error", "bits"]
    .map { TextTable.right($0, 11) }.joined()

  private static func columns(_ loss: PrecisionLoss, error: Double, peak: String) -> String {
    func share(_ count: UInt64, of whole: UInt64) -> String {
      count == 0 ? "-" : String(format: "%.3g %%", 100 * Double(count) / Double(whole))
    }
    return [
      "\(loss.executed)", "\(loss.values)", share(loss.saturated, of: loss.values),
      share(loss.wrapped, of: loss.values), share(loss.underflowed, of: loss.values),
      share(loss.limited, of: loss.lanes), error > 0 ? String(format: "%.1e", error) : "-", peak,
    ].map { TextTable.right($0, 11) }.joined()
  }

  private static func instruction(_ row: PrecisionMeter.Row) -> String {
    InstructionTable.disassemble(row.word, at: row.address)
  }

  // MARK: Order

  /// What each symbol lost, with the largest relative error of its instructions.
  private var bySymbol: [(name: String, loss: PrecisionLoss, error: Double)] {
    var table: [(symbol: Int, loss: PrecisionLoss, error: Double)] = []
    for row in rows {
      let symbol = symbols.index(of: row.address)
      if table.last?.symbol != symbol { table.append((symbol, PrecisionLoss(), 0)) }
      table[table.count - 1].loss += row.loss
      table[table.count - 1].error = max(table[table.count - 1].error, row.loss.relativeError)
    }
    return table.map { (symbols.names[$0.symbol], $0.loss, $0.error) }
  }

  /// What saturated or overflowed first, then by relative error.
  private var worst: [PrecisionMeter.Row] {
    func key(_ row: PrecisionMeter.Row) -> (Double, Double, Double) {
      let lost = row.loss.saturated + row.loss.wrapped
      return (
        Double(lost) / Double(max(1, row.loss.values)), row.loss.relativeError,
        Double(row.loss.limited) / Double(max(1, row.loss.lanes))
      )
    }
    return rows.enumerated().filter { $0.element.loss.hasLoss }.sorted { a, b in
      let (first, second) = (key(a.element), key(b.element))
      return first == second ? a.offset < b.offset : first > second
    }.map(\.element)
  }

  // MARK: JSON

  var json: JSONValue {
    func counts(_ loss: PrecisionLoss, error: Double) -> [JSONValue.Member] {
      [
        .init("executed", .unsigned(loss.executed)), .init("lanes", .unsigned(loss.lanes)),
        .init("results", .unsigned(loss.values)), .init("saturated", .unsigned(loss.saturated)),
        .init("wrapped", .unsigned(loss.wrapped)),
        .init("underflowed", .unsigned(loss.underflowed)),
        .init("limited", .unsigned(loss.limited)), .init("relative_error", .number(error)),
      ]
    }
    let instructions = rows.map { row -> JSONValue in
      let location = file.lines.location(of: row.address)
      let names: [JSONValue.Member] = [
        .init("address", .integer(Int(row.address))),
        .init("symbol", .string(file.image.description(of: row.address))),
        .init("line", location.map { .string("\($0)") } ?? .null),
        .init("instruction", .string(Self.instruction(row))),
      ]
      let bits: [JSONValue.Member] = [
        .init("peak_bits", .integer(row.loss.peakBits)),
        .init("format_bits", .integer(row.loss.formatBits)),
      ]
      return .object(names + counts(row.loss, error: row.loss.relativeError) + bits)
    }
    let symbols = bySymbol.map { name, loss, error -> JSONValue in
      .object([.init("symbol", .string(name))] + counts(loss, error: error))
    }
    return ["symbols": .array(symbols), "instructions": .array(instructions)]
  }
}
