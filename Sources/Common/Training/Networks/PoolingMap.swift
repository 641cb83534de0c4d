import LinearAlgebra
import ModelFile
import SparseCoding

/// Pooling of the codes of records, at all places of a map: over groups of units, then over windows of places.
public struct PoolingMap: FixedMap {
  private let layout: PoolLayout
  private let reduction: PoolLayout.Reduction
  private let spatial: SpatialPooling?
  private let rows, columns, unitCount: Int
  /// Places that are left of them.
  let pooledRows, pooledColumns: Int

  /// What came of groups, and what came of windows of places of that, where there are some.
  public struct Tape: Sendable {
    fileprivate let groups: Matrix
    fileprivate let windows: Matrix?
  }

  /// - Parameters:
  ///   - pools: of units of a place, a DC unit among them, which is in no group.
  ///   - rows: of places; 1 where records have no places.
  /// - Returns: nil where no window fits.
  public init?(_ pools: Model.ChosenPools, rows: Int, columns: Int) {
    layout = pools.layout
    reduction = pools.pooling.reduction
    spatial = pools.pooling.windows.map {
      SpatialPooling(windows: $0, reduction: pools.pooling.reduction)
    }
    (self.rows, self.columns, unitCount) = (rows, columns, pools.unitCount)
    let shape = spatial.map { $0.pooledShape(height: rows, width: columns) } ?? (rows, columns)
    guard let shape else { return nil }
    (pooledRows, pooledColumns) = shape
  }

  public var outputLength: Int { pooledRows * pooledColumns * layout.poolCount }

  public func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Tape) {
    let codes = x.reshaped(columns: unitCount)
    let groups = spatial?.units(of: codes, in: layout) ?? layout.pool(codes, by: reduction)
    let windows = spatial?.pool(groups, height: rows, width: columns)
    let output = (windows ?? groups).reshaped(columns: outputLength)
    return (output, Tape(groups: groups, windows: windows))
  }

  func inputDelta(_ delta: Matrix, from tape: Tape, input x: Matrix) -> Matrix {
    var delta = delta.reshaped(columns: layout.poolCount)
    if let spatial, let windows = tape.windows {
      delta = spatial.gradient(
        delta, of: tape.groups, pooled: windows, height: rows, width: columns)
    }
    if spatial != nil, layout.keepsUnits(unitCount) { return delta.reshaped(columns: x.columns) }
    return reduceGroupsGradient(
      of: x.reshaped(columns: unitCount), layout.groups, by: reduction, reduced: tape.groups,
      delta: delta
    ).reshaped(columns: x.columns)
  }
}

/// Codes of images from the order of cells to that of places; see ``Geometry``.
struct PlacesMap: FixedMap {
  let geometry: Geometry
  /// K.
  let unitCount: Int

  var outputLength: Int { geometry.cellCount * unitCount }

  func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Int) {
    (geometry.places(ofCells: x), 0)
  }

  func inputDelta(_ delta: Matrix, from tape: Int, input x: Matrix) -> Matrix {
    geometry.cells(ofPlaces: delta, units: unitCount)
  }
}
