/// The rules of ``OperandGroups`` for one instruction under one `vtype`.
struct GroupRules {
  let instruction: Instruction
  let shape: ElementShape

  private var i: Instruction { instruction }
  private var width: Int { shape.width }
  private var multiplier: Int { shape.multiplier }

  var groups: OperandGroups {
    // An instruction that is masked cannot write the mask register, comparisons and reductions
    // excepted.
    let mask: OperandGroups.Fault? = i.isUnmasked || i.destination != 0 ? nil : .mask
    switch i.operation {
    case .vadd, .vsub, .vrsub, .vand, .vor, .vxor, .vsll, .vsrl, .vsra, .vminu, .vmin, .vmaxu,
      .vmax, .vsaddu, .vsadd, .vssubu, .vssub, .vaaddu, .vaadd, .vasubu, .vasub, .vsmul, .vssrl,
      .vssra, .vmul, .vmulh, .vmulhu, .vmulhsu, .vmerge, .vslidedown, .vslide1down:
      return sameWidth(fault: mask)
    case .vmv, .vid:
      var groups = sameWidth(fault: mask)
      groups.source2 = nil
      return groups
    case .vmacc, .vnmsac, .vmadd, .vnmsub:
      var groups = sameWidth(fault: mask)
      groups.readsDestination = true
      return groups
    case .vslideup, .vslide1up:
      return sameWidth(fault: mask ?? overlap(i.destination == i.source2))
    case .vrgather:
      let overlaps = i.destination == i.source2 || isVector1 && i.destination == i.source1
      return sameWidth(fault: mask ?? overlap(overlaps))
    case .vrgatherei16: return gather16(fault: mask)
    case .vwaddu, .vwadd, .vwsubu, .vwsub, .vwmul, .vwmulu, .vwmulsu: return widening(fault: mask)
    case .vwmaccu, .vwmacc, .vwmaccsu, .vwmaccus:
      var groups = widening(fault: mask)
      groups.readsDestination = true
      return groups
    case .vnsrl, .vnsra, .vnclipu, .vnclip: return narrowing(fault: mask)
    case .vzext, .vsext: return extending(fault: mask)
    case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt: return comparing
    case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor:
      return OperandGroups(destination: 0, source2: 0, source1: 0)
    case .vcpop, .vfirst: return OperandGroups(source2: 0)
    case .vmsbf, .vmsif, .vmsof:
      return OperandGroups(
        destination: 0, source2: 0, fault: mask ?? overlap(i.destination == i.source2))
    case .viota:
      return OperandGroups(
        destination: multiplier, source2: 0,
        fault: mask ?? aligned(i.destination, multiplier)
          ?? overlap(touchesDestination(i.source2, 0)))
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax:
      return reducing(fault: nil)
    case .vwredsumu, .vwredsum: return reducing(fault: width < 2 ? nil : .width)
    case .vmvXS: return OperandGroups(source2: 0)
    case .vmvSX: return OperandGroups(destination: 0)
    case .vmvr:
      let multiplier = i.registerCount.trailingZeroBitCount
      return OperandGroups(destination: multiplier, source2: multiplier)
    case .vcompress:
      var groups = sameWidth(
        fault: overlap(i.destination == i.source2 || touchesDestination(i.source1, 0)))
      groups.source1 = 0
      return groups
    case .vsetvli, .vsetivli, .vsetvl: return OperandGroups()
    case .vle, .vse, .vlse, .vsse: return memory(fault: mask)
    case .vluxei, .vloxei, .vsuxei, .vsoxei: return indexed(fault: mask)
    case .vlm, .vsm: return OperandGroups(destination: 0)
    case .vlr, .vsr: return OperandGroups(destination: i.registerCount.trailingZeroBitCount)
    }
  }

  // MARK: Parts

  /// True if the second operand is a vector register.
  private var isVector1: Bool {
    switch i.form {
    case .vv, .wv: true
    case .single, .vx, .vi, .wx, .wi, .vf2, .vf4: false
    }
  }

  private var vector1: Int? { isVector1 ? multiplier : nil }

  private func overlap(_ overlaps: Bool) -> OperandGroups.Fault? { overlaps ? .overlap : nil }

  private func aligned(_ registers: UInt8, _ multiplier: Int) -> OperandGroups.Fault? {
    Int(registers) & (OperandGroups.count(multiplier) - 1) == 0 ? nil : .alignment
  }

  /// True if a group touches the destination group of LMUL registers.
  private func touchesDestination(_ register: UInt8, _ multiplier: Int) -> Bool {
    let (s, d) = (Int(register), Int(i.destination))
    return s + OperandGroups.count(multiplier) > d
      && d + OperandGroups.count(self.multiplier) > s
  }

  /// The general overlap rule for the destination and a source with different element widths, given
  /// as lg2 of their bytes; a mask has width -3.
  private func overlap(
    width dWidth: Int, multiplier dMultiplier: Int,
    _ source: UInt8, width sWidth: Int, multiplier sMultiplier: Int
  ) -> OperandGroups.Fault? {
    let (d, s) = (Int(i.destination), Int(source))
    let dEnd = d + OperandGroups.count(dMultiplier)
    let sEnd = s + OperandGroups.count(sMultiplier)
    if dEnd <= s || sEnd <= d || dWidth == sWidth { return nil }
    // Narrower: only the lowest part of the source. Wider: only the highest part of the destination.
    return overlap(!(dWidth < sWidth ? d == s : sMultiplier >= 0 && sEnd == dEnd))
  }

