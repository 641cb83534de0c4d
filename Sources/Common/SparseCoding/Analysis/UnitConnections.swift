import LinearAlgebra

/// The units that feed a unit through S the most: S_ij is what z_j adds to unit i at the next pass.
public struct UnitConnections: Sendable, Equatable {
  /// i.
  public let unit: Int
  /// j of S_ij > 0, the largest first.
  public let excitatory: [Int]
  /// j of S_ij < 0, the largest magnitude first.
  public let inhibitory: [Int]

  /// The `strongest` units j ≠ i of largest |S_ij| on either side, of equals the first; zeros are left
  /// out.
  /// - Parameters:
  ///   - recurrent: S, [K, K].
  ///   - units: the first so many units are looked at.
  public init(of unit: Int, in recurrent: Matrix, units: Int, strongest: Int) {
    let weights = Array(recurrent.row(unit).prefix(units))
    let others = weights.indices.filter { $0 != unit }
      .sorted { (abs(weights[$1]), $0) < (abs(weights[$0]), $1) }
    self.unit = unit
    excitatory = Array(others.filter { weights[$0] > 0 }.prefix(strongest))
    inhibitory = Array(others.filter { weights[$0] < 0 }.prefix(strongest))
  }

  /// A row for each unit: the unit, what excites it, what inhibits it, in columns of their own with an
  /// empty place before each; nil is an empty place.
  public static func table(_ connections: [UnitConnections]) -> [[Int?]] {
    let most = (
      excitatory: connections.map(\.excitatory.count).max() ?? 0,
      inhibitory: connections.map(\.inhibitory.count).max() ?? 0
    )
    func filled(_ units: [Int], to length: Int) -> [Int?] {
      units + [Int?](repeating: nil, count: length - units.count)
    }
    return connections.map {
      [$0.unit, nil] + filled($0.excitatory, to: most.excitatory) + [nil]
        + filled($0.inhibitory, to: most.inhibitory)
    }
  }

  /// The same of units that are all inhibited alone: in one column of their own.
  public static func tableOfInhibitors(_ connections: [UnitConnections]) -> [[Int?]] {
    let most = connections.map(\.inhibitory.count).max() ?? 0
    return connections.map {
      [$0.unit, nil] + $0.inhibitory
        + [Int?](repeating: nil, count: most - $0.inhibitory.count)
    }
  }
}

extension Matrix {
  /// An order in which each row is followed by the one it is joined to the most, of those that are left the first:
  /// what is joined lies close together.
  package var chain: [Int] {
    guard rows > 0 else { return [] }
    var order = [0]
    var left = Set(1..<rows)
    while let last = order.last, !left.isEmpty {
      let next = left.min { (self[last, $1], $0) < (self[last, $0], $1) }
      guard let next else { break }
      order.append(next)
      left.remove(next)
    }
    return order
  }
}
