import LinearAlgebra
import SparseCoding

/// A map of records that are rows, one after another, to such records: some rows of what it gives depend on some rows
/// of what it takes alone. One that follows another is such a map too.
struct RecordRows: Sendable {
  /// Maps the rows of what is taken that some rows of what is given depend on, [1, those elements], to these.
  typealias Stage = @Sendable (_ x: Matrix, _ rows: Range<Int>) throws -> Matrix

  /// Rows of what it gives, at least one.
  let count: Int
  /// Elements of a row of what it takes.
  let inputRowLength: Int
  /// The rows that some rows of what it gives depend on. Both ends rise with these.
  let inputRows: @Sendable (_ rows: Range<Int>) -> Range<Int>
  /// One after another.
  let stages: [Stage]
  /// Elements for a row of what it gives: of what is taken, of what each stage gives.
  let elements: [Double]
  /// Rows of what it gives on each side of some that cost as much as what is computed for these once more.
  let halo: Int

  init(
    count: Int, inputRowLength: Int, elements: [Double], halo: Int = 0,
    inputRows: @escaping @Sendable (Range<Int>) -> Range<Int>, stages: [Stage]
  ) {
    self.count = count
    self.inputRowLength = inputRowLength
    self.elements = elements
    self.halo = halo
    self.inputRows = inputRows
    self.stages = stages
  }

  /// The same with something else made of each element that it gives.
  func mapping(_ map: @escaping @Sendable (Matrix) -> Matrix) -> RecordRows {
    RecordRows(
      count: count, inputRowLength: inputRowLength, elements: elements, halo: halo,
      inputRows: inputRows,
      stages: stages.dropLast() + stages.suffix(1).map { stage in { map(try stage($0, $1)) } })
  }

  /// What another one makes of what this one gives.
  func followed(by next: RecordRows) -> RecordRows {
    let share = Double(count) / Double(next.count)
    // What rows of the next one share is computed for each strip of them.
    let shared = (max(0, Double(next.inputRows(0..<1).count) - share) + Double(halo)) / share
    return RecordRows(
      count: next.count, inputRowLength: inputRowLength,
      elements: elements.map { $0 * share } + next.elements.dropFirst(),
      halo: next.halo + Int(min(shared, Double(next.count)).rounded(.up)),
      inputRows: { inputRows(next.inputRows($0)) },
      stages: stages.map { stage in { try stage($0, next.inputRows($1)) } } + next.stages)
  }

  /// Strips of so many rows.
  func strips(rows size: Int) -> RecordStrips {
    let strips = RowStrips(rows: count, size: size)
    let length = inputRowLength
    let last = stages[stages.count - 1]
    return RecordStrips(count: strips.count) { strip in
      let rows = inputRows(strips[strip])
      return rows.lowerBound * length..<rows.upperBound * length
    } apply: { x, strip in
      [try last(x, strips[strip])]
    } earlier: {
      stages.dropLast().map { stage in { try stage($0, strips[$1]) } }
    }
  }

  /// Strips, where all rows are not few enough to be taken at once.
  var strips: RecordStrips? {
    let most = elements.dropFirst().max() ?? 1
    return RecordStrips.size(count, elements: [elements[0], most], halo: halo)
      .map { strips(rows: $0) }
  }
}

extension RecordRows {
  /// Codes of images, by rows of places from the top.
  /// - Parameter preprocessing: of the images.
  /// - Precondition: that needs no whole images.
  static func encoding(
    _ tiled: TiledEncoder, preparedBy preprocessing: Preprocessing = .none
  ) -> RecordRows {
    precondition(preprocessing.isOfRows, "rows of \(preprocessing.steps)")
    let windows = tiled.windows
    let rows = windows.vertical.count
    let image = RecordStrips.imageElements(windows) / Double(rows)
    let preparing: [Stage] = preprocessing.steps.isEmpty ? [] : [{ x, _ in preprocessing(x) }]
    return RecordRows(
      count: rows, inputRowLength: windows.rowLength,
      elements: [image] + preparing.map { _ in image } + [
        Double(windows.horizontal.count) * Double(tiled.unitCount)
      ], halo: tiled.halo, inputRows: tiled.imageRows,
      stages: preparing + [
        { tiled($0, rows: $1, top: tiled.imageRows(for: $1).lowerBound) }
      ])
  }

  /// Pools of units, over windows of maps [height,width,K], by rows of windows.
  /// - Returns: nil where there are none.
  static func pooling(
    _ layout: PoolLayout, _ mode: PoolLayout.Reduction, over spatial: SpatialPooling, height: Int,
    width: Int, units: Int
  ) -> RecordRows? {
    guard let rows = spatial.pooledShape(height: height, width: width)?.rows, rows > 0 else {
      return nil
    }
    let perRow = Double(width) * Double(height) / Double(rows)
    return RecordRows(
      count: rows, inputRowLength: width * units,
      elements: [perRow * Double(units), perRow * Double(layout.poolCount)],
      inputRows: { spatial.mapRows(for: $0, height: height) },
      stages: [
        { maps, rows in
          let places = spatial.units(of: maps.reshaped(columns: units), in: layout)
          let pooled = spatial.pool(places, windowRows: rows, height: height, width: width)
          return pooled.reshaped(columns: pooled.elements.count)
        }
      ])
  }
}

extension RecordMap {
  /// The same of records that are the last batch axes, from one on, and a record: all rows of the first of these axes
  /// by themselves. Nil where what it does is several maps.
  func rows(fromAxis axis: Int) -> RecordRows? {
    guard earlier.isEmpty, batchAxes[axis...].allSatisfy({ $0 > 0 }) else { return nil }
    let columns = batchAxes[(axis + 1)...].reduce(1, *)
    let output = outputShape.reduce(1, *)
    return RecordRows(
      count: batchAxes[axis], inputRowLength: columns * inputLength,
      elements: [Double(columns) * Double(inputLength), Double(columns) * Double(output)],
      inputRows: { $0 },
      stages: [
        { x, _ in
          let results = try apply(x.reshaped(columns: inputLength))
          return results.reshaped(columns: results.elements.count)
        }
      ])
  }
}
