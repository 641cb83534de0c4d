import LinearAlgebra
import SparseCoding

/// Rows of something, some of them at a time.
struct RowStrips {
  let rows: Int
  let size: Int

  var count: Int { (rows + size - 1) / size }

  subscript(_ strip: Int) -> Range<Int> { strip * size..<min(rows, (strip + 1) * size) }
}

/// Images by rows of places, from the top.
extension RecordStrips {
  /// Bytes of codes of an image above which it is decoded in strips: they are added up one after another, where
  /// whole images are on all threads.
  private static let largestDecoded = 16 << 20

  /// How many rows are a strip; nil where all of them are few enough to be taken at once.
  /// - Parameters:
  ///   - elements: for a row: of input, of output, and what else there is at a time.
  ///   - limit: bytes of all rows up to which they are taken at once.
  ///   - halo: rows on each side that are computed once more.
  static func size(
    _ rows: Int, elements: [Double], above limit: Int = largestBlock, halo: Int = 0
  ) -> Int? {
    let (stream, all) = (4 * (elements.prefix(2).max() ?? 1), 4 * (elements.max() ?? 1))
    // What cannot be counted is refused before it is mapped.
    guard stream * Double(rows) > Double(limit), all * Double(rows) < 0x1p62 else { return nil }
    let size = max(1, Int(Double(largestBlock) / all), 4 * halo)
    return size < rows ? size : nil
  }

  /// H·W·C, which may be more than can be counted.
  static func imageElements(_ windows: ImageWindows) -> Double {
    Double(windows.vertical.length) * Double(windows.horizontal.length) * Double(windows.channels)
  }

  /// Images of codes.
  /// - Parameter preprocessing: what is undone of the images.
  /// - Returns: nil where they are small.
  static func decoding(
    _ tiled: TiledDecoder, undoing preprocessing: Preprocessing = .none
  ) -> RecordStrips? {
    let windows = tiled.windows
    let (rows, columns) = (windows.vertical.count, Double(windows.horizontal.count))
    return size(
      rows,
      elements: [
        columns * Double(tiled.unitCount), imageElements(windows) / Double(rows),
        columns * Double(windows.windowLength),
      ], above: largestDecoded
    ).map { decoding(tiled, undoing: preprocessing, rows: $0) }
  }

  /// The same, so many rows of places a strip. What they add to the image is added in order.
  static func decoding(
    _ tiled: TiledDecoder, undoing preprocessing: Preprocessing = .none, rows size: Int
  ) -> RecordStrips {
    let windows = tiled.windows
    let strips = RowStrips(rows: windows.vertical.count, size: size)
    let length = windows.horizontal.count * tiled.unitCount
    return RecordStrips(count: strips.count) { strip in
      let rows = strips[strip]
      return rows.lowerBound * length..<rows.upperBound * length
    } apply: { z, strip in
      tiled.parts(of: z, rows: strips[strip])
    } join: {
      // Rows of the image from `top` on, to which places are still to be added.
      var (band, top) = (Matrix(zeros: 1, columns: 0), 0)
      return { parts, strip in
        let rows = strips[strip]
        let end =
          strip + 1 < strips.count
          ? min(max(0, windows.vertical.start(rows.upperBound)), windows.vertical.length)
          : windows.vertical.length
        let held = max(end, windows.vertical.reach(of: rows).upperBound) - top
        let new = held * windows.rowLength - band.columns
        band = Matrix(
          rows: 1, columns: band.columns + new,
          elements: band.elements + [Float](repeating: 0, count: new))
        tiled.add(parts, rows: rows, to: &band, top: top)
        let done = (end - top) * windows.rowLength
        top = end
        let elements = band.elements
        band = Matrix(
          rows: 1, columns: elements.count - done, elements: Array(elements[done...]))
        let rowsDone = Matrix(rows: 1, columns: done, elements: Array(elements[..<done]))
        return preprocessing.undo(rowsDone).elements
      }
    }
  }
}
