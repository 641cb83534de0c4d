import LinearAlgebra

/// Windows of places of maps, over which units are pooled.
public struct MapWindows: Equatable, Sendable {
  public let height, width: Int
  /// From one window to the next, down and to the right.
  public let rowStride, columnStride: Int

  public init(height: Int, width: Int, rowStride: Int, columnStride: Int) {
    self.height = height
    self.width = width
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// `2x2:1x1`: a window's rows and columns, and from one to the next; nil where it is not that, each at least 1.
  public init?(_ text: String) {
    let sides = text.split(separator: ":", omittingEmptySubsequences: false).flatMap {
      $0.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    }
    guard sides.count == 4, sides.allSatisfy({ (1...Self.largest).contains($0) }) else {
      return nil
    }
    self.init(height: sides[0], width: sides[1], rowStride: sides[2], columnStride: sides[3])
    guard self.text == text else { return nil }
  }

  /// The most of a side or a stride in text.
  private static let largest = 32_768

  public var text: String { "\(height)x\(width):\(rowStride)x\(columnStride)" }

  /// What a unit has to exceed to be in use beside a pool of its place alone, where all units of a window are of one
  /// size: 1/√n of windows of n places that are apart; of others in the mean over large maps.
  public var share: Float { Float(height * width).squareRoot() / Float(rowStride * columnStride) }

  /// Windows of an axis of maps; nil where none fits.
  /// - Parameter covers: whether a last window lies flush with the end where the stride does not reach it.
  public func axis(_ length: Int, alongRows: Bool, covers: Bool = false) -> WindowAxis? {
    let (size, stride) = alongRows ? (height, rowStride) : (width, columnStride)
    guard size >= 1, stride >= 1 else { return nil }
    return WindowAxis(length, size: size, stride: stride, covers: covers)
  }
}

extension PoolLayout {
  /// Pools of the units at all places of a window, and not of each place by itself: the pools of a window after those
  /// of another, row by row. Each place is in a window at least, where windows are no further apart than they are
  /// wide: the last are flush with the edge.
  /// - Parameters:
  ///   - rows: of places; places lie row by row, each with all units.
  ///   - unitCount: K.
  /// - Returns: nil where no window fits.
  /// - Throws: ``PoolProblem/tooManyMembers(limit:)``.
  public func over(
    _ windows: MapWindows, rows: Int, columns: Int, unitCount: Int
  ) throws -> PoolLayout? {
    guard let vertical = windows.axis(rows, alongRows: true, covers: true),
      let horizontal = windows.axis(columns, alongRows: false, covers: true)
    else { return nil }
    let members =
      Double(vertical.count) * Double(horizontal.count) * Double(windows.height * windows.width)
      * Double(groups.members.count)
    guard members <= Double(Self.memberLimit) else {
      throw PoolProblem.tooManyMembers(limit: Self.memberLimit)
    }
    var pools = PoolBuilder()
    for window in 0..<vertical.count * horizontal.count {
      let ys = vertical.span(window / horizontal.count)
      let xs = horizontal.span(window % horizontal.count)
      for pool in 0..<poolCount {
        for place in ys.flatMap({ y in xs.map { y * columns + $0 } }) {
          for position in groups.positions(of: pool) {
            pools.add(
              place * unitCount + groups.members[position], weight: groups.weights[position])
          }
        }
        pools.endPool()
      }
    }
    return try pools.layout()
  }
}
