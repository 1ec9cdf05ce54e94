import ChipDescription
import ChipGeometry
import TestSupport
import Testing

@Suite struct SchemaTests {
  static let hasPackage: Bool = {
    Oracle.required
      || (try? Oracle.python.run(["-c", "import jsonschema"]))?.status == 0
  }()

  @Test("The schema has every field with unit, range, default and meaning")
  func complete() {
    let text = ChipDescription.schema.text
    #expect(text.hasPrefix("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""))
    for (info, _) in FieldTests.places(ChipDescription.table.infos) {
      #expect(text.contains("\"\(info.name)\": {") && !info.meaning.isEmpty)
      #expect(!info.source.isEmpty && !info.meaning.hasSuffix("."))
    }
  }

  @Test(
    "An independent validator takes the same files by the schema as this reader",
    .enabled(if: hasPackage, "needs python3 with jsonschema"))
  func validator() throws {
    let folder = try TemporaryFolder()
    try folder.write(ChipDescription.schema.text, to: "schema.json")
    let base = try FieldTests.read(BehaviourCase.text).json(all: true)
    var texts = [base.line, ChipDescription().json(all: true).line, "[]", "{}"]
    for (info, path) in FieldTests.places(ChipDescription.table.infos) {
      let values: [JSONValue] = [
        -2000, 1e9, "x", nil, true, [0, 1], [0], [0, 1000], 1.5, 0, ["x": 1],
      ]
      texts += values.map { base.replacing(path[...], by: $0).line }
      texts += FieldTests.others(info.type, than: base.value(at: path[...]) ?? .null)
        .map { base.replacing(path[...], by: $0).line }
      texts.append(
        base.replacing(path.dropLast(), by: ["misspelt": 1]).line)
    }
    let verdicts = texts.map { text in
      (try? ChipDescription(json: Array(text.utf8))) == nil ? "0" : "1"
    }
    try folder.write(texts.joined(separator: "\n"), to: "texts")
    let script = """
      import json, jsonschema
      schema = json.load(open('schema.json'))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for line in open('texts'):
        print(int(validator.is_valid(json.loads(line))), end='')
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let theirs = result.text.map { String($0) }
    #expect(theirs.count == verdicts.count && verdicts.contains("1"))
    for (index, text) in texts.enumerated() where index < theirs.count {
      // What one field demands of another, or a whole number that is written as 1.0, is not in it.
      guard theirs[index] != verdicts[index] else { continue }
      #expect(
        theirs[index] == "1" && Self.isBeyondSchema(text),
        "schema \(theirs[index]), reader \(verdicts[index]): \(text)")
    }
  }

  /// Whether a refusal is about two fields together.
  static func isBeyondSchema(_ text: String) -> Bool {
    do throws(DescriptionError) {
      _ = try ChipDescription(json: Array(text.utf8))
      return false
    } catch {
      return error.message.contains("there is no such node")
        || error.message.contains("the last column would have address")
        || error.message.contains("is joined (joined)")
    }
  }
}
