/// A sheet as it is looked at: of a torus perhaps with what lies beyond its edges, which is what is at the
/// opposite ones.
public struct SheetView: Equatable, Sendable {
  public let sheet: Sheet
  /// Rows and columns beyond each edge.
  public let margin: Int

  /// - Parameter margin: 0 of a sheet that ends at its edges.
  public init(_ sheet: Sheet, margin: Int = 0) {
    precondition(margin == 0 || margin > 0 && sheet.wraps, "a margin of \(margin)")
    self.sheet = sheet
    self.margin = margin
  }

  public var rows: Int { sheet.rows + 2 * margin }
  public var columns: Int { sheet.columns + 2 * margin }

  /// The unit at each place, row by row, [rows·columns].
  public var units: [Int] {
    func places(_ count: Int) -> [Int] {
      let before = (margin + count - 1) / count * count - margin
      return (0..<count + 2 * margin).map { ($0 + before) % count }
    }
    let (ys, xs) = (places(sheet.rows), places(sheet.columns))
    return ys.flatMap { y in xs.map { x in y * sheet.columns + x } }
  }

  /// Where a cell of the sheet is: rows and columns of the place at its upper left, of a torus from −1, the
  /// cells of which only the right or the lower side is in view.
  public func places(of cell: Sheet.Cell) -> [(row: Int, column: Int)] {
    guard sheet.wraps else { return [(cell.row, cell.column)] }
    func repeated(_ place: Int, _ count: Int) -> StrideTo<Int> {
      stride(from: (place + margin + 1) % count - 1, to: count + 2 * margin, by: count)
    }
    return repeated(cell.row, sheet.rows).flatMap { row in
      repeated(cell.column, sheet.columns).map { (row, $0) }
    }
  }
}

extension Sheet {
  /// Two rows and two columns that lie side by side.
  public struct Cell: Equatable, Sendable {
    /// Of the unit at the upper left.
    public let row: Int
    public let column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// All cells: of a torus as many as units, of a grid one less along each side.
  public var cells: [Cell] {
    let (rows, columns) = wraps ? (rows, columns) : (max(0, rows - 1), max(0, columns - 1))
    return (0..<rows * columns).map { Cell(row: $0 / columns, column: $0 % columns) }
  }

  /// The four units of a cell on the way around it, the one at the upper left first, then that to the right
  /// of it.
  func units(around cell: Cell) -> [Int] {
    let (below, right) = ((cell.row + 1) % rows, (cell.column + 1) % columns)
    return [
      cell.row * columns + cell.column, cell.row * columns + right, below * columns + right,
      below * columns + cell.column,
    ]
  }
}
