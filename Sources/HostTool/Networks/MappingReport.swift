import ChipDescription
import ChipGeometry

/// Where a network is on the chip, as text and as JSON.
struct MappingReport {
  private let mapping: NetworkMapping

  init(_ mapping: NetworkMapping) { self.mapping = mapping }

  // MARK: Text

  var text: String {
    let header = ["name", "place", "label", "bus", "top rows", "bottom rows"]
    let lines = [header] + mapping.places.map(Self.cells)
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for line in lines {
      let cells = zip(line, widths).map { TextTable.left($0, $1) }
      text += cells.joined(separator: "  ").trimmingTrailingSpaces + "\n"
    }
    for rate in mapping.rates {
      text += "\(rate.name): background generator \(rate.generator), "
      text += "\(ProgressLine.decimal(rate.realised, 3)) kHz per member, wanted "
      text += "\(FieldType.text(rate.wanted))\n"
    }
    return text
  }

  private static func cells(_ place: NetworkMapping.Place) -> [String] {
    let position =
      if let neuron = place.neuron {
        "\(neuron.hemisphere) column \(neuron.column)"
      } else if let generator = place.generator {
        "generator \(generator)"
      } else {
        "host"
      }
    return [
      place.name, position, place.label.map(label) ?? "-", place.bus.map { "\($0)" } ?? "-",
      rows(place.rows[0]), rows(place.rows[1]),
    ]
  }

  private static func label(_ label: EventLabel) -> String {
    TextTable.hexadecimal(UInt32(label.rawValue))
  }

  /// `+12 -13`.
  private static func rows(_ rows: NetworkMapping.Place.Rows) -> String {
    let words = [rows.excitatory.map { "+\($0)" }, rows.inhibitory.map { "-\($0)" }]
    let text = words.compactMap { $0 }.joined(separator: " ")
    return text.isEmpty ? "-" : text
  }

  // MARK: JSON

  var json: JSONValue {
    [
      "network_sha256": .string(mapping.network.sha256),
      "chip_sha256": .string(mapping.chip.sha256),
      "addresses": .array(mapping.places.map(Self.json)),
      "rates": .array(
        mapping.rates.map {
          [
            "name": .string($0.name), "generator": .integer($0.generator),
            "wanted_khz": .number($0.wanted), "realised_khz": .number($0.realised),
          ]
        }),
    ]
  }

  private static func json(_ place: NetworkMapping.Place) -> JSONValue {
    func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    let rows = place.rows.map { rows -> JSONValue in
      [
        "excitatory_row": number(rows.excitatory), "inhibitory_row": number(rows.inhibitory),
        "synapses": .integer(rows.synapseCount),
      ]
    }
    return [
      "name": .string(place.name),
      "hemisphere": place.neuron.map { .string("\($0.hemisphere)") } ?? .null,
      "column": number(place.neuron?.column),
      "label": place.label.map { .integer(Int($0.rawValue)) } ?? .null,
      "bus": number(place.bus), "generator": number(place.generator),
      "delay_us": .number(Double(place.delayTicks) / Double(ClockTime.ticksPerMicrosecond)),
      "top": rows[0], "bottom": rows[1],
    ]
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
