import ChipDescription
import ChipGeometry
import TestSupport
import Testing

@Suite struct JSONReaderTests {
  static func failure(_ text: String) -> String? {
    do throws(DescriptionError) {
      _ = try JSONReader.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  @Test("Values keep their places, digits and order")
  func values() throws {
    let text = "{\"b\": [1, -0.5e3, true],\n \"aü\": \"x\\u00e9\\ud83d\\ude00\\n\", \"c\": null}"
    let node = try JSONReader.read(Array(text.utf8))
    #expect(
      node.plain
        == ["b": [1, -500.0, true], "aü": "xé😀\n", "c": nil])
    guard case .object(let members) = node.value else { throw Unexpected() }
    #expect(members.map(\.position.description) == ["1:2", "2:2", "2:33"])
    #expect(members[1].value.position == JSONPosition(line: 2, column: 8))
    #expect(try JSONReader.read(Array("18446744073709551615".utf8)).plain == .unsigned(.max))
  }

  struct Unexpected: Error {}

  @Test(
    "What is not JSON is refused with its place",
    arguments: [
      ("", "1:1: expected a value, found the end of the text"),
      ("{\"a\": 1,}", "1:9: expected a key in quotation marks, found '}'"),
      ("{\"a\": 1, \"a\": 2}", "1:10: the key 'a' was given before, at 1:2"),
      ("{\"a\": 1, \"\\u0061\": 2}", "1:10: the key 'a' was given before, at 1:2"),
      ("[1, 2", "1:6: expected ',' or ']', found the end of the text"),
      ("[01]", "1:3: expected ',' or ']', found '1'"),
      ("[1.]", "1:4: expected a digit, found ']'"),
      ("[+1]", "1:2: expected a value, found '+'"),
      ("[NaN]", "1:2: expected a value, found 'N'"),
      ("[1e999]", "1:2: the number 1e999 is too large"),
      ("{}\n\n  x", "3:3: expected the end of the text, found 'x'"),
      (
        "\"a\nb\"",
        "1:3: expected a character of the string (control characters as \\uXXXX), "
          + "found a control character"
      ),
      ("\"\\ud800x\"", "1:2: half of a character: a surrogate without its pair"),
      ("\"\\udc00\"", "1:2: half of a character: a surrogate without its pair"),
      ("\"\\q\"", "1:3: expected one of \" \\ / b f n r t u, found 'q'"),
      ("\"\\u12g4\"", "1:6: expected a hexadecimal digit, found 'g'"),
      ("// no", "1:1: expected a value, found '/'"),
      (String(repeating: "[", count: 65), "1:65: lists and objects are more than 64 deep"),
    ])
  func refused(text: String, message: String) { #expect(Self.failure(text) == message) }

  @Test("Bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: DescriptionError.self) { _ = try JSONReader.read([0x22, 0xFF, 0x22]) }
    #expect(throws: DescriptionError.self) { _ = try JSONReader.read([0xEF, 0xBB, 0xBF, 0x31]) }
  }

  /// A file with everything that a description has.
  static let sample = Array(BehaviourCase.text.utf8)

  /// A text with a few bytes changed, cut out, or doubled.
  static func mutant(of sample: [UInt8] = sample, _ random: inout RandomStream) -> [UInt8] {
    var bytes = sample
    for _ in 0...random.next(below: 3) {
      let at = Int(random.next(below: UInt64(bytes.count)))
      switch random.next(below: 4) {
      case 0: bytes[at] = UInt8(random.next(below: 256))
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(Array("{}[],:\"0-e.\\".utf8)[Int(random.next(below: 12))], at: at)
      default:
        let end = min(bytes.count, at + Int(random.next(below: 30)))
        bytes.insert(contentsOf: bytes[at..<end], at: at)
      }
    }
    return bytes
  }

  @Test("A mutated description is read and means something, or is refused with a place in it")
  func fuzz() {
    var random = RandomStream(seed: 5, name: "mutated descriptions")
    var refused = 0
    for _ in 0..<200 {
      let bytes = Self.mutant(&random)
      let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
      do throws(DescriptionError) {
        let read = try ChipDescription(json: bytes)
        let again = try ChipDescription(json: Array(read.json(all: true).text.utf8))
        #expect(again == read)
      } catch {
        refused += 1
        #expect((1...lines).contains(error.position.line) && error.position.column > 0)
        #expect(!error.message.isEmpty)
      }
    }
    #expect(refused > 100 && refused < 200)
  }

  @Test(
    "Python reads the same from what it does not refuse, and refuses nothing that is read here",
    .enabled(if: Oracle.python.isUsable, "needs python3"))
  func python() throws {
    let folder = try TemporaryFolder()
    var random = RandomStream(seed: 7, name: "mutated descriptions")
    var verdicts: [String] = []
    var lines: [String] = []
    for _ in 0..<150 {
      let bytes = Self.mutant(&random)
      lines.append(bytes.map { String($0) }.joined(separator: " "))
      let read = try? JSONReader.read(bytes)
      verdicts.append(read.map { $0.plain.line } ?? "")
    }
    try folder.write(lines.joined(separator: "\n"), to: "texts")
    try folder.write(verdicts.joined(separator: "\n"), to: "verdicts")
    let script = """
      import json
      def unique(pairs):
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)
      def refuse(word): raise ValueError(word)
      texts = open('texts').read().split('\\n')
      verdicts = open('verdicts').read().split('\\n')
      read = 0
      for text, verdict in zip(texts, verdicts, strict=True):
        try:
          value = json.loads(bytes(map(int, text.split())).decode(), object_pairs_hook=unique,
                             parse_constant=refuse)
        except (ValueError, AssertionError): value = None
        assert (value is None) == (verdict == ''), (text, verdict)
        if verdict: read += 1; assert json.loads(verdict) == value, verdict
      print(read > 20)
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.text == "True\n", "\(result.errors)")
  }
}
