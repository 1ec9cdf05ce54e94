/// One instruction of every class of the vector unit, by itself.
enum VectorClasses {
  /// Title of the class, `vtype`, instructions.
  // swift-format-ignore
  static let table: [(title: String, type: String, instructions: [String])] = [
    ("plain", "e16, m1", ["vadd.vv v8, v16, v24", "vadd.vx v8, v16, a3", "vmin.vv v8, v16, v24",
      "vand.vv v8, v16, v24", "vsra.vi v8, v16, 3", "vsll.vv v8, v16, v24", "vmv.v.x v8, a3"]),
    ("masked", "e16, m1", ["vadd.vv v8, v16, v24, v0.t", "vsmul.vv v8, v16, v24, v0.t"]),
    ("saturating", "e16, m1", ["vsadd.vv v8, v16, v24", "vssub.vv v8, v16, v24",
      "vsaddu.vv v8, v16, v24"]),
    ("averaging", "e16, m1", ["vaadd.vv v8, v16, v24", "vasubu.vv v8, v16, v24"]),
    ("fractional", "e16, m1", ["vsmul.vv v8, v16, v24", "vsmul.vx v8, v16, a3"]),
    ("multiply", "e16, m1", ["vmul.vv v8, v16, v24", "vmulh.vv v8, v16, v24",
      "vmulhsu.vv v8, v16, v24"]),
    ("macc", "e16, m1", ["vmacc.vv v8, v16, v24", "vmadd.vv v8, v16, v24"]),
    ("widening", "e16, m1", ["vwadd.vv v8, v16, v24", "vwmul.vv v8, v16, v24",
      "vwmacc.vv v8, v16, v24"]),
    ("narrowing clip", "e16, m1", ["vnclip.wi v8, v16, 5", "vnclip.wv v8, v16, v24"]),
    ("scaling shift", "e16, m1", ["vssra.vi v8, v16, 3", "vssra.vv v8, v16, v24"]),
    ("compare", "e16, m1", ["vmslt.vv v8, v16, v24", "vmseq.vx v8, v16, a3"]),
    ("merge", "e16, m1", ["vmerge.vvm v8, v16, v24, v0"]),
    ("reduction", "e16, m1", ["vredsum.vs v8, v16, v24", "vwredsum.vs v8, v16, v24"]),
    ("mask logic", "e16, m1", ["vmand.mm v8, v16, v24", "vmsbf.m v8, v16"]),
    ("mask to scalar", "e16, m1", ["vcpop.m a5, v16", "vfirst.m a5, v16"]),
    ("mask to lanes", "e16, m1", ["viota.m v8, v16", "vid.v v8"]),
    ("slide", "e16, m1", ["vslide1up.vx v8, v16, a3", "vslidedown.vi v8, v16, 3"]),
    ("gather", "e16, m1", ["vrgather.vv v8, v16, v24"]),
    ("compress", "e16, m1", ["vcompress.vm v8, v16, v24"]),
    ("unit stride", "e16, m1", ["vle16.v v8, (a1)", "vse16.v v8, (a1)"]),
    ("masked memory", "e16, m1", ["vle16.v v8, (a1), v0.t", "vse16.v v8, (a1), v0.t"]),
    ("strided", "e16, m1", ["vlse16.v v8, (a1), a2", "vsse16.v v8, (a1), a2"]),
    ("indexed", "e16, m1", ["vluxei16.v v8, (a1), v28", "vsuxei16.v v8, (a1), v28"]),
    ("configuration", "e16, m1", ["vsetvli t0, x0, e16, m1, ta, ma"]),
    ("bytes", "e8, m1", ["vsadd.vv v8, v16, v24", "vsmul.vv v8, v16, v24", "vle8.v v8, (a1)"]),
    ("words", "e32, m1", ["vadd.vv v8, v16, v24", "vsmul.vv v8, v16, v24"]),
    ("groups of eight", "e16, m8", ["vadd.vv v8, v16, v24", "vsadd.vv v8, v16, v24"]),
  ]

  static let workloads = table.flatMap { row in
    row.instructions.map { workload(row.title, row.type, $0) }
  }

  /// Sixteen of an instruction per turn, on registers with all bits in play.
  private static func workload(
    _ title: String, _ type: String, _ instruction: String
  ) -> ProcessorBenchmark.Workload {
    let mnemonic = instruction.prefix { $0 != " " }
    let shape = type.split(separator: ", ").joined(separator: "-")
    let mask = instruction.hasSuffix("v0.t") ? "-masked" : ""
    return ProcessorBenchmark.Workload(
      name: "vector-\(shape)-\(mnemonic)\(mask)", note: title, measuredPerTurn: 16
    ) { turns in
      try BenchmarkProgram(
        """
        _start: la a1, data
                addi a4, a1, 1024
                li a2, 4
                li a3, 12345
                li t2, \(turns)
                vsetvli t0, x0, e8, m8, ta, ma
                vle8.v v16, (a1)
                vle8.v v24, (a4)
                vsetvli t0, x0, e16, m1, ta, ma
                vmv.v.v v0, v17
                vid.v v28
                vsll.vi v28, v28, 1
                vsetvli t0, x0, \(type), ta, ma
        turn:   .rept 16
                \(instruction)
                .endr
                addi t2, t2, -1
                bnez t2, turn
        """)
    }
  }
}
