import Foundation
import TestSupport
import Testing

@Suite struct IsaCommandTests {
  @Test("The manual is the one in the firmware folder")
  func manual() throws {
    let file = repository.appendingPathComponent("firmware/INSTRUCTIONS.md")
    #expect(Tool("isa").output == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test("One instruction is found by its mnemonic, several by the part before the dot")
  func search() {
    #expect(
      Tool("isa", "add").output == """
        add rd, rs1, rs2
          encoding  0000000 rs2 rs1 000 rd 0110011
          effect    x[rd] = x[rs1] + x[rs2]
          group     Arithmetic with registers

        """)
    let lines = Tool("isa", "vadd").output.split(separator: "\n")
    #expect(
      lines.filter { !$0.hasPrefix(" ") } == [
        "vadd.vv vd, vs2, vs1, vm", "vadd.vx vd, vs2, rs1, vm", "vadd.vi vd, vs2, imm, vm",
      ])
  }

  @Test("A word is decoded")
  func word() {
    let text = Tool("isa", "0x00a58533").output
    #expect(text.hasPrefix("add a0, a1, a0\n  syntax    add rd, rs1, rs2\n  encoding"))
    #expect(
      Tool("isa", "0x00a58533", "--json").output == """
        {
          "instructions": [
            {
              "mnemonic": "add",
              "syntax": "add rd, rs1, rs2",
              "encoding": "0000000 rs2 rs1 000 rd 0110011",
              "effect": "x[rd] = x[rs1] + x[rs2]",
              "group": "Arithmetic with registers",
              "word": 10847539,
              "text": "add a0, a1, a0"
            }
          ]
        }

        """)
  }

  @Test(
    "What is no instruction is refused",
    arguments: [
      ("vsmull.vv", "no instruction 'vsmull.vv'\ndid you mean 'vsmul.vv'?"),
      ("frobnicate", "no instruction 'frobnicate'\nranvier isa prints all of them"),
      ("0xzz", "'0xzz' is not a word of 32 bits"),
      ("0x100000000", "'0x100000000' is not a word of 32 bits"),
      ("0x0", "0x0 is not an instruction of this processor; it traps"),
    ])
  func refused(query: String, errors: String) {
    let tool = Tool("isa", query)
    #expect(tool.errors == "ranvier isa: \(errors)\n" && tool.status == 2 && tool.output == "")
  }

  @Test("JSON lists every instruction of the table once")
  func json() throws {
    struct Listing: Decodable {
      struct Entry: Decodable { var mnemonic, syntax, encoding, effect, group: String }
      var instructions: [Entry]
    }
    let text = Tool("isa", "--json").output
    let listing = try JSONDecoder().decode(Listing.self, from: Data(text.utf8))
    #expect(Set(listing.instructions.map(\.mnemonic)).count == listing.instructions.count)
    #expect(listing.instructions.count > 200)
  }
}
