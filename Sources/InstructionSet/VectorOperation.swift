/// Every vector operation.
///
/// The operand forms (`.vv`, `.vx`, `.vi`, …) of an operation share one case and differ in
/// ``Instruction/form``; the element widths of memory accesses share one case and differ in
/// ``Instruction/elementWidth``; the register counts of whole-register accesses and moves share one
/// case and differ in ``Instruction/registerCount``.
public enum VectorOperation: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  // Configuration.
  case vsetvli, vsetivli, vsetvl
  // Memory: unit stride, strided, indexed unordered and ordered, mask, whole registers.
  case vle, vse, vlse, vsse, vluxei, vloxei, vsuxei, vsoxei, vlm, vsm, vlr, vsr
  // Addition, logic, shifts.
  case vadd, vsub, vrsub, vand, vor, vxor, vsll, vsrl, vsra, vminu, vmin, vmaxu, vmax
  case vwaddu, vwadd, vwsubu, vwsub, vnsrl, vnsra, vzext, vsext
  // Fixed point.
  case vsaddu, vsadd, vssubu, vssub, vaaddu, vaadd, vasubu, vasub
  case vsmul, vssrl, vssra, vnclipu, vnclip
  // Multiplication.
  case vmul, vmulh, vmulhu, vmulhsu, vwmul, vwmulu, vwmulsu
  case vmacc, vnmsac, vmadd, vnmsub, vwmaccu, vwmacc, vwmaccsu, vwmaccus
  // Comparisons and masks.
  case vmseq, vmsne, vmsltu, vmslt, vmsleu, vmsle, vmsgtu, vmsgt
  case vmand, vmnand, vmandn, vmxor, vmor, vmnor, vmorn, vmxnor
  case vcpop, vfirst, vmsbf, vmsif, vmsof, viota, vid, vmerge
  /// `vmv.v.v`, `vmv.v.x`, `vmv.v.i`.
  case vmv
  // Reductions.
  case vredsum, vredand, vredor, vredxor, vredminu, vredmin, vredmaxu, vredmax
  case vwredsumu, vwredsum
  // Permutation.
  /// `vmv.x.s`: element 0 to an integer register.
  case vmvXS
  /// `vmv.s.x`: an integer register to element 0.
  case vmvSX
  /// `vmv1r.v`, `vmv2r.v`, `vmv4r.v`, `vmv8r.v`.
  case vmvr
  case vslideup, vslidedown, vslide1up, vslide1down, vrgather, vrgatherei16, vcompress
}

/// Where the operands of a vector instruction come from, as in the suffix of its mnemonic.
public enum OperandForm: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// The operation has only one form.
  case single
  /// The second operand is a vector register, an integer register, or the immediate. `vmerge.vvm`,
  /// `vmv.v.v` and their siblings count as these.
  case vv, vx, vi
  /// The same, while `vs2` has elements of twice the width.
  case wv, wx, wi
  /// The source has elements of half or a quarter of the width.
  case vf2, vf4
}

/// The width of the elements (or, in indexed accesses, of the indices) of a memory access.
public enum ElementWidth: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case e8, e16, e32

  /// 1, 2 or 4.
  public var byteCount: Int { 1 << Int(rawValue) }
}
