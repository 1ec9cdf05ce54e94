import InstructionSet

/// Which registers a vector instruction reads and writes under one `vtype`, whether it may, and what
/// follows for its time. Worked out once per instruction and `vtype`, then remembered beside the
/// predecoded instruction.
///
/// The rules are those of the vector specification 1.0, sections 3.4, 5.2 and 5.3, and of the single
/// instructions' sections. Everything reserved is illegal.
struct RegisterGroups: BitwiseCopyable {
  enum Kind: UInt8 { case illegal, arithmetic, memory, configuration }

  /// ``VectorState/key`` of the `vtype` that this holds for.
  var key = Self.unknownKey
  var kind = Kind.arithmetic
  /// The size of the groups, 0 for operands that the instruction does not have.
  var destinationCount: UInt8 = 0
  var source2Count: UInt8 = 0
  var source1Count: UInt8 = 0
  /// True for multiply-accumulate: the destination is read as well.
  var readsDestination = false
  /// True if the result comes late, from the multiplier.
  var isMultiplication = false
  /// Cycles of an arithmetic instruction.
  var cost: UInt8 = 0

  static let unknownKey: UInt16 = .max
  static let unknown = RegisterGroups()

  /// - Parameters: lg2 of the group multipliers, nil for operands that do not exist.
  init(
    destination: Int? = nil, source2: Int? = nil, source1: Int? = nil, isLegal: Bool = true,
    kind: Kind = .arithmetic
  ) {
    self.kind = isLegal ? kind : .illegal
    if let destination { destinationCount = UInt8(Self.count(destination)) }
    if let source2 { source2Count = UInt8(Self.count(source2)) }
    if let source1 { source1Count = UInt8(Self.count(source1)) }
  }

  static let illegal = RegisterGroups(isLegal: false)

  /// The number of registers of the widest group: what the instruction's time depends on.
  var widestCount: UInt8 { max(destinationCount, source2Count, source1Count) }

  /// How many registers a multiplier of 2^`multiplier` takes.
  @inline(__always) static func count(_ multiplier: Int) -> Int { 1 << max(multiplier, 0) }

  @inline(__always) static func isAligned(_ register: UInt8, _ multiplier: Int) -> Bool {
    Int(register) & (count(multiplier) - 1) == 0
  }

  /// The general overlap rule for a destination and a source with different element widths, given as
  /// lg2 of their sizes; a mask has width -3.
  @inline(__always)
  static func mayOverlap(
    _ d: UInt8, width dWidth: Int, multiplier dMultiplier: Int,
    _ s: UInt8, width sWidth: Int, multiplier sMultiplier: Int
  ) -> Bool {
    let (d, s) = (Int(d), Int(s))
    let (dEnd, sEnd) = (d + count(dMultiplier), s + count(sMultiplier))
    if dEnd <= s || sEnd <= d || dWidth == sWidth { return true }
    // Narrower: only the lowest part of the source. Wider: only the highest part of the destination.
    return dWidth < sWidth ? d == s : sMultiplier >= 0 && sEnd == dEnd
  }
}

extension VectorState {
  /// The groups, legality and cost of an instruction under this `vtype`.
  func groups(_ i: VectorInstruction) -> RegisterGroups {
    var groups = isIllegal ? groupsWithoutType(i) : legalGroups(i)
    groups.key = key
    switch CycleCosts.costClass(i.operation) {
    case .vectorMultiply:
      groups.isMultiplication = true
      groups.cost = groups.widestCount
    case .vectorPermutation:
      let count = RegisterGroups.count(multiplier)
      groups.cost = UInt8(CycleCosts.permutationPerRegister * count)
    case .vectorArithmetic: groups.cost = groups.widestCount
    case .simple, .branch, .memory, .multiply, .divide, .vectorContiguous, .vectorScattered:
      groups.cost = UInt8(CycleCosts.simple)
    }
    return groups
  }

  /// Under `vill` only what does not depend on `vtype` is legal.
  private func groupsWithoutType(_ i: VectorInstruction) -> RegisterGroups {
    switch i.operation {
    case .vsetvli, .vsetivli, .vsetvl, .vlr, .vsr: legalGroups(i)
    default: .illegal
    }
  }

