import LinearAlgebra

/// Which units belong to which pool, and with what weight; a unit may be in several or in none.
public struct PoolLayout: Equatable, Sendable {
  /// What of `--pools` describes the layout, where that is in words: `torus:20x20:6:2`.
  public let notation: PoolNotation?
  /// The units of each pool, with w of √(Σ w z²).
  public let groups: Groups
  /// The number of members where pools lie side by side and weigh nothing: the quick way.
  private let runLength: Int?

  /// - Throws: ``PoolProblem`` unless the offsets rise from 0 to the number of members.
  public init(
    notation: PoolNotation? = nil, offsets: [Int], members: [Int], weights: [Float]
  ) throws {
    guard let groups = Groups(offsets: offsets, members: members, weights: weights) else {
      throw PoolProblem.inconsistent
    }
    self.init(notation: notation, groups)
  }

  init(notation: PoolNotation? = nil, _ groups: Groups) {
    self.notation = notation
    self.groups = groups
    let length = groups.count > 0 ? groups.offsets[1] : 0
    let areRuns =
      length > 0 && groups.offsets.indices.allSatisfy { groups.offsets[$0] == $0 * length }
      && groups.members.indices.allSatisfy { groups.members[$0] == $0 }
      && groups.weights.allSatisfy { $0 == 1 }
    runLength = areRuns ? length : nil
  }

  /// The most members of all pools of a layout, which takes some twenty bytes for each of them: 2²².
  public static let memberLimit = 1 << 22

  /// Pools of `size` units in a row.
  /// - Throws: ``PoolProblem`` unless `size` divides `unitCount`, which is at most ``memberLimit``.
  public static func consecutive(_ size: Int, of unitCount: Int) throws -> PoolLayout {
    try PoolNotation.consecutive(size).layout(unitCount: unitCount)
  }

  /// The layout that `notation` describes for `unitCount` units (a DC unit not counted).
  /// - Throws: ``PoolProblem``.
  public static func parse(_ notation: String, unitCount: Int) throws -> PoolLayout {
    try PoolNotation(notation).layout(unitCount: unitCount)
  }

  /// P.
  public var poolCount: Int { groups.count }
  /// The highest unit that is in a pool, plus one.
  public var unitCount: Int { groups.columnCount }

  /// How many pools each of K units is in, [K].
  public func multiplicities(unitCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: max(unitCount, self.unitCount))
    for unit in groups.members { counts[unit] += 1 }
    return counts
  }

  /// Whether each of K units is a pool by itself, of weight 1.
  public func keepsUnits(_ unitCount: Int) -> Bool { runLength == 1 && poolCount == unitCount }

  /// What a pool makes of its members; `l2` is the feature of Kavukcuoglu et al. 2009.
  public typealias Reduction = LinearAlgebra.Reduction

  /// Pools each row.
  /// - Parameter z: codes, [N, K], K at least ``unitCount``.
  /// - Returns: [N, P].
  public func pool(_ z: Matrix, by reduction: Reduction) -> Matrix {
    guard let runLength else { return reduceGroups(of: z, groups, by: reduction) }
    return reduceRuns(of: z, length: runLength, count: poolCount, by: reduction)
  }
}
