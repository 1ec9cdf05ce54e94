/// Instructions that the assembler makes from others, as the RISC-V manual, GNU as and clang have
/// them: what is written, and what it stands for.
///
/// The name of a parameter says what it takes: `rd rs rt` an integer register, `vd va vb vt` a
/// vector register, `vm` the mask `v0.t`, `imm` and `csr` an expression or a name, `address` an
/// offset with a base register, `symbol` a place in the program; other names stand for themselves.
/// `vm?` may be left out, with its comma. The first line that fits is taken; a line
/// that begins with `!` is a message.
enum PseudoTable {
  // swift-format-ignore
  static let lines: [(syntax: String, expansion: String)] = [
    ("nop", "addi x0, x0, 0"),
    ("mv rd, rs", "addi $rd, $rs, 0"),
    ("move rd, rs", "addi $rd, $rs, 0"),
    ("not rd, rs", "xori $rd, $rs, -1"),
    ("neg rd, rs", "sub $rd, x0, $rs"),
    ("zext.b rd, rs", "andi $rd, $rs, 255"),
    ("sext.b rd, rs", "slli $rd, $rs, 24; srai $rd, $rd, 24"),
    ("sext.h rd, rs", "slli $rd, $rs, 16; srai $rd, $rd, 16"),
    ("zext.h rd, rs", "slli $rd, $rs, 16; srli $rd, $rd, 16"),
    ("seqz rd, rs", "sltiu $rd, $rs, 1"),
    ("snez rd, rs", "sltu $rd, x0, $rs"),
    ("sltz rd, rs", "slt $rd, $rs, x0"),
    ("sgtz rd, rs", "slt $rd, x0, $rs"),
    ("sgt rd, rs, rt", "slt $rd, $rt, $rs"),
    ("sgtu rd, rs, rt", "sltu $rd, $rt, $rs"),
    ("add rd, rs, imm", "addi $rd, $rs, $imm"),
    ("and rd, rs, imm", "andi $rd, $rs, $imm"),
    ("or rd, rs, imm", "ori $rd, $rs, $imm"),
    ("xor rd, rs, imm", "xori $rd, $rs, $imm"),
    ("sll rd, rs, imm", "slli $rd, $rs, $imm"),
    ("srl rd, rs, imm", "srli $rd, $rs, $imm"),
    ("sra rd, rs, imm", "srai $rd, $rs, $imm"),
    ("slt rd, rs, imm", "slti $rd, $rs, $imm"),
    ("sltu rd, rs, imm", "sltiu $rd, $rs, $imm"),

    ("beqz rs, imm", "beq $rs, x0, $imm"),
    ("bnez rs, imm", "bne $rs, x0, $imm"),
    ("blez rs, imm", "bge x0, $rs, $imm"),
    ("bgez rs, imm", "bge $rs, x0, $imm"),
    ("bltz rs, imm", "blt $rs, x0, $imm"),
    ("bgtz rs, imm", "blt x0, $rs, $imm"),
    ("bgt rs, rt, imm", "blt $rt, $rs, $imm"),
    ("ble rs, rt, imm", "bge $rt, $rs, $imm"),
    ("bgtu rs, rt, imm", "bltu $rt, $rs, $imm"),
    ("bleu rs, rt, imm", "bgeu $rt, $rs, $imm"),
    ("j imm", "jal x0, $imm"),
    ("jal imm", "jal x1, $imm"),
    ("jr rs", "jalr x0, 0($rs)"),
    ("jr rs, imm", "jalr x0, $imm($rs)"),
    ("jr address", "jalr x0, $address"),
    ("jalr rs", "jalr x1, 0($rs)"),
    ("jalr rd, rs", "jalr $rd, 0($rs)"),
    ("jalr rs, imm", "jalr x1, $imm($rs)"),
    ("jalr address", "jalr x1, $address"),
    ("jalr rd, rs, imm", "jalr $rd, $imm($rs)"),
    ("ret", "jalr x0, 0(x1)"),

    ("la rd, symbol", "auipc $rd, %pcrel_hi($symbol); addi $rd, $rd, %previous_lo($symbol)"),
    ("la rd, imm", "li $rd, $imm"),
    ("lla rd, symbol", "auipc $rd, %pcrel_hi($symbol); addi $rd, $rd, %previous_lo($symbol)"),
    ("lla rd, imm", "li $rd, $imm"),
    ("call symbol", "auipc x1, %pcrel_hi($symbol); jalr x1, %previous_lo($symbol)(x1)"),
    ("call rd, symbol", "auipc $rd, %pcrel_hi($symbol); jalr $rd, %previous_lo($symbol)($rd)"),
    ("tail symbol", "auipc x6, %pcrel_hi($symbol); jalr x0, %previous_lo($symbol)(x6)"),
    ("jump symbol, rt", "auipc $rt, %pcrel_hi($symbol); jalr x0, %previous_lo($symbol)($rt)"),
    ("lb rd, symbol", "auipc $rd, %pcrel_hi($symbol); lb $rd, %previous_lo($symbol)($rd)"),
    ("lh rd, symbol", "auipc $rd, %pcrel_hi($symbol); lh $rd, %previous_lo($symbol)($rd)"),
    ("lw rd, symbol", "auipc $rd, %pcrel_hi($symbol); lw $rd, %previous_lo($symbol)($rd)"),
    ("lbu rd, symbol", "auipc $rd, %pcrel_hi($symbol); lbu $rd, %previous_lo($symbol)($rd)"),
    ("lhu rd, symbol", "auipc $rd, %pcrel_hi($symbol); lhu $rd, %previous_lo($symbol)($rd)"),
    ("sb rs, symbol, rt", "auipc $rt, %pcrel_hi($symbol); sb $rs, %previous_lo($symbol)($rt)"),
    ("sh rs, symbol, rt", "auipc $rt, %pcrel_hi($symbol); sh $rs, %previous_lo($symbol)($rt)"),
    ("sw rs, symbol, rt", "auipc $rt, %pcrel_hi($symbol); sw $rs, %previous_lo($symbol)($rt)"),

    ("fence", "fence iorw, iorw"),
    ("pause", "fence w, 0"),
    ("scall", "ecall"),
    ("sbreak", "ebreak"),
    ("unimp", "csrrw x0, cycle, x0"),
    ("csrr rd, csr", "csrrs $rd, $csr, x0"),
    ("csrw csr, rs", "csrrw x0, $csr, $rs"),
    ("csrs csr, rs", "csrrs x0, $csr, $rs"),
    ("csrc csr, rs", "csrrc x0, $csr, $rs"),
    ("csrw csr, imm", "csrrwi x0, $csr, $imm"),
    ("csrs csr, imm", "csrrsi x0, $csr, $imm"),
    ("csrc csr, imm", "csrrci x0, $csr, $imm"),
    ("csrwi csr, imm", "csrrwi x0, $csr, $imm"),
    ("csrsi csr, imm", "csrrsi x0, $csr, $imm"),
    ("csrci csr, imm", "csrrci x0, $csr, $imm"),
    ("csrrw rd, csr, imm", "csrrwi $rd, $csr, $imm"),
    ("csrrs rd, csr, imm", "csrrsi $rd, $csr, $imm"),
    ("csrrc rd, csr, imm", "csrrci $rd, $csr, $imm"),
    ("rdcycle rd", "csrrs $rd, cycle, x0"),
    ("rdcycleh rd", "csrrs $rd, cycleh, x0"),
    ("rdtime rd", "csrrs $rd, time, x0"),
    ("rdtimeh rd", "csrrs $rd, timeh, x0"),
    ("rdinstret rd", "csrrs $rd, instret, x0"),
    ("rdinstreth rd", "csrrs $rd, instreth, x0"),

    ("vneg.v vd, va, vm?", "vrsub.vx $vd, $va, x0, $vm"),
    ("vnot.v vd, va, vm?", "vxor.vi $vd, $va, -1, $vm"),
    ("vwcvt.x.x.v vd, va, vm?", "vwadd.vx $vd, $va, x0, $vm"),
    ("vwcvtu.x.x.v vd, va, vm?", "vwaddu.vx $vd, $va, x0, $vm"),
    ("vncvt.x.x.w vd, va, vm?", "vnsrl.wx $vd, $va, x0, $vm"),
    ("vmmv.m vd, va", "vmand.mm $vd, $va, $va"),
    ("vmcpy.m vd, va", "vmand.mm $vd, $va, $va"),
    ("vmnot.m vd, va", "vmnand.mm $vd, $va, $va"),
    ("vmclr.m vd", "vmxor.mm $vd, $vd, $vd"),
    ("vmset.m vd", "vmxnor.mm $vd, $vd, $vd"),
    ("vmandnot.mm vd, va, vb", "vmandn.mm $vd, $va, $vb"),
    ("vmornot.mm vd, va, vb", "vmorn.mm $vd, $va, $vb"),
    ("vpopc.m rd, va, vm?", "vcpop.m $rd, $va, $vm"),
    ("vle1.v vd, address", "vlm.v $vd, $address"),
    ("vse1.v vd, address", "vsm.v $vd, $address"),
    ("vl1r.v vd, address", "vl1re8.v $vd, $address"),
    ("vl2r.v vd, address", "vl2re8.v $vd, $address"),
    ("vl4r.v vd, address", "vl4re8.v $vd, $address"),
    ("vl8r.v vd, address", "vl8re8.v $vd, $address"),
    ("vmsgt.vv vd, va, vb, vm?", "vmslt.vv $vd, $vb, $va, $vm"),
    ("vmsgtu.vv vd, va, vb, vm?", "vmsltu.vv $vd, $vb, $va, $vm"),
    ("vmsge.vv vd, va, vb, vm?", "vmsle.vv $vd, $vb, $va, $vm"),
    ("vmsgeu.vv vd, va, vb, vm?", "vmsleu.vv $vd, $vb, $va, $vm"),
    ("vmslt.vi vd, va, imm, vm?", "vmsle.vi $vd, $va, ($imm) - 1, $vm"),
    ("vmsge.vi vd, va, imm, vm?", "vmsgt.vi $vd, $va, ($imm) - 1, $vm"),
    ("vmsltu.vi vd, va, 0, vm?", "vmsne.vv $vd, $va, $va, $vm"),
    ("vmsltu.vi vd, va, imm, vm?", "vmsleu.vi $vd, $va, ($imm) - 1, $vm"),
    ("vmsgeu.vi vd, va, 0, vm?", "vmseq.vv $vd, $va, $va, $vm"),
    ("vmsgeu.vi vd, va, imm, vm?", "vmsgtu.vi $vd, $va, ($imm) - 1, $vm"),
    ("vmsge.vx vd, va, rs", "vmslt.vx $vd, $va, $rs; vmnand.mm $vd, $vd, $vd"),
    ("vmsge.vx v0, va, rs, vm", "!with v0 as destination under a mask, vmsge.vx needs a scratch register as fifth operand"),
    ("vmsge.vx vd, va, rs, vm", "vmslt.vx $vd, $va, $rs, v0.t; vmxor.mm $vd, $vd, v0"),
    ("vmsge.vx v0, va, rs, vm, vt", "vmslt.vx $vt, $va, $rs; vmandn.mm v0, v0, $vt"),
    ("vmsge.vx vd, va, rs, vm, vt", "vmslt.vx $vt, $va, $rs; vmandn.mm $vt, v0, $vt; vmandn.mm $vd, $vd, v0; vmor.mm $vd, $vt, $vd"),
    ("vmsgeu.vx vd, va, rs", "vmsltu.vx $vd, $va, $rs; vmnand.mm $vd, $vd, $vd"),
    ("vmsgeu.vx v0, va, rs, vm", "!with v0 as destination under a mask, vmsgeu.vx needs a scratch register as fifth operand"),
    ("vmsgeu.vx vd, va, rs, vm", "vmsltu.vx $vd, $va, $rs, v0.t; vmxor.mm $vd, $vd, v0"),
    ("vmsgeu.vx v0, va, rs, vm, vt", "vmsltu.vx $vt, $va, $rs; vmandn.mm v0, v0, $vt"),
    ("vmsgeu.vx vd, va, rs, vm, vt", "vmsltu.vx $vt, $va, $rs; vmandn.mm $vt, v0, $vt; vmandn.mm $vd, $vd, v0; vmor.mm $vd, $vt, $vd"),
  ]

  /// The first words of the lines, in their order.
  static let mnemonics = lines.map { String($0.syntax.prefix { $0 != " " }) }

  /// A line of the table, taken apart.
  struct Row: Sendable {
    var parameters: [String]
    var instructions: [[Token]]
    /// In place of instructions.
    var message: String?
  }

  static let rows: [String: [Row]] = {
    var rows: [String: [Row]] = [:]
    for (syntax, expansion) in lines {
      let words = syntax.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
      let isMessage = expansion.first == "!"
      let row = Row(
        parameters: Array(words.dropFirst()),
        instructions: isMessage
          ? [] : expansion.split(separator: ";").map { Lexer.tokens(Array($0.utf8), column: 0) },
        message: isMessage ? String(expansion.dropFirst()) : nil)
      rows[words[0], default: []].append(row)
    }
    return rows
  }()
}
