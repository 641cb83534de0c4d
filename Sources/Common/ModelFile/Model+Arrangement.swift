import ByteIO
import SparseCoding

extension Model {
  /// The sheet that units lie on by their pools; a DC unit, the last, does not. Without pools it is that of local
  /// units, one a place, which ends at its edges.
  /// - Throws: ``ArrangementProblem``.
  public func sheet() throws -> Sheet {
    guard let pools else {
      guard let period = tiling?.period, period.count > 1, period.count == codeLength else {
        throw ArrangementProblem.noPools
      }
      return Sheet(rows: period.rows, columns: period.columns, wraps: false)
    }
    guard case .windows(let windows)? = pools.notation else {
      throw ArrangementProblem.noSheet(pools: pools.notation?.text)
    }
    return windows.sheet
  }

  /// The tree that pools form, all of them within each other or apart.
  /// - Throws: ``ArrangementProblem``; `PoolProblem` where pools overlap.
  public func tree() throws -> PoolTree {
    guard let pools else { throw ArrangementProblem.noPools }
    return try PoolTree(pools)
  }
}

/// Why units of a model have no places.
public enum ArrangementProblem: Problem, Equatable {
  case noPools
  /// Pools, in words where they have some, that are no windows of a sheet.
  case noSheet(pools: String?)
  /// Records that have no orientation.
  case noOrientation(recordShape: [Int])

  public var description: String {
    switch self {
    case .noPools: "the model names no pools, expected some that place its units"
    case .noSheet(let pools):
      "pools \(pools ?? "of a file") place units on no sheet, expected torus: or grid:"
    case .noOrientation(let shape):
      "filters of shape \(shapeText(shape)) have no orientation, expected pictures of 2 pixels or more "
        + "in both directions"
    }
  }
}
