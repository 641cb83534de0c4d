import LinearAlgebra
import SparseCoding

/// A tiling with images of one size.
public struct TilingSample: Sendable, CustomStringConvertible {
  public let tiling: Tiling
  public let height, width: Int
  /// Units of a place.
  public let units: Int

  public var windows: ImageWindows {
    guard let windows = tiling.windows(imageHeight: height, imageWidth: width) else {
      preconditionFailure("no window fits")
    }
    return windows
  }

  public var geometry: Geometry { .tiled(tiling, windows) }

  /// Weights of all units, [phases·units, h·w·C].
  public func weights(seed: UInt64) -> Matrix {
    normalMatrix(tiling.period.count * units, tiling.windowLength, seed: seed)
  }

  /// Images, [count, H·W·C].
  public func images(_ count: Int, seed: UInt64) -> Matrix {
    normalMatrix(count, windows.imageLength, seed: seed)
  }

  /// The pixel of an image that an element of a window has, at a place; nil in the padding.
  public func pixel(row: Int, column: Int, element: Int) -> Int? {
    let (channel, place) = (element % tiling.channels, element / tiling.channels)
    let y = row * tiling.stride - tiling.padding + place / tiling.width
    let x = column * tiling.stride - tiling.padding + place % tiling.width
    guard (0..<height).contains(y), (0..<width).contains(x) else { return nil }
    return (y * width + x) * tiling.channels + channel
  }

  /// Units of all places in the order of the rows of a map's output: of a period of places after another, and in
  /// it of a place after another. Each is the row of the weights that it has, and where it is.
  public var allUnits: [(weight: Int, row: Int, column: Int)] {
    let (rows, columns) = (windows.vertical.count, windows.horizontal.count)
    let period = tiling.period
    var all: [(Int, Int, Int)] = []
    for top in stride(from: 0, to: rows, by: period.rows) {
      for left in stride(from: 0, to: columns, by: period.columns) {
        for row in 0..<period.rows {
          for column in 0..<period.columns {
            for unit in 0..<units {
              all.append(((row * period.columns + column) * units + unit, top + row, left + column))
            }
          }
        }
      }
    }
    return all
  }

  /// Codes in which places lie row by row, [N, rows·columns·units], as rows of a map's output, [N·cells, K].
  public func cells(ofPlaces codes: Matrix) -> Matrix {
    let columns = windows.horizontal.count
    let order = allUnits.map {
      ($0.row * columns + $0.column) * units + $0.weight % units
    }
    return Matrix(
      rows: codes.rows * geometry.cellCount, columns: units * tiling.period.count,
      elements: (0..<codes.rows).flatMap { image in
        order.map { codes.elements[image * codes.columns + $0] }
      })
  }

  /// The same map as a matrix of whole images, [cells·K, H·W·C].
  public func whole(_ weights: Matrix) -> Matrix {
    var whole = Matrix(zeros: allUnits.count, columns: windows.imageLength)
    for (index, unit) in allUnits.enumerated() {
      for element in 0..<tiling.windowLength {
        guard let pixel = pixel(row: unit.row, column: unit.column, element: element) else {
          continue
        }
        whole[index, pixel] = weights[unit.weight, element]
      }
    }
    return whole
  }

  /// A gradient of ``whole(_:)`` as one of the weights: the sum over the places that share them.
  public func folded(_ gradient: Matrix) -> Matrix {
    var folded = Matrix(zeros: tiling.period.count * units, columns: tiling.windowLength)
    for (index, unit) in allUnits.enumerated() {
      for element in 0..<tiling.windowLength {
        guard let pixel = pixel(row: unit.row, column: unit.column, element: element) else {
          continue
        }
        folded[unit.weight, element] += gradient[index, pixel]
      }
    }
    return folded
  }

  public var description: String {
    "\(tiling.height)x\(tiling.width)x\(tiling.channels) of \(height)x\(width), stride "
      + "\(tiling.stride), padding \(tiling.padding), period \(tiling.period.rows)x"
      + "\(tiling.period.columns), \(units) units"
  }

  /// Windows of so many pixels and channels of images of another size.
  public init(
    _ height: Int, _ width: Int, _ channels: Int, of image: (Int, Int), stride: Int = 1,
    padding: Int = 0, period: (Int, Int) = (1, 1), units: Int
  ) {
    tiling = Tiling(
      height: height, width: width, channels: channels, stride: stride, padding: padding,
      period: Tiling.Period(rows: period.0, columns: period.1))
    (self.height, self.width) = image
    self.units = units
  }

  /// Odd shapes, padding up to the window less one, strides beyond the window, every kind of period.
  public static let all = [
    TilingSample(3, 3, 1, of: (7, 9), units: 5),
    TilingSample(1, 1, 2, of: (3, 2), units: 3),
    TilingSample(4, 3, 2, of: (9, 8), stride: 2, units: 4),
    TilingSample(5, 5, 1, of: (6, 5), padding: 4, units: 35),
    TilingSample(2, 3, 3, of: (9, 11), stride: 4, padding: 1, units: 2),
    TilingSample(3, 3, 1, of: (6, 8), period: (2, 3), units: 2),
    TilingSample(3, 2, 1, of: (5, 5), period: (3, 4), units: 1),
    TilingSample(3, 3, 2, of: (8, 8), stride: 2, padding: 1, period: (2, 4), units: 3),
    TilingSample(6, 6, 1, of: (6, 6), units: 7),
  ]
}
