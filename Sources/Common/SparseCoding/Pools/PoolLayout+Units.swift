import LinearAlgebra

extension PoolLayout {
  /// The pools of some of the units alone, which are numbered anew in the order given; pools without any of
  /// them are gone.
  public func keeping(units: [Int]) throws -> PoolLayout {
    var numbers = [Int?](repeating: nil, count: max(unitCount, (units.max() ?? -1) + 1))
    for (number, unit) in units.enumerated() { numbers[unit] = number }
    var pools = PoolBuilder()
    for pool in 0..<poolCount {
      for index in groups.positions(of: pool) {
        guard let number = numbers[groups.members[index]] else { continue }
        pools.add(number, weight: groups.weights[index])
      }
      if pools.hasMembers { pools.endPool() }
    }
    return try pools.layout()
  }

  /// The pools that ``keeping(units:)`` leaves, ascending: those with any of the units.
  func pools(with units: [Int]) -> [Int] {
    let kept = Set(units)
    return (0..<poolCount).filter { groups.members(of: $0).contains(where: kept.contains) }
  }
}
