package import InstructionSet

extension PlasticityProcessor {
  /// What a vector instruction without memory access costs under the present `vtype` when its
  /// operands are there, for profilers; 1 if it is illegal.
  package func arithmeticCost(of instruction: Instruction) -> Int {
    var slot = Slot(instruction)
    return unsafe withUnsafeMutablePointer(to: &slot) { place in
      unsafe max(1, Int(vector.groups(VectorInstruction(place)).cost))
    }
  }
}
