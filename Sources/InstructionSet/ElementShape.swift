/// What a legal `vtype` says about elements: their width and how many registers make a group.
package struct ElementShape: BitwiseCopyable, Sendable, Equatable {
  /// lg2 of the bytes of an element: 0, 1, 2 for SEW 8, 16, 32.
  package let width: Int
  /// lg2(LMUL), -3…3.
  package let multiplier: Int

  @inlinable
  package init(width: Int, multiplier: Int) {
    (self.width, self.multiplier) = (width, multiplier)
  }

  /// Nil for what sets `vill` with elements of at most 32 bits: LMUL · 32 must hold an element,
  /// `vlmul` = 100 and the bits above the policies are reserved.
  @inlinable
  package init?(vtype: UInt32) {
    let width = Int(vtype >> 3 & 7)
    let grouping = Int(vtype & 7)
    let multiplier = grouping > 4 ? grouping - 8 : grouping
    guard vtype >> 8 == 0, width <= 2, grouping != 4, width <= 2 + min(multiplier, 0) else {
      return nil
    }
    self.init(width: width, multiplier: multiplier)
  }
}
