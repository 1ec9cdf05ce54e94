import InstructionSet

/// Which lane operation each vector instruction is; the loops are in `LaneKernels.swift`.
extension PlasticityProcessor {
  mutating func compute(_ i: VectorInstruction) {
    switch i.operation {
    case .vadd: elementwise(LaneOperations.Add.self, i)
    case .vsub: elementwise(LaneOperations.Subtract.self, i)
    case .vrsub: elementwise(LaneOperations.ReverseSubtract.self, i)
    case .vand: elementwise(LaneOperations.And.self, i)
    case .vor: elementwise(LaneOperations.Or.self, i)
    case .vxor: elementwise(LaneOperations.Xor.self, i)
    case .vsll: elementwise(LaneOperations.ShiftLeft.self, i)
    case .vsrl: elementwise(LaneOperations.ShiftRightUnsigned.self, i)
    case .vsra: elementwise(LaneOperations.ShiftRight.self, i)
    case .vminu: elementwise(LaneOperations.MinimumUnsigned.self, i)
    case .vmin: elementwise(LaneOperations.Minimum.self, i)
    case .vmaxu: elementwise(LaneOperations.MaximumUnsigned.self, i)
    case .vmax: elementwise(LaneOperations.Maximum.self, i)
    case .vmv: elementwise(LaneOperations.Move.self, i)
    case .vsaddu: elementwise(LaneOperations.SaturatingAddUnsigned.self, i)
    case .vsadd: elementwise(LaneOperations.SaturatingAdd.self, i)
    case .vssubu: elementwise(LaneOperations.SaturatingSubtractUnsigned.self, i)
    case .vssub: elementwise(LaneOperations.SaturatingSubtract.self, i)
    case .vaaddu: elementwise(LaneOperations.AveragingAddUnsigned.self, i)
    case .vaadd: elementwise(LaneOperations.AveragingAdd.self, i)
    case .vasubu: elementwise(LaneOperations.AveragingSubtractUnsigned.self, i)
    case .vasub: elementwise(LaneOperations.AveragingSubtract.self, i)
    case .vsmul: elementwise(LaneOperations.FractionalMultiply.self, i)
    case .vssrl: elementwise(LaneOperations.ScalingShiftUnsigned.self, i)
    case .vssra: elementwise(LaneOperations.ScalingShift.self, i)
    case .vmul: elementwise(LaneOperations.Multiply.self, i)
    case .vmulh: elementwise(LaneOperations.MultiplyHigh.self, i)
    case .vmulhu: elementwise(LaneOperations.MultiplyHighUnsigned.self, i)
    case .vmulhsu: elementwise(LaneOperations.MultiplyHighMixed.self, i)
    case .vmacc: elementwise(LaneOperations.MultiplyAdd.self, i)
    case .vnmsac: elementwise(LaneOperations.MultiplySubtract.self, i)
    case .vmadd: elementwise(LaneOperations.MultiplyIntoAdd.self, i)
    case .vnmsub: elementwise(LaneOperations.MultiplyIntoSubtract.self, i)

    case .vwaddu:
      addWide(WideningOperations.AddUnsigned.self, WideOperandOperations.AddUnsigned.self, i)
    case .vwadd: addWide(WideningOperations.Add.self, WideOperandOperations.Add.self, i)
    case .vwsubu:
      addWide(
        WideningOperations.SubtractUnsigned.self, WideOperandOperations.SubtractUnsigned.self, i)
    case .vwsub: addWide(WideningOperations.Subtract.self, WideOperandOperations.Subtract.self, i)
    case .vwmul: widening(WideningOperations.Multiply.self, i)
    case .vwmulu: widening(WideningOperations.MultiplyUnsigned.self, i)
    case .vwmulsu: widening(WideningOperations.MultiplyMixed.self, i)
    case .vwmaccu: widening(WideningOperations.MultiplyAddUnsigned.self, i)
    case .vwmacc: widening(WideningOperations.MultiplyAdd.self, i)
    case .vwmaccsu: widening(WideningOperations.MultiplyAddSignedUnsigned.self, i)
    case .vwmaccus: widening(WideningOperations.MultiplyAddUnsignedSigned.self, i)

    case .vnsrl: narrowing(NarrowingOperations.ShiftRightUnsigned.self, i)
    case .vnsra: narrowing(NarrowingOperations.ShiftRight.self, i)
    case .vnclipu: narrowing(NarrowingOperations.ClipUnsigned.self, i)
    case .vnclip: narrowing(NarrowingOperations.Clip.self, i)
    case .vzext: extend(i, isSigned: false)
    case .vsext: extend(i, isSigned: true)

    case .vmseq: compare(Comparisons.Equal.self, i)
    case .vmsne: compare(Comparisons.NotEqual.self, i)
    case .vmsltu: compare(Comparisons.LessUnsigned.self, i)
    case .vmslt: compare(Comparisons.Less.self, i)
    case .vmsleu: compare(Comparisons.LessOrEqualUnsigned.self, i)
    case .vmsle: compare(Comparisons.LessOrEqual.self, i)
    case .vmsgtu: compare(Comparisons.GreaterUnsigned.self, i)
    case .vmsgt: compare(Comparisons.Greater.self, i)

    case .vredsum: reduce(Reductions.Sum.self, i)
    case .vredand: reduce(Reductions.And.self, i)
    case .vredor: reduce(Reductions.Or.self, i)
    case .vredxor: reduce(Reductions.Xor.self, i)
    case .vredminu: reduce(Reductions.MinimumUnsigned.self, i)
    case .vredmin: reduce(Reductions.Minimum.self, i)
    case .vredmaxu: reduce(Reductions.MaximumUnsigned.self, i)
    case .vredmax: reduce(Reductions.Maximum.self, i)
    case .vwredsumu: reduceWide(i, isSigned: false)
    case .vwredsum: reduceWide(i, isSigned: true)

    case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor: combineMasks(i)
    case .vcpop, .vfirst: countMask(i)
    case .vmsbf, .vmsif, .vmsof: findFirst(i)
    case .viota, .vid, .vmerge, .vmvXS, .vmvSX, .vslideup, .vslidedown, .vslide1up, .vslide1down,
      .vrgather, .vrgatherei16, .vcompress:
      permute(i)
    case .vmvr: moveRegisters(i)
    case .vsetvli, .vsetivli, .vsetvl, .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei,
      .vsoxei, .vlm, .vsm, .vlr, .vsr:
      break
    }
  }

