import Assembler
import ChipGeometry
import Foundation
import TestSupport
import Testing

@Suite struct FuzzTests {
  @Test(
    "Random expressions have the values that clang gives them",
    .enabled(if: ClangOracle.isUsable, "needs clang and ld.lld"))
  func expressions() throws {
    var random = RandomStream(seed: 1, name: "expressions")
    var source = "  .globl _start\n_start: nop\nnear: nop\n  .data\n"
    for _ in 0..<400 { source += "  .dword \(Self.expression(&random, depth: 4))\n" }
    let folder = try TemporaryFolder()
    let path = try folder.write(source, to: "expressions.s")
    let difference = difference(
      try Assembler.assemble(files: [path]).image, try ClangOracle.program([path]))
    #expect(difference == nil, "\(difference ?? "")\n\(source)")
  }

  /// Divisors and shift counts are kept where the result is defined.
  private static func expression(_ random: inout RandomStream, depth: Int) -> String {
    func pick(_ choices: [String]) -> String {
      choices[Int(random.next(below: UInt64(choices.count)))]
    }
    if depth == 0 || random.next(below: 6) == 0 {
      return pick([
        "1", "0", "7", "0x1234", "'a'", "010", "0b1101", "65535", "(near - _start)", "255",
      ])
    }
    if random.next(below: 5) == 0 {
      return pick(["-", "~", "!", "+"]) + "(" + expression(&random, depth: depth - 1) + ")"
    }
    let left = expression(&random, depth: depth - 1)
    let right = expression(&random, depth: depth - 1)
    if random.next(below: 5) == 0 {
      return left + pick([" / 3", " % 5", " << 2", " >> 3", " / 7 * 2"])
    }
    let name = pick([
      "+", "-", "*", "|", "&", "^", "!", "&&", "||", "==", "!=", "<>", "<", "<=", ">", ">=",
    ])
    return random.next(below: 3) == 0 ? "(\(left) \(name) \(right))" : "\(left) \(name) \(right)"
  }

  /// The lines of all cases, to be cut up and mixed.
  static let lines: [[UInt8]] = {
    var lines: [[UInt8]] = []
    for name in CaseTests.files("ok_") + CaseTests.files("own_") + CaseTests.files("err_") {
      let text = (try? String(contentsOfFile: "\(CaseTests.folder)/\(name)", encoding: .utf8)) ?? ""
      lines += text.utf8.split(separator: 0x0A).map(Array.init)
    }
    return lines
  }()

  @Test("Mixed and damaged sources are assembled or refused, and nothing worse", arguments: 0..<4)
  func damagedSources(part: UInt64) throws {
    var random = RandomStream(seed: part, name: "sources")
    func below(_ bound: Int) -> Int { Int(random.next(below: UInt64(max(1, bound)))) }
    var options = Assembler.Options()
    options.load = { _ in Array("  nop\n  .if 1\n  .endif\n".utf8) }
    for _ in 0..<150 {
      var text: [[UInt8]] = (0...below(25)).map { _ in Self.lines[below(Self.lines.count)] }
      for _ in 0..<below(12) {
        let line = below(text.count)
        let place = below(text[line].count + 1)
        switch below(4) {
        case 0: text[line].insert(UInt8(below(256)), at: place)
        case 1: text[line].removeSubrange(place...)
        case 2: text[line].insert(Array("()\"'\\,;#%:=.".utf8)[below(12)], at: place)
        default: text[line] += Self.lines[below(Self.lines.count)].suffix(below(20))
        }
      }
      let source = Assembler.Source(path: "fuzz.s", bytes: Array(text.joined(separator: [0x0A])))
      do {
        let assembly = try Assembler.assemble(sources: [source], options: options)
        #expect(try ProgramImage(elf: assembly.elf).sha256 == assembly.image.sha256)
      } catch let error as AssemblyError {
        #expect(!error.diagnostics.isEmpty)
        #expect(error.description.utf8.count > 10)
      }
    }
  }

  @Test(
    "What would take for ever or all memory is refused",
    arguments: [
      ".macro m\nm\n.endm\nm", ".rept 1000000\n.rept 1000000\nnop\n.endr\n.endr",
      ".include \"self\"", ".zero 0x7fffffff", ".org 0x7fffffff", ".p2align 62",
      ".fill 0x3ffffff, 8, 1\n.fill 0x3ffffff, 8, 1",
      ".set a, b + b\n.set b, c + c\n.set c, d + d\n.set d, e + e\n.set e, f + f\n.set f, a\n.word a",
      ".macro x y\n x \"\\y;\\y\"\n.endm\nx nop",
      "\(String(repeating: ".if 1\n", count: 5000))",
      ".word " + String(repeating: "(", count: 100_000),
      ".word " + String(repeating: "-", count: 100_000) + "x",
      ".word x" + String(repeating: "+x", count: 100_000),
      ".set a, u\n" + String(repeating: ".set a, a + a\n", count: 200) + ".word a",
      ".irpc c, \(String(repeating: "ab", count: 5000))\n.rept 300\nnop\n.endr\n.endr",
    ])
  func limits(source: String) {
    var options = Assembler.Options()
    options.load = { _ in Array(source.utf8) }
    options.statementLimit = 20_000
    #expect(throws: AssemblyError.self) {
      try Assembler.assemble(text: "_start: nop\n" + source, options: options)
    }
  }
}
