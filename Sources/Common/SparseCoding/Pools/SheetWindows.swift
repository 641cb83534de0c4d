import LinearAlgebra

/// Units side by side, unit r·columns + c in row r and column c.
public struct Sheet: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Whether it is a torus: the last row lies beside the first, the last column beside the first.
  public let wraps: Bool

  public init(rows: Int, columns: Int, wraps: Bool) {
    self.rows = rows
    self.columns = columns
    self.wraps = wraps
  }

  /// rows × columns; nil beyond the members of any layout.
  public var unitCount: Int? {
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    return overflows || count > PoolLayout.memberLimit ? nil : count
  }

  /// The units right of and below each unit, [edges].
  public var neighbours: [(Int, Int)] {
    (0..<rows * columns).flatMap { unit -> [(Int, Int)] in
      let (row, column) = (unit / columns, unit % columns)
      var pairs: [(Int, Int)] = []
      if columns > 1, wraps || column + 1 < columns {
        pairs.append((unit, row * columns + (column + 1) % columns))
      }
      if rows > 1, wraps || row + 1 < rows {
        pairs.append((unit, (row + 1) % rows * columns + column))
      }
      return pairs
    }
  }
}

/// Pools that are square windows of a sheet, so that neighbours are often in use together (Kavukcuoglu,
/// Ranzato, Fergus & LeCun 2009).
///
/// There is a window every `stride` rows and columns. On a torus windows wrap around; where the stride does
/// not divide a side, some units are in more of them than others. Windows of a grid are cut off at its edges.
public struct SheetWindows: Equatable, Sendable {
  public let sheet: Sheet
  /// Units along a side of a window, and from one to the next.
  public let size: Int
  public let stride: Int
  /// Whether units weigh less away from the middle of the window, by a Gaussian of a quarter of its side;
  /// those of a whole window weigh 1 in the mean.
  public let isGaussian: Bool

  private static let form = "ROWSxCOLUMNS:WINDOW:STRIDE, perhaps :gauss"

  /// - Throws: ``PoolProblem`` unless `text` is such as `torus:20x20:6:2`, the stride at most the window,
  ///   the window at most a side.
  init(_ text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let sides = parts[1].split(separator: "x", omittingEmptySubsequences: false)
    let numbers = (sides + parts.dropFirst(2).prefix(2)).map { Int($0) ?? 0 }
    let isGaussian = parts.count == 5 && parts[4] == "gauss"
    guard sides.count == 2, numbers.count == 4, numbers.allSatisfy({ $0 >= 1 }),
      parts.count == 4 || isGaussian
    else { throw PoolProblem.badPart(text, expected: Self.form, found: text) }
    let (size, stride) = (numbers[2], numbers[3])
    let limit = min(numbers[0], numbers[1])
    guard size <= limit else {
      throw PoolProblem.badPart(text, expected: "a window of at most \(limit)", found: "\(size)")
    }
    guard stride <= size else {
      throw PoolProblem.badPart(
        text, expected: "a stride of at most \(size), or units are left out", found: "\(stride)")
    }
    sheet = Sheet(rows: numbers[0], columns: numbers[1], wraps: parts[0] == "torus")
    (self.size, self.stride, self.isGaussian) = (size, stride, isGaussian)
  }

  /// The notation.
  var text: String {
    "\(sheet.wraps ? "torus" : "grid"):\(sheet.rows)x\(sheet.columns):\(size):\(stride)"
      + (isGaussian ? ":gauss" : "")
  }

  /// The places of each window along an axis, with their distance from the window's beginning.
  private func spans(_ length: Int) -> [[(place: Int, offset: Int)]] {
    // Windows of a grid stand over its middle, as many units beyond one edge as beyond the other.
    let margin = sheet.wraps ? 0 : (size - stride) / 2
    return Swift.stride(from: 0, to: length, by: stride).map { first in
      (0..<size).compactMap { offset in
        let place = first - margin + offset
        if sheet.wraps { return (place % length, offset) }
        return (0..<length).contains(place) ? (place, offset) : nil
      }.sorted { $0.place < $1.place }
    }
  }

  /// w along a side of a window, [size], of mean 1.
  private var profile: [Float] {
    guard isGaussian else { return [Float](repeating: 1, count: size) }
    let deviation = Double(size) / 4
    let values = (0..<size).map { offset in
      let distance = (Double(offset) - Double(size - 1) / 2) / deviation
      return exponential(-0.5 * distance * distance)
    }
    let mean = values.reduce(0, +) / Double(size)
    return values.map { Float($0 / mean) }
  }

  /// The members of all windows, those beyond an edge counted, too; nil where they cannot be counted.
  var memberCount: Int? {
    guard sheet.unitCount != nil else { return nil }
    let windows = ((sheet.rows + stride - 1) / stride) * ((sheet.columns + stride - 1) / stride)
    let (count, overflows) = windows.multipliedReportingOverflow(by: size * size)
    return overflows ? nil : count
  }

  /// Adds each window, its members by rising unit.
  func add(to pools: inout PoolBuilder) {
    let (rows, columns, profile) = (spans(sheet.rows), spans(sheet.columns), profile)
    for ys in rows {
      for xs in columns {
        for y in ys {
          for x in xs {
            pools.add(
              y.place * sheet.columns + x.place, weight: profile[y.offset] * profile[x.offset])
          }
        }
        pools.endPool()
      }
    }
  }
}
