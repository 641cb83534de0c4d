import LinearAlgebra

/// Which units belong to which pool, and with what weight; a unit may be in several or in none.
public struct PoolLayout: Equatable, Sendable {
  /// The notation of `--pools`, where the layout has one: `consecutive:4`.
  public let notation: String?
  /// Pool p has the members `offsets[p]..<offsets[p + 1]` of ``members``: [P + 1].
  public let offsets: [Int]
  public let members: [Int]
  /// w of √(Σ w z²), one a member.
  public let weights: [Float]
  /// The number of members where pools lie side by side and weigh nothing: the quick way.
  private let runLength: Int?

  /// - Throws: ``PoolProblem`` unless the offsets rise from 0 to the number of members.
  public init(notation: String? = nil, offsets: [Int], members: [Int], weights: [Float]) throws {
    let rises = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    guard offsets.first == 0, offsets.last == members.count, rises,
      weights.count == members.count, members.allSatisfy({ $0 >= 0 }),
      weights.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { throw PoolProblem.inconsistent }
    self.notation = notation
    self.offsets = offsets
    self.members = members
    self.weights = weights
    let length = offsets.count > 1 ? offsets[1] : 0
    let areRuns =
      length > 0 && offsets.indices.allSatisfy { offsets[$0] == $0 * length }
      && members.indices.allSatisfy { members[$0] == $0 } && weights.allSatisfy { $0 == 1 }
    runLength = areRuns ? length : nil
  }

  /// The most units of a layout, which takes some twenty bytes for each of them: 2²².
  public static let unitLimit = 1 << 22

  /// Pools of `size` units in a row.
  /// - Throws: ``PoolProblem`` unless `size` divides `unitCount`, which is at most ``unitLimit``.
  public static func consecutive(_ size: Int, of unitCount: Int) throws -> PoolLayout {
    guard size >= 1, unitCount.isMultiple(of: size) else {
      throw PoolProblem.doesNotDivide(size: size, units: unitCount)
    }
    guard unitCount <= unitLimit else {
      throw PoolProblem.tooManyUnits(unitCount, limit: unitLimit)
    }
    return try PoolLayout(
      notation: "consecutive:\(size)",
      offsets: Array(stride(from: 0, through: unitCount, by: size)),
      members: Array(0..<unitCount), weights: [Float](repeating: 1, count: unitCount))
  }

  /// The layout that `notation` describes for `unitCount` units (a DC unit not counted).
  /// - Throws: ``PoolProblem``.
  public static func parse(_ notation: String, unitCount: Int) throws -> PoolLayout {
    let parts = notation.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "consecutive", let size = Int(parts[1]), size >= 1 else {
      throw PoolProblem.unknownNotation(notation)
    }
    return try consecutive(size, of: unitCount)
  }

  /// P.
  public var poolCount: Int { offsets.count - 1 }
  /// Where in ``members`` and ``weights`` those of a pool are.
  func positions(of pool: Int) -> Range<Int> { offsets[pool]..<offsets[pool + 1] }
  /// The highest unit that is in a pool, plus one.
  public var unitCount: Int { (members.max() ?? -1) + 1 }

  /// What a pool makes of its members; `l2` is the feature of Kavukcuoglu et al. 2009.
  public typealias Reduction = LinearAlgebra.Reduction

  /// Pools each row.
  /// - Parameter z: codes, [N, K], K at least ``unitCount``.
  /// - Returns: [N, P].
  public func pool(_ z: Matrix, by reduction: Reduction) -> Matrix {
    guard let runLength else {
      return reduceGroups(
        of: z, offsets: offsets, members: members, weights: weights, by: reduction)
    }
    return reduceRuns(of: z, length: runLength, count: poolCount, by: reduction)
  }
}

/// Pools that cannot be.
public enum PoolProblem: Error, Equatable, CustomStringConvertible {
  case unknownNotation(String)
  case doesNotDivide(size: Int, units: Int)
  case tooManyUnits(Int, limit: Int)
  case inconsistent

  public var description: String {
    switch self {
    case .unknownNotation(let notation):
      "pools \"\(notation)\": expected consecutive:SIZE"
    case .doesNotDivide(let size, let units):
      "pools consecutive:\(size) do not fit \(units) units, \(size) does not divide \(units)"
    case .tooManyUnits(let found, let limit):
      "pools of \(found) units, expected at most \(limit)"
    case .inconsistent:
      "pools are inconsistent: offsets must rise from 0 to the number of members and weights be finite"
    }
  }
}