  private func legalGroups(_ i: VectorInstruction) -> RegisterGroups {
    // An instruction that is masked cannot write the mask register, comparisons and reductions
    // excepted.
    let mayWrite = i.isUnmasked || i.destination != 0
    switch i.operation {
    case .vadd, .vsub, .vrsub, .vand, .vor, .vxor, .vsll, .vsrl, .vsra, .vminu, .vmin, .vmaxu,
      .vmax, .vsaddu, .vsadd, .vssubu, .vssub, .vaaddu, .vaadd, .vasubu, .vasub, .vsmul, .vssrl,
      .vssra, .vmul, .vmulh, .vmulhu, .vmulhsu, .vmerge:
      return sameWidth(i, isLegal: mayWrite)
    case .vmv, .vid:
      var groups = sameWidth(i, isLegal: mayWrite)
      groups.source2Count = 0
      return groups
    case .vmacc, .vnmsac, .vmadd, .vnmsub:
      var groups = sameWidth(i, isLegal: mayWrite)
      groups.readsDestination = true
      return groups
    case .vslidedown, .vslide1down:
      return sameWidth(i, isLegal: mayWrite)
    case .vslideup, .vslide1up:
      return sameWidth(i, isLegal: mayWrite && i.destination != i.source2)
    case .vrgather:
      let overlaps = i.destination == i.source2 || isVector1(i) && i.destination == i.source1
      return sameWidth(i, isLegal: mayWrite && !overlaps)
    case .vrgatherei16: return gather16(i, isLegal: mayWrite)
    case .vwaddu, .vwadd, .vwsubu, .vwsub, .vwmul, .vwmulu, .vwmulsu:
      return widening(i, isLegal: mayWrite)
    case .vwmaccu, .vwmacc, .vwmaccsu, .vwmaccus:
      var groups = widening(i, isLegal: mayWrite)
      groups.readsDestination = true
      return groups
    case .vnsrl, .vnsra, .vnclipu, .vnclip: return narrowing(i, isLegal: mayWrite)
    case .vzext, .vsext: return extending(i, isLegal: mayWrite)
    case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt: return comparing(i)
    case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor:
      return RegisterGroups(destination: 0, source2: 0, source1: 0)
    case .vcpop, .vfirst: return RegisterGroups(source2: 0)
    case .vmsbf, .vmsif, .vmsof:
      return RegisterGroups(
        destination: 0, source2: 0, isLegal: mayWrite && i.destination != i.source2)
    case .viota:
      let isLegal = mayWrite && isDestination(i) && isOutside(i.source2, 0, i.destination)
      return RegisterGroups(destination: multiplier, source2: 0, isLegal: isLegal)
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax:
      return reducing(i, isLegal: true)
    case .vwredsumu, .vwredsum: return reducing(i, isLegal: width < 2)
    case .vmvXS: return RegisterGroups(source2: 0)
    case .vmvSX: return RegisterGroups(destination: 0)
    case .vmvr:
      let multiplier = i.registerCount.trailingZeroBitCount
      return RegisterGroups(destination: multiplier, source2: multiplier)
    case .vcompress:
      let isLegal = i.destination != i.source2 && isOutside(i.source1, 0, i.destination)
      var groups = sameWidth(i, isLegal: isLegal)
      groups.source1Count = 1
      return groups
    case .vsetvli, .vsetivli, .vsetvl: return RegisterGroups(kind: .configuration)
    case .vle, .vse, .vlse, .vsse: return memory(i, mayWrite: mayWrite)
    case .vluxei, .vloxei, .vsuxei, .vsoxei: return indexed(i, mayWrite: mayWrite)
    case .vlm, .vsm: return RegisterGroups(destination: 0, kind: .memory)
    case .vlr, .vsr:
      return RegisterGroups(
        destination: i.registerCount.trailingZeroBitCount, kind: .memory)
    }
  }

  /// True if the second operand is a vector register.
  @inline(__always) private func isVector1(_ i: VectorInstruction) -> Bool {
    switch i.form {
    case .vv, .wv: true
    case .single, .vx, .vi, .wx, .wi, .vf2, .vf4: false
    }
  }

  @inline(__always) private func isDestination(_ i: VectorInstruction) -> Bool {
    RegisterGroups.isAligned(i.destination, multiplier)
  }

  /// True if a group does not touch the destination group of LMUL registers.
  private func isOutside(_ register: UInt8, _ multiplier: Int, _ destination: UInt8) -> Bool {
    let (s, d) = (Int(register), Int(destination))
    return s + RegisterGroups.count(multiplier) <= d
      || d + RegisterGroups.count(self.multiplier) <= s
  }

  @inline(__always)
  private func sameWidth(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    let isVector1 = isVector1(i)
    let registers = i.destination | i.source2 | (isVector1 ? i.source1 : 0)
    return RegisterGroups(
      destination: multiplier, source2: multiplier, source1: isVector1 ? multiplier : nil,
      isLegal: isLegal && RegisterGroups.isAligned(registers, multiplier))
  }

