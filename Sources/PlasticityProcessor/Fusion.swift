import InstructionSet

extension Handler {
  /// The handler for two instructions in a row.
  static func fusing(_ first: Slot, _ second: Slot) -> Handler? {
    switch (first.single, second.single) {
    case (.addi, .addi): .addiAddi
    case (.addi, .add): .addiAdd
    case (.add, .addi): .addAddi
    case (.add, .add): .addAdd
    case (.addi, .slli): .addiSlli
    case (.slli, .add): .slliAdd
    case (.slli, .srli): .slliSrli
    case (.slli, .srai): .slliSrai
    case (.srli, .slli): .srliSlli
    case (.srli, .xor): .srliXor
    case (.srli, .andi): .srliAndi
    case (.srli, .addi): .srliAddi
    case (.srai, .and): .sraiAnd
    case (.and, .addi): .andAddi
    case (.and, .xor): .andXor
    case (.and, .srli): .andSrli
    case (.xor, .andi): .xorAndi
    case (.xor, .add): .xorAdd
    case (.addi, .xor): .addiXor
    case (.andi, .slli): .andiSlli
    case (.andi, .sub): .andiSub
    case (.sub, .and): .subAnd
    case (.lui, .addi): .luiAddi
    case (.auipc, .addi): .auipcAddi
    case (.addi, .lw): .addiLw
    case (.addi, .lbu): .addiLbu
    case (.addi, .sw): .addiSw
    case (.addi, .sb): .addiSb
    case (.add, .lw): .addLw
    case (.add, .lbu): .addLbu
    case (.lui, .lw): .luiLw
    case (.auipc, .lw): .auipcLw
    case (.lw, .addi): .lwAddi
    case (.lw, .add): .lwAdd
    case (.lw, .xor): .lwXor
    case (.lw, .srli): .lwSrli
    case (.lbu, .addi): .lbuAddi
    case (.lbu, .xor): .lbuXor
    case (.sw, .addi): .swAddi
    case (.sb, .addi): .sbAddi
    case (.lw, .lw): .lwLw
    case (.sw, .sw): .swSw
    case (.lw, .sw): .lwSw
    case (.sw, .lw): .swLw
    case (.lbu, .lbu): .lbuLbu
    case (.addi, .bne): .addiBne
    case (.addi, .beq): .addiBeq
    case (.addi, .blt): .addiBlt
    case (.addi, .bltu): .addiBltu
    case (.addi, .bge): .addiBge
    case (.add, .bne): .addBne
    case (.xor, .bne): .xorBne
    case (.andi, .beq): .andiBeq
    case (.andi, .bne): .andiBne
    case (.addi, .jal): .addiJal
    case (.addi, .jalr): .addiJalr
    case (.auipc, .jalr): .auipcJalr
    case (.lw, .jalr): .lwJalr
    case (.lw, .beq): .lwBeq
    case (.lw, .bne): .lwBne
    case (.lbu, .beq): .lbuBeq
    case (.lbu, .bne): .lbuBne
    case (.bne, .addi): .bneAddi
    case (.bne, .lbu): .bneLbu
    case (.beq, .addi): .beqAddi
    case (.beq, .lw): .beqLw
    default: nil
    }
  }

  /// The handler for three instructions in a row.
  static func fusing(_ first: Slot, _ second: Slot, _ third: Slot) -> Handler? {
    switch (first.single, second.single, third.single) {
    case (.lbu, .addi, .addi): .lbuAddiAddi
    case (.addi, .addi, .bne): .addiAddiBne
    case (.addi, .sb, .addi): .addiSbAddi
    case (.sb, .addi, .bne): .sbAddiBne
    case (.slli, .add, .lw): .slliAddLw
    case (.xor, .andi, .slli): .xorAndiSlli
    case (.lw, .lw, .lw): .lwLwLw
    case (.sw, .sw, .sw): .swSwSw
    case (.addi, .xor, .bne): .addiXorBne
    case (.andi, .sub, .and) where second.source1 == 0 && isChain(first, second, third):
      .andiNegAnd
    case (.slli, .srai, .and) where isChain(first, second, third): .slliSraiAnd
    default: nil
    }
  }

  /// True if each instruction reads what the one before it has written: a negation by `rs2`, a shift
  /// and a conjunction by `rs1`.
  private static func isChain(_ first: Slot, _ second: Slot, _ third: Slot) -> Bool {
    let link =
      switch second.single {
      case .sub: second.source2
      default: second.source1
      }
    return link == first.destination && third.source1 == second.destination
  }
}
