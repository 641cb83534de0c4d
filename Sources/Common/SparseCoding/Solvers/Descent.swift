/// One record's descent, a unit or a pool of units after another.
///
/// A pass over all blocks is followed by passes over those in use until they settle; the gap is looked at
/// after each round.
protocol Descent {
  associatedtype Real: BinaryFloatingPoint

  /// z, [penalised K].
  var code: [Real] { get set }
  var blockCount: Int { get }
  var gap: CodingProblem.DualityGap { get }

  func isInUse(_ block: Int) -> Bool

  /// Moves a block to its best value, and returns the largest move of a unit.
  mutating func move(_ block: Int) -> Real

  /// Computes q anew: a long sum of small changes would drift away from it.
  mutating func refresh()
}

/// When a descent gives up.
private enum Patience {
  /// Passes over the blocks in use between two passes over all.
  static let settlingPasses = 10
  /// Rounds in which the gap may go without becoming smaller: rounding moves the units then.
  static let rounds = 200
}

extension Descent {
  /// Ends early where no better code is held, and at its start where rounding has led to a higher energy.
  mutating func run(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    let (start, startRise) = (code, min(0, gap.rise))
    defer {
      if !(gap.rise <= startRise) {
        code = startRise < 0 ? start : [Real](repeating: 0, count: code.count)
      }
    }
    return descend(until: rule)
  }

  private mutating func descend(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    var leastGap = Double.infinity
    var roundsWithoutGain = 0
    for _ in 0..<rule.limit {
      let gap = gap
      if rule.isMet(by: gap) { return .done }
      roundsWithoutGain = gap.gap < leastGap ? 0 : roundsWithoutGain + 1
      leastGap = min(leastGap, gap.gap)
      let largestMove = move(0..<blockCount)
      if largestMove == 0 { return rule.relativeGap == nil ? .done : .stuck }
      if rule.relativeGap != nil {
        if roundsWithoutGain == Patience.rounds { return .stuck }
        let inUse = (0..<blockCount).filter { isInUse($0) }
        for _ in 0..<Patience.settlingPasses {
          if move(inUse) <= 0.1 * largestMove { break }
        }
      }
      refresh()
    }
    return rule.relativeGap == nil || rule.isMet(by: gap) ? .done : .limited
  }

  /// Moves blocks one after another and returns the largest move.
  private mutating func move(_ blocks: some Sequence<Int>) -> Real {
    var largest: Real = 0
    for block in blocks { largest = max(largest, move(block)) }
    return largest
  }
}
