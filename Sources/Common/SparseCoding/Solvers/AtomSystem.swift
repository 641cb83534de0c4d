import LinearAlgebra

/// G by way of the atoms, Dᵀ [penalised K, D], and α on its diagonal.
struct AtomSystem: HomotopySystem {
  let atoms: Matrix
  let attraction: Double
  /// Of G_SS.
  var factor = PrincipalCholesky()

  mutating func removeAll() { factor = PrincipalCholesky() }

  func unit(at position: Int) -> Int { factor.members[position] }

  mutating func append(_ unit: Int, signs: [Double]) -> Bool {
    let products = factor.members.map { atoms.dotOfRows($0, unit) }
    let diagonal = atoms.dotOfRows(unit, unit) + attraction
    guard factor.append(unit, products: products, diagonal: diagonal) else { return false }
    let last = signs.count - 1
    // What rounding alone has brought here would take the other sign.
    if factor.solve(signs)[last] * signs[last] > 0 { return true }
    factor.remove(at: last)
    return false
  }

  mutating func remove(at position: Int, _ values: inout [Double], _ signs: inout [Double]) {
    factor.remove(at: position)
    values.remove(at: position)
    signs.remove(at: position)
  }

  func solve(_ b: [Double], into y: inout [Double]) { y = factor.solve(b) }

  /// Dᵀ(D_S w) + αw.
  func apply(_ weights: [Double], into out: inout [Double]) {
    var image = [Double](repeating: 0, count: atoms.columns)
    for (unit, weight) in zip(factor.members, weights) {
      atoms.addRow(unit, scaledBy: weight, to: &image)
    }
    atoms.apply(to: image, into: &out)
    for (unit, weight) in zip(factor.members, weights) { out[unit] += attraction * weight }
  }

  func follow(_ slopes: [Double], _ signs: [Double]) -> Bool { true }

  func indexOfLargest(_ values: [Double], bothSigns: Bool) -> Int {
    let sizes = bothSigns ? values.map { abs($0) } : values
    return sizes.indices.reduce(0) { sizes[$1] > sizes[$0] ? $1 : $0 }
  }

  func firstCrossing(
    _ values: [Double], slopes: [Double], barred: [Int32], level: Double, limit: Double,
    bothSigns: Bool
  ) -> (index: Int, step: Double)? {
    var found: (index: Int, step: Double)?
    var least = limit
    for unit in slopes.indices where barred[unit] == 0 {
      let (value, slope) = (values[unit], slopes[unit])
      let falling = max(0, level - value)
      if falling < least * (1 - slope) {
        least = falling / (1 - slope)
        found = (unit, least)
      }
      let rising = max(0, level + value)
      if bothSigns, rising < least * (1 + slope) {
        least = rising / (1 + slope)
        found = (unit, least)
      }
    }
    return found
  }

  static func addScaled(_ a: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] += a * x[index] }
  }
}
