/// How much the features of maps change from a place to those a little further on.
///
/// change(d) = mean ‖f(p) − f(q)‖² / 2 mean ‖f(p) − f̄‖²: above over all pairs of places p and q of a map that
/// are d apart along y or along x, below over all places, f̄ the mean over these, of all maps together. It is 0
/// of features that stay, and 1 is what features of unrelated places have: E‖f − g‖² = 2E‖f − f̄‖². Whether
/// pooled features change less than codes tells whether they are invariant (Kavukcuoglu, Ranzato, Fergus & LeCun
/// 2009 look at the same of patches that move).
///
/// One pass, sums in Double, row by row, so that it is the same however a map is cut; in memory are as many
/// rows of a map as the largest distance, and the one that has begun.
public struct ShiftChange: Sendable {
  /// The largest d.
  public let distances: Int
  /// Values of a place that count, of all maps; nil before the first.
  public private(set) var featureCount: Int?
  private var map = (rows: 0, columns: 0, length: 0)
  /// The row that has begun, and whole ones of the same map above it, the last one last.
  private var row: [Float] = []
  private var above: [[Float]] = []
  /// How many rows of the map have come.
  private var rows = 0

  /// Of all maps: the first place, which sums are taken around, so that large means cost no digits.
  private var origin: [Float] = []
  private var sums: [Double] = []
  private var squares = 0.0
  private var places = 0
  /// Of each distance, as far as there were pairs.
  private var pairs: [(sum: Double, count: Int)] = []

  /// - Parameter distances: the largest distance, N ≥ 1.
  public init(distances: Int) {
    precondition(distances >= 1, "distances up to \(distances)")
    self.distances = distances
  }

  /// Maps [rows, columns, length] come next, one after another.
  /// - Parameter featureCount: the first of a place's values, which count; the same number in all maps.
  public mutating func begin(rows: Int, columns: Int, length: Int, featureCount: Int) {
    precondition(
      featureCount <= length && featureCount == self.featureCount ?? featureCount,
      "\(featureCount) features of \(length) values")
    self.featureCount = featureCount
    map = (rows, columns, length)
    (row, above, self.rows) = ([], [], 0)
  }

  /// Adds the next values of these maps, cut anywhere.
  public mutating func add(_ values: [Float]) {
    var rest = values[...]
    while !rest.isEmpty {
      // No overflow: where there are values, the header's shape is one of so many.
      let part = rest.prefix(map.columns * map.length - row.count)
      row += part
      rest = rest.dropFirst(part.count)
      if row.count == map.columns * map.length { endRow() }
    }
  }

  private mutating func endRow() {
    addPlaces()
    let reach = min(distances, max(map.columns - 1, above.count))
    while pairs.count < reach { pairs.append((0, 0)) }
    for distance in stride(from: 1, through: reach, by: 1) {
      if distance < map.columns {
        add(difference(of: row, to: row, shift: distance), at: distance, shift: distance)
      }
      if distance <= above.count {
        add(
          difference(of: row, to: above[above.count - distance], shift: 0), at: distance, shift: 0)
      }
    }
    rows += 1
    if rows == map.rows {
      (above, rows) = ([], 0)
    } else {
      above.append(row)
      if above.count > distances { above.removeFirst() }
    }
    row = []
  }

  private mutating func addPlaces() {
    guard let featureCount else { return }
    if places == 0 {
      origin = Array(row.prefix(featureCount))
      sums = [Double](repeating: 0, count: featureCount)
    }
    var sum = 0.0
    for place in 0..<map.columns {
      let first = place * map.length
      for feature in 0..<featureCount {
        let value = Double(row[first + feature]) - Double(origin[feature])
        sums[feature] += value
        sum += value * value
      }
    }
    squares += sum
    places += map.columns
  }

  private mutating func add(_ sum: Double, at distance: Int, shift: Int) {
    pairs[distance - 1].sum += sum
    pairs[distance - 1].count += map.columns - shift
  }

  /// Σ‖f − g‖² over the places of a row and those `shift` to their left in a row, as far as there are.
  private func difference(of row: [Float], to other: [Float], shift: Int) -> Double {
    guard let featureCount else { return 0 }
    var sum = 0.0
    for place in shift..<map.columns {
      let (first, second) = (place * map.length, (place - shift) * map.length)
      for feature in 0..<featureCount {
        let change = Double(row[first + feature]) - Double(other[second + feature])
        sum += change * change
      }
    }
    return sum
  }

  /// Whether all features were finite.
  public var isFinite: Bool { squares.isFinite }

  /// change(d), of d = 1…N; nil where features do not vary, or are not finite.
  public var changes: [Double]? {
    let count = Double(places)
    let variance = (squares - sums.reduce(0) { $0 + $1 * $1 } / count) / count
    guard variance > 0, variance.isFinite else { return nil }
    return pairs.map { $0.sum / Double($0.count) / (2 * variance) }
  }
}
