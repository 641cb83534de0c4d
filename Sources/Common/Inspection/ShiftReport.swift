import ByteIO
import CommandLineSupport
import SparseCoding
import TensorStream

/// What is said of the maps of a stream, all together: how much their features change where the window moves.
struct ShiftReport {
  private var found: ShiftChange

  /// - Parameter distances: the largest distance, N ≥ 1, in steps of the map.
  init(distances: Int) { found = ShiftChange(distances: distances) }

  /// The array whose values come next, […,y,x,K]; a DC unit is no feature.
  /// - Throws: ``MapProblem``.
  mutating func begin(_ header: ArrayHeader) throws {
    let shape = header.shape
    guard shape.count >= 3 else { throw MapProblem.notMaps(shape: shape) }
    if header.notes.hasSteps(inLast: 3) { throw MapProblem.trace(shape: shape) }
    let (rows, columns, length) = (
      shape[shape.count - 3], shape[shape.count - 2], shape[shape.count - 1]
    )
    guard max(rows, columns) > found.distances else {
      throw MapProblem.tooSmall(rows: rows, columns: columns, distance: found.distances)
    }
    let count = max(0, length - (header.notes.dcUnit ? 1 : 0))
    if let expected = found.featureCount, expected != count {
      throw MapProblem.otherFeatures(expected: expected, found: count)
    }
    found.begin(rows: rows, columns: columns, length: length, featureCount: count)
  }

  /// Adds the next values of the array, cut anywhere.
  mutating func add(_ values: [Float]) { found.add(values) }

  /// Of each distance; nil where there is no such number.
  var changes: [Double]? { found.changes }

  var line: String {
    guard let changes else {
      return "change by shift  none: "
        + (found.isFinite ? "the features do not vary" : "there are values that are not finite")
    }
    let figures = changes.enumerated().map { "\($0.offset + 1): \(fixed($0.element, decimals: 3))" }
    return "change by shift  " + figures.joined(separator: "  ")
  }
}

/// Arrays whose features have no places beside one another, or are not those of the arrays before.
public enum MapProblem: Problem, Equatable {
  case notMaps(shape: [Int])
  /// The axes before the units are not those of a map.
  case trace(shape: [Int])
  case tooSmall(rows: Int, columns: Int, distance: Int)
  case otherFeatures(expected: Int, found: Int)

  public var description: String {
    switch self {
    case .notMaps(let shape): "expected maps […,y,x,K], stream has \(shapeText(shape))"
    case .trace(let shape):
      "expected maps […,y,x,K], stream has the codes of every step, \(shapeText(shape))"
    case .tooSmall(let rows, let columns, let distance):
      "expected maps with places \(distance) apart, stream has maps of \(rows)x\(columns) places"
    case .otherFeatures(let expected, let found):
      "expected \(expected) features as in the arrays before, found \(found)"
    }
  }
}
