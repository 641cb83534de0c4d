/// Sets of columns that may overlap, with a weight for every member: what pools, reductions and penalties
/// share.
public struct Groups: Equatable, Sendable {
  /// Group g has the members `offsets[g]..<offsets[g + 1]`, rising from 0: [G + 1].
  public let offsets: [Int]
  /// Columns.
  public let members: [Int]
  /// At least 0, one a member.
  public let weights: [Float]
  /// The highest column that is in a group, plus one.
  public let columnCount: Int

  /// Nil unless the offsets rise from 0 to the number of members, these are at least 0, and so are the
  /// weights, which are finite.
  /// - Parameters: offsets, [G + 1]; members; weights, one a member.
  public init?(offsets: [Int], members: [Int], weights: [Float]) {
    guard offsets.first == 0, offsets.last == members.count, weights.count == members.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
      members.allSatisfy({ $0 >= 0 }), weights.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { return nil }
    self.offsets = offsets
    self.members = members
    self.weights = weights
    columnCount = (members.max() ?? -1) + 1
  }

  /// G.
  public var count: Int { offsets.count - 1 }

  /// Where in ``members`` and ``weights`` those of a group are.
  public func positions(of group: Int) -> Range<Int> { offsets[group]..<offsets[group + 1] }
  /// The columns of a group.
  public func members(of group: Int) -> ArraySlice<Int> { members[positions(of: group)] }
}
