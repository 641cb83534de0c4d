import LinearAlgebra

/// How often units are in use together: bounded memory, whatever the number of codes.
public struct Coactivation: Sendable {
  /// Units that are looked at: the first of each code.
  public let unitCount: Int
  private let codeLength: Int
  /// In how many codes each unit was in use, and each pair, row by row.
  private var counts: [Int]
  private var pairs: [Int]
  /// Units of the code that has begun which are in use, and how many values of it came.
  private var used: [Int] = []
  private var place = 0
  private var codes = 0

  /// - Parameter codeLength: as many units or more, those that are not looked at last.
  public init(unitCount: Int, codeLength: Int) {
    precondition(unitCount <= codeLength && codeLength > 0, "\(unitCount) units of \(codeLength)")
    self.unitCount = unitCount
    self.codeLength = codeLength
    counts = [Int](repeating: 0, count: unitCount)
    pairs = [Int](repeating: 0, count: unitCount * unitCount)
  }

  /// Adds the next values of codes […,codeLength], cut anywhere.
  public mutating func add(_ values: [Float]) {
    for value in values {
      if place < unitCount, value != 0 { used.append(place) }
      place += 1
      if place == codeLength { endCode() }
    }
  }

  private mutating func endCode() {
    for (index, unit) in used.enumerated() {
      counts[unit] += 1
      for other in used[..<index] { pairs[unit * unitCount + other] += 1 }
    }
    used.removeAll(keepingCapacity: true)
    place = 0
    codes += 1
  }

  /// How often pairs of units are in use together, as a multiple of how often they would be if each were in use as often
  /// as it is and none knew of another: Σ P(i, j) / Σ P(i)P(j). Nil where no pair is ever due.
  public func lift(ofPairs isWanted: (_ unit: Int, _ other: Int) -> Bool) -> Double? {
    var (together, expected) = (0.0, 0.0)
    for unit in 0..<unitCount {
      for other in 0..<unit where isWanted(unit, other) {
        together += Double(pairs[unit * unitCount + other])
        expected += Double(counts[unit]) * Double(counts[other])
      }
    }
    return expected > 0 ? together * Double(codes) / expected : nil
  }

  /// Those of pairs that inhibit each other, S > 0, and that do not; of the tenth with the largest S, where S has several
  /// sizes.
  /// - Parameter s: S, [K, K].
  public func lifts(
    under s: Matrix
  ) -> (inhibited: Double?, free: Double?, strongest: Double?) {
    precondition(s.rows == unitCount, "S of \(s.rows) units")
    let sizes = (0..<unitCount).flatMap { row in s.row(row).prefix(row) }.sorted(by: >)
    let least = sizes.isEmpty ? 0 : sizes[(sizes.count - 1) / 10]
    let hasSizes = least > 0 && sizes.contains { $0 > 0 && $0 < least }
    return (
      lift { s[$0, $1] > 0 }, lift { s[$0, $1] == 0 },
      hasSizes ? lift { s[$0, $1] >= least } : nil
    )
  }

  /// Those of pairs in the same branch of a tree and in two of them: see ``PoolTree/branches``.
  public func lifts(in tree: PoolTree) -> (same: Double?, other: Double?) {
    let ofPools = tree.branches
    let branches = tree.nodes(unitCount: unitCount).map { $0.flatMap { ofPools[$0] } }
    func pairs(_ areSame: Bool) -> Double? {
      lift { unit, other in
        guard let branch = branches[unit], let second = branches[other] else { return false }
        return (branch == second) == areSame
      }
    }
    return (pairs(true), pairs(false))
  }
}