  private func widening(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    guard isLegal, width < 2, multiplier < 3 else { return .illegal }
    let wide = multiplier + 1
    let isVector1 = isVector1(i)
    let isWide2 =
      switch i.form {
      case .wv, .wx: true
      default: false
      }
    var isFine = RegisterGroups.isAligned(i.destination, wide)
    if isWide2 {
      isFine = isFine && RegisterGroups.isAligned(i.source2, wide)
    } else {
      isFine = isFine && isNarrowSource(i.source2, i.destination)
    }
    if isVector1 { isFine = isFine && isNarrowSource(i.source1, i.destination) }
    return RegisterGroups(
      destination: wide, source2: isWide2 ? wide : multiplier,
      source1: isVector1 ? multiplier : nil, isLegal: isFine)
  }

  private func isNarrowSource(_ s: UInt8, _ d: UInt8) -> Bool {
    RegisterGroups.isAligned(s, multiplier)
      && RegisterGroups.mayOverlap(
        d, width: width + 1, multiplier: multiplier + 1, s, width: width, multiplier: multiplier)
  }

  private func narrowing(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    guard isLegal, width < 2, multiplier < 3 else { return .illegal }
    let isVector1 = isVector1(i)
    let registers = i.destination | (isVector1 ? i.source1 : 0)
    let isFine =
      RegisterGroups.isAligned(registers, multiplier)
      && RegisterGroups.isAligned(i.source2, multiplier + 1)
      && RegisterGroups.mayOverlap(
        i.destination, width: width, multiplier: multiplier,
        i.source2, width: width + 1, multiplier: multiplier + 1)
    return RegisterGroups(
      destination: multiplier, source2: multiplier + 1, source1: isVector1 ? multiplier : nil,
      isLegal: isFine)
  }

  private func extending(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    let steps =
      switch i.form {
      case .vf4: 2
      default: 1
      }
    let source = multiplier - steps
    guard isLegal, width >= steps, source >= -3 else { return .illegal }
    let isFine =
      isDestination(i) && RegisterGroups.isAligned(i.source2, source)
      && RegisterGroups.mayOverlap(
        i.destination, width: width, multiplier: multiplier,
        i.source2, width: width - steps, multiplier: source)
    return RegisterGroups(destination: multiplier, source2: source, isLegal: isFine)
  }

  private func comparing(_ i: VectorInstruction) -> RegisterGroups {
    let isVector1 = isVector1(i)
    func isFine(_ source: UInt8) -> Bool {
      RegisterGroups.isAligned(source, multiplier)
        && RegisterGroups.mayOverlap(
          i.destination, width: -3, multiplier: 0, source, width: width, multiplier: multiplier)
    }
    return RegisterGroups(
      destination: 0, source2: multiplier, source1: isVector1 ? multiplier : nil,
      isLegal: isFine(i.source2) && (!isVector1 || isFine(i.source1)))
  }

  private func reducing(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    RegisterGroups(
      destination: 0, source2: multiplier, source1: 0,
      isLegal: isLegal && RegisterGroups.isAligned(i.source2, multiplier))
  }

  private func gather16(_ i: VectorInstruction, isLegal: Bool) -> RegisterGroups {
    let index = 1 - width + multiplier
    guard isLegal, index >= -3, index <= 3 else { return .illegal }
    let isFine =
      RegisterGroups.isAligned(i.destination | i.source2, multiplier)
      && RegisterGroups.isAligned(i.source1, index)
      && i.destination != i.source2 && isOutside(i.source1, index, i.destination)
    return RegisterGroups(
      destination: multiplier, source2: multiplier, source1: index, isLegal: isFine)
  }

  // MARK: Memory

  /// Unit stride and strided accesses: EEW is the data's.
  private func memory(_ i: VectorInstruction, mayWrite: Bool) -> RegisterGroups {
    let data = Int(i.elementWidth.rawValue) - width + multiplier
    let isLegal =
      data >= -3 && data <= 3 && RegisterGroups.isAligned(i.destination, data)
      && (mayWrite || i.operation.isStore)
    return RegisterGroups(destination: data, isLegal: isLegal, kind: .memory)
  }

  /// Indexed accesses: EEW is the indices', the data have SEW and LMUL.
  private func indexed(_ i: VectorInstruction, mayWrite: Bool) -> RegisterGroups {
    let indexWidth = Int(i.elementWidth.rawValue)
    let index = indexWidth - width + multiplier
    guard index >= -3, index <= 3 else { return .illegal }
    let isLegal =
      RegisterGroups.isAligned(i.destination, multiplier)
      && RegisterGroups.isAligned(i.source2, index)
      && (i.operation.isStore
        || mayWrite
          && RegisterGroups.mayOverlap(
            i.destination, width: width, multiplier: multiplier,
            i.source2, width: indexWidth, multiplier: index))
    return RegisterGroups(destination: multiplier, source2: index, isLegal: isLegal, kind: .memory)
  }
}

extension VectorOperation {
  var isStore: Bool {
    switch self {
    case .vse, .vsse, .vsuxei, .vsoxei, .vsm, .vsr: true
    default: false
    }
  }
}
