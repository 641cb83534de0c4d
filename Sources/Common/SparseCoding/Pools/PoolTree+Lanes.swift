/// Proximal steps of several codes at a time.
extension PoolTree {
  /// The same unit of codes that lie side by side, one a lane: what a pool takes, a root and a quotient, is
  /// slow for one alone.
  typealias Lanes = SIMD8<Double>

  /// What such a step works with, which serves any number of them.
  struct LaneSteps {
    /// What of its units each pool keeps, [P].
    fileprivate var kept: [Lanes]
    /// The squared norms of the pools within each after their steps, [P].
    fileprivate var squares: [Lanes]

    init(pools: Int) {
      kept = [Lanes](repeating: .zero, count: pools)
      squares = kept
    }
  }

  /// The proximal step of each code, in place, with a threshold of each pool's own; in each lane the
  /// arithmetic of the step of one code, but that what is no number stays none.
  /// - Parameters:
  ///   - values: [K], or more.
  ///   - shortenings: tω of each pool, at least 0, [P].
  func shrink(_ values: inout [Lanes], by shortenings: [Double], _ steps: inout LaneSteps) {
    let (ownUnits, ownOffsets) = (ownUnits, ownOffsets)
    for pool in order { steps.squares[pool] = .zero }
    for pool in order {
      var squared = steps.squares[pool]
      for index in ownOffsets[pool]..<ownOffsets[pool + 1] {
        let u = values[ownUnits[index]]
        squared += u * u
      }
      let (norm, shortening) = (squared.squareRoot(), Lanes(repeating: shortenings[pool]))
      let isCut = norm .<= shortening
      let left = (norm - shortening).replacing(with: 0, where: isCut)
      steps.kept[pool] = (left / norm).replacing(with: 0, where: isCut)
      if let parent = parents[pool] { steps.squares[parent] += left * left }
    }
    for pool in order.reversed() {
      var kept = steps.kept[pool]
      if let parent = parents[pool] { kept *= steps.kept[parent] }
      steps.kept[pool] = kept
      let isCut = kept .== 0
      for index in ownOffsets[pool]..<ownOffsets[pool + 1] {
        let unit = ownUnits[index]
        values[unit] = (kept * values[unit]).replacing(with: 0, where: isCut)
      }
    }
  }
}
