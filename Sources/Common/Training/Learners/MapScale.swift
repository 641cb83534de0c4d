import LinearAlgebra
import SparseCoding

/// How large the maps of images are, for the step `scale`.
public enum MapScale {
  /// Images that are one part of a sum.
  private static let tile = 8

  /// The root mean square of each map over images, 1 where it is zero.
  /// - Parameters:
  ///   - records: numbers of images of `data`, [H,W,C].
  ///   - before: what is done to them first.
  /// - Returns: [C].
  public static func learn(
    _ data: TrainingSet, _ records: [Int], after before: Preprocessing, team: any Team
  ) throws -> [Float] {
    let channels = data.recordShape[data.recordShape.count - 1]
    var sum = TreeSum<Accumulator>()
    let branch = 4 * tile
    for first in stride(from: 0, to: records.count, by: branch) {
      let x = try data.records(Array(records[first..<min(first + branch, records.count)]))
      let part = team.sum(ofTilesOf: x.rows, tile: tile) { range in
        squares(before(x.rows(range)), channels)
      }
      if let part { sum.add(part) }
    }
    let count = Double(records.count) * Double(data.recordLength / channels)
    return (sum.total()?.elements ?? []).map { sum in
      let scale = Float((sum / count).squareRoot())
      return scale >= .leastNormalMagnitude ? scale : 1
    }
  }

  /// Σx² of each map, [1, C].
  private static func squares(_ x: Matrix, _ channels: Int) -> Accumulator {
    var sums = Accumulator(rows: 1, columns: channels)
    for first in stride(from: 0, to: x.elements.count, by: channels) {
      for map in 0..<channels {
        let value = Double(x.elements[first + map])
        sums.elements[map] += value * value
      }
    }
    return sums
  }
}
