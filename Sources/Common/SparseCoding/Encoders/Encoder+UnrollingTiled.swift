import LinearAlgebra

extension Encoder {
  /// ISTA for atoms that lie over windows of images, unrolled: `We = Dᵀ/L`, `S = I − DᵀD/L`, `θ = λ/L`, where DᵀD has the
  /// overlaps of each atom with those at all places around (convolutional LISTA; Kavukcuoglu et al. 2010).
  ///
  /// Where images have a padding, the zeros in it count as a part of them: S knows no border.
  /// - Parameters:
  ///   - atoms: Dᵀ, [phases·units, h·w·C].
  ///   - penalty: R of a cell, [phases·units].
  ///   - windows: those of places that its pools go over as well.
  ///   - lipschitz: L, at least ‖D‖² for T passes to be T more steps of ISTA.
  ///   - hasRecurrent: whether S is there, which takes longer to make than all else.
  public static func unrolling(
    atoms: Matrix, _ tiling: Tiling, lambda: Float, penalty: any Penalty = .l1,
    over windows: MapWindows? = nil, isNonnegative: Bool, lipschitz: Float, iterations: Int,
    hasRecurrent: Bool = true
  ) -> Encoder {
    let inhibition = isNonnegative ? (penalty as? LateralPenalty)?.inhibition : nil
    let step = 1 / (lipschitz + (inhibition == nil ? 0 : lambda * penalty.curvature))
    var weight = atoms
    weight.scale(by: step)
    return Encoder(
      weight: weight,
      recurrent: hasRecurrent
        ? tiling.descent(on: atoms, step: step, inhibition: inhibition, lambda) : nil,
      threshold: penalty.shares(unitCount: atoms.rows).map {
        step * lambda * (windows?.share ?? 1) * $0
      },
      nonlinearity: isNonnegative ? .relu : .shrink, iterations: iterations)
  }
}

extension Tiling {
  /// I − s·DᵀD, an S that makes steps of gradient descent on ½‖x − Dz‖².
  /// - Parameters:
  ///   - atoms: Dᵀ, [phases·units, h·w·C].
  ///   - step: s.
  ///   - inhibition: S′ of units of a place that inhibit each other, [units, units], where the period is one: what comes
  ///     is I − s(DᵀD + λS′).
  /// - Returns: [phases·units, places·units], as ``recurrent(units:)`` has windows.
  public func descent(
    on atoms: Matrix, step: Float, inhibition: Matrix? = nil, _ lambda: Float = 0
  ) -> Matrix {
    var recurrent = overlaps(of: atoms)
    recurrent.scale(by: -step)
    let units = atoms.rows / period.count
    // A unit's own place is in the middle.
    let own = recurrent.columns / units / 2 * units
    for unit in 0..<atoms.rows { recurrent[unit, own + unit % units] += 1 }
    guard let inhibition else { return recurrent }
    for unit in 0..<units {
      for other in 0..<units {
        recurrent[unit, own + other] -= step * lambda * inhibition[unit, other]
      }
    }
    return recurrent
  }
}