  // MARK: From the width in `vtype` to a type

  private mutating func elementwise<O: LaneOperation>(_: O.Type, _ i: VectorInstruction) {
    switch vector.width {
    case 0: elementwise(O.self, Int8.self, i)
    case 1: elementwise(O.self, Int16.self, i)
    default: elementwise(O.self, Int32.self, i)
    }
  }

  @inline(__always)
  private mutating func elementwise<O: LaneOperation, T: Lane>(
    _: O.Type, _: T.Type, _ i: VectorInstruction
  ) {
    noteSaturation(
      LaneKernels.elementwise(
        O.self, lanes(i.destination, T.self), lanes(i.source2, T.self), second(i, T.self),
        active(i), vector.rounding))
  }

  private mutating func addWide<O: WideningOperation, W: WideOperandOperation>(
    _: O.Type, _: W.Type, _ i: VectorInstruction
  ) {
    switch i.form {
    case .wv, .wx:
      if vector.width == 0 {
        wideOperand(W.self, Int8.self, i)
      } else {
        wideOperand(W.self, Int16.self, i)
      }
    case .single, .vv, .vx, .vi, .wi, .vf2, .vf4: widening(O.self, i)
    }
  }

  @inline(__always)
  private mutating func wideOperand<W: WideOperandOperation, T: Lane>(
    _: W.Type, _: T.Type, _ i: VectorInstruction
  ) {
    LaneKernels.wideOperand(
      W.self, lanes(i.destination, T.Wide.self), lanes(i.source2, T.Wide.self),
      second(i, T.self), active(i))
  }

