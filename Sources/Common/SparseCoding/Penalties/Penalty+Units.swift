extension Penalty {
  /// The same of some of the units alone, numbered anew in the order given; pools without any of them are gone.
  /// - Throws: ``PoolProblem`` where what is left of the pools is none for the penalty.
  public func keeping(units: [Int]) throws -> any Penalty {
    guard let pools else { return self }
    return try .groups(pools.keeping(units: units), kind: kind, unitCount: units.count)
  }
}
