import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct ScalarTests {
  @Test("A loop sums the numbers from 1 to 10 and exits with the sum")
  func loop() {
    var processor = PlasticityProcessor(
      program: [
        Code.addi(10, 0, 0), Code.addi(5, 0, 10),
        Code.register(0, 0, 10, 10, 5), Code.addi(5, 5, -1), Code.branch(1, 5, 0, -8),
      ] + Code.exit)
    #expect(processor.finish() == .exited(code: 55))
    #expect(processor.instructionCount == 2 + 30 + 1)
    // 9 taken branches at 3 cycles.
    #expect(processor.cycle == 2 + 30 + 18 + 1)
  }
}