  private mutating func widening<O: WideningOperation>(_: O.Type, _ i: VectorInstruction) {
    if vector.width == 0 {
      widening(O.self, Int8.self, i)
    } else {
      widening(O.self, Int16.self, i)
    }
  }

  @inline(__always)
  private mutating func widening<O: WideningOperation, T: Lane>(
    _: O.Type, _: T.Type, _ i: VectorInstruction
  ) {
    LaneKernels.widening(
      O.self, lanes(i.destination, T.Wide.self), lanes(i.source2, T.self), second(i, T.self),
      active(i))
  }

  private mutating func narrowing<O: NarrowingOperation>(_: O.Type, _ i: VectorInstruction) {
    if vector.width == 0 {
      narrowing(O.self, Int8.self, i)
    } else {
      narrowing(O.self, Int16.self, i)
    }
  }

  @inline(__always)
  private mutating func narrowing<O: NarrowingOperation, T: Lane>(
    _: O.Type, _: T.Type, _ i: VectorInstruction
  ) {
    noteSaturation(
      LaneKernels.narrowing(
        O.self, lanes(i.destination, T.self), lanes(i.source2, T.Wide.self), second(i, T.self),
        active(i), vector.rounding))
  }

  private mutating func extend(_ i: VectorInstruction, isSigned: Bool) {
    func extend<T: Lane, D: Lane>(_: T.Type, _: D.Type) {
      LaneKernels.extend(
        lanes(i.destination, D.self), lanes(i.source2, T.self), isSigned: isSigned, active(i))
    }
    switch i.form {
    case .vf4: extend(Int8.self, Int32.self)
    default:
      if vector.width == 1 {
        extend(Int8.self, Int16.self)
      } else {
        extend(Int16.self, Int32.self)
      }
    }
  }

  private mutating func compare<C: Comparison>(_: C.Type, _ i: VectorInstruction) {
    let bits = scratch(VectorScratch.mask, UInt64.self)
    func compare<T: Lane>(_: T.Type) {
      LaneKernels.compare(
        C.self, bits, lanes(i.source2, T.self), second(i, T.self), length: vector.length)
    }
    switch vector.width {
    case 0: compare(Int8.self)
    case 1: compare(Int16.self)
    default: compare(Int32.self)
    }
    active(i).writeMask(lanes(i.destination, UInt64.self), bits)
  }

  private mutating func reduce<R: ReductionOperation>(_: R.Type, _ i: VectorInstruction) {
    switch vector.width {
    case 0: reduce(R.self, Int8.self, Int8.self, i, isSigned: true)
    case 1: reduce(R.self, Int16.self, Int16.self, i, isSigned: true)
    default: reduce(R.self, Int32.self, Int32.self, i, isSigned: true)
    }
  }

  private mutating func reduceWide(_ i: VectorInstruction, isSigned: Bool) {
    if vector.width == 0 {
      reduce(Reductions.Sum.self, Int8.self, Int16.self, i, isSigned: isSigned)
    } else {
      reduce(Reductions.Sum.self, Int16.self, Int32.self, i, isSigned: isSigned)
    }
  }

  private mutating func reduce<R: ReductionOperation, T: Lane, W: Lane>(
    _: R.Type, _: T.Type, _: W.Type, _ i: VectorInstruction, isSigned: Bool
  ) {
    guard vector.length > 0 else { return }
    let start = lanes(i.source1, W.self)[0]
    lanes(i.destination, W.self)[0] =
      LaneKernels.reduce(R.self, start, lanes(i.source2, T.self), isSigned: isSigned, active(i))
  }
}