  // MARK: Shapes

  private func sameWidth(fault: OperandGroups.Fault?) -> OperandGroups {
    let registers = i.destination | i.source2 | (isVector1 ? i.source1 : 0)
    return OperandGroups(
      destination: multiplier, source2: multiplier, source1: vector1,
      fault: fault ?? aligned(registers, multiplier))
  }

  /// What makes both the elements and the groups twice as large.
  private var twiceFault: OperandGroups.Fault? {
    width < 2 ? multiplier < 3 ? nil : .multiplier : .width
  }

  private func widening(fault: OperandGroups.Fault?) -> OperandGroups {
    if let fault = fault ?? twiceFault { return OperandGroups(fault) }
    let wide = multiplier + 1
    let isWide2 =
      switch i.form {
      case .wv, .wx: true
      default: false
      }
    let fault2 = isWide2 ? aligned(i.source2, wide) : narrowSourceFault(i.source2)
    return OperandGroups(
      destination: wide, source2: isWide2 ? wide : multiplier, source1: vector1,
      fault: aligned(i.destination, wide) ?? fault2
        ?? (isVector1 ? narrowSourceFault(i.source1) : nil))
  }

  private func narrowSourceFault(_ source: UInt8) -> OperandGroups.Fault? {
    aligned(source, multiplier)
      ?? overlap(
        width: width + 1, multiplier: multiplier + 1, source, width: width, multiplier: multiplier)
  }

  private func narrowing(fault: OperandGroups.Fault?) -> OperandGroups {
    if let fault = fault ?? twiceFault { return OperandGroups(fault) }
    let registers = i.destination | (isVector1 ? i.source1 : 0)
    let fault =
      aligned(registers, multiplier) ?? aligned(i.source2, multiplier + 1)
      ?? overlap(
        width: width, multiplier: multiplier,
        i.source2, width: width + 1, multiplier: multiplier + 1)
    return OperandGroups(
      destination: multiplier, source2: multiplier + 1, source1: vector1, fault: fault)
  }

  private func extending(fault: OperandGroups.Fault?) -> OperandGroups {
    let steps =
      switch i.form {
      case .vf4: 2
      default: 1
      }
    let source = multiplier - steps
    let shapeFault: OperandGroups.Fault? =
      width >= steps ? source >= -3 ? nil : .multiplier : .width
    if let fault = fault ?? shapeFault { return OperandGroups(fault) }
    let fault =
      aligned(i.destination, multiplier) ?? aligned(i.source2, source)
      ?? overlap(
        width: width, multiplier: multiplier,
        i.source2, width: width - steps, multiplier: source)
    return OperandGroups(destination: multiplier, source2: source, fault: fault)
  }

  private var comparing: OperandGroups {
    func fault(_ source: UInt8) -> OperandGroups.Fault? {
      aligned(source, multiplier)
        ?? overlap(width: -3, multiplier: 0, source, width: width, multiplier: multiplier)
    }
    return OperandGroups(
      destination: 0, source2: multiplier, source1: vector1,
      fault: fault(i.source2) ?? (isVector1 ? fault(i.source1) : nil))
  }

  private func reducing(fault: OperandGroups.Fault?) -> OperandGroups {
    OperandGroups(
      destination: 0, source2: multiplier, source1: 0,
      fault: fault ?? aligned(i.source2, multiplier))
  }

  private func gather16(fault: OperandGroups.Fault?) -> OperandGroups {
    let index = 1 - width + multiplier
    if let fault = fault ?? groupFault(index) { return OperandGroups(fault) }
    let overlaps = i.destination == i.source2 || touchesDestination(i.source1, index)
    return OperandGroups(
      destination: multiplier, source2: multiplier, source1: index,
      fault: aligned(i.destination | i.source2, multiplier) ?? aligned(i.source1, index)
        ?? overlap(overlaps))
  }

  private func groupFault(_ multiplier: Int) -> OperandGroups.Fault? {
    multiplier >= -3 && multiplier <= 3 ? nil : .multiplier
  }

  // MARK: Memory

  /// Unit stride and strided accesses: EEW is the data's.
  private func memory(fault mask: OperandGroups.Fault?) -> OperandGroups {
    let data = Int(i.elementWidth.rawValue) - width + multiplier
    return OperandGroups(
      destination: data,
      fault: groupFault(data) ?? aligned(i.destination, data)
        ?? (i.operation.isStore ? nil : mask))
  }

  /// Indexed accesses: EEW is the indices', the data have SEW and LMUL.
  private func indexed(fault mask: OperandGroups.Fault?) -> OperandGroups {
    let indexWidth = Int(i.elementWidth.rawValue)
    let index = indexWidth - width + multiplier
    if let fault = groupFault(index) { return OperandGroups(fault) }
    var fault = aligned(i.destination, multiplier) ?? aligned(i.source2, index)
    if !i.operation.isStore {
      fault =
        fault ?? mask
        ?? overlap(
          width: width, multiplier: multiplier,
          i.source2, width: indexWidth, multiplier: index)
    }
    return OperandGroups(destination: multiplier, source2: index, fault: fault)
  }
}
