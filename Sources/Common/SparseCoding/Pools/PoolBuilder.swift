/// Pools one member after another.
public struct PoolBuilder {
  private var offsets = [0]
  private var members: [Int] = []
  private var weights: [Float] = []

  public init() {}

  /// Adds a unit to the pool that has been begun.
  public mutating func add(_ unit: Int, weight: Float = 1) {
    members.append(unit)
    weights.append(weight)
  }

  /// Ends a pool; the next member begins another one.
  public mutating func endPool() { offsets.append(members.count) }

  /// Whether the pool that has been begun has members.
  var hasMembers: Bool { members.count > offsets[offsets.count - 1] }

  /// All pools that were ended.
  /// - Throws: ``PoolProblem`` where there are more members than ``PoolLayout/memberLimit``, or a unit is
  ///   below 0.
  public func layout(notation: PoolNotation? = nil) throws -> PoolLayout {
    guard members.count <= PoolLayout.memberLimit else {
      throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)
    }
    return try PoolLayout(
      notation: notation, offsets: offsets, members: members, weights: weights)
  }
}
