import InstructionSet
import TestSupport
import Testing

@Suite struct ManualTests {
  @Test("The manual is current")
  func current() throws {
    try expectGolden(InstructionTable.manual, at: "firmware/INSTRUCTIONS.md")
  }

  @Test("Every family is in the manual once")
  func complete() {
    let rows = InstructionTable.manual.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(
      rows.count == InstructionTable.families.count + ControlRegister.allCases.count)
  }
}
