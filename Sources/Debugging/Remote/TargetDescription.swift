import InstructionSet

/// The registers as gdb numbers them: x0…x31, pc, v0…v31, control registers.
enum RemoteRegisters {
  /// Those that the processors have.
  static let control: [ControlRegister] = [
    .vstart, .vxsat, .vxrm, .vcsr, .vl, .vtype, .vlenb, .mstatus, .misa, .mie, .mtvec, .mscratch,
    .mepc, .mcause, .mtval, .mip, .mcycle, .mcycleh, .minstret, .minstreth, .mhartid, .time, .timeh,
  ]

  static let all: [RegisterReference] =
    (0..<32).map { .integer($0) } + [.programCounter] + (0..<32).map { .vector($0) }
    + control.map { .control($0.rawValue) }

  static func byteCount(_ register: RegisterReference) -> Int {
    if case .vector = register { return 128 }
    return 4
  }

  /// The target description (GDB manual, appendix "Target Descriptions", RISC-V features).
  static let description: String = {
    var xml = """
      <?xml version="1.0"?>
      <!DOCTYPE target SYSTEM "gdb-target.dtd">
      <target version="1.0">
      <architecture>riscv:rv32</architecture>
      <feature name="org.gnu.gdb.riscv.cpu">

      """
    for name in RegisterName.integer {
      let type = name == "ra" ? "code_ptr" : ["sp", "gp", "tp"].contains(name) ? "data_ptr" : "int"
      xml += "<reg name=\"\(name)\" bitsize=\"32\" type=\"\(type)\"/>\n"
    }
    xml += """
      <reg name="pc" bitsize="32" type="code_ptr"/>
      </feature>
      <feature name="org.gnu.gdb.riscv.vector">
      <vector id="words" type="uint32" count="32"/>
      <vector id="shorts" type="uint16" count="64"/>
      <vector id="bytes" type="uint8" count="128"/>
      <union id="riscv_vector">
      <field name="w" type="words"/>
      <field name="s" type="shorts"/>
      <field name="b" type="bytes"/>
      </union>

      """
    for index in 0..<32 {
      xml += "<reg name=\"v\(index)\" bitsize=\"1024\" type=\"riscv_vector\" group=\"vector\"/>\n"
    }
    xml += "</feature>\n<feature name=\"org.gnu.gdb.riscv.csr\">\n"
    for register in control {
      xml += "<reg name=\"\(register)\" bitsize=\"32\" type=\"int\" group=\"csr\"/>\n"
    }
    return xml + "</feature>\n</target>\n"
  }()
}
