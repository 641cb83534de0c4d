import LinearAlgebra
import TestSupport
import Testing

/// Windows of 5 images of 11×9 with 2 channels, units at every place or a period of 2×3 places apart.
private struct WindowSample: CustomTestStringConvertible, Sendable {
  let size, stride, padding, units: Int
  let period: (rows: Int, columns: Int)
  var testDescription: String {
    "\(size)×\(size), stride \(stride), padding \(padding), \(units) units, period \(period)"
  }

  static let all = [
    (3, 1, 0, 5, (1, 1)), (4, 2, 3, 33, (1, 1)), (9, 1, 8, 64, (1, 1)), (1, 1, 0, 2, (1, 1)),
    (3, 1, 1, 7, (2, 3)), (5, 3, 2, 40, (2, 3)), (3, 4, 0, 3, (2, 3)),
  ].map { WindowSample(size: $0.0, stride: $0.1, padding: $0.2, units: $0.3, period: $0.4) }

  var windows: ImageWindows {
    guard let rows = WindowAxis(11, size: size, stride: stride, padding: padding),
      let columns = WindowAxis(9, size: size, stride: stride, padding: padding)
    else { preconditionFailure("no windows") }
    return ImageWindows(rows, columns, channels: 2)
  }

  var parts: [WindowPlaces] {
    (0..<period.rows).flatMap { row in
      (0..<period.columns).map { column in
        WindowPlaces(
          windows,
          rows: Places(first: row, step: period.rows, end: windows.vertical.count),
          columns: Places(first: column, step: period.columns, end: windows.horizontal.count))
      }
    }
  }

  var layout: PlacedRows {
    PlacedRows(
      rows: 0..<windows.vertical.count, columns: windows.horizontal.count, units: units)
  }

  func images(density: Double) -> Matrix {
    sample(5, windows.imageLength, density: density, seed: 3)
  }

  func weights(_ part: Int) -> Matrix {
    sample(units, windows.windowLength, seed: 10 + UInt64(part))
  }

  func codes(density: Double, seed: UInt64) -> Matrix {
    sample(5, layout.length, density: density, seed: seed)
  }

  /// The windows of a part of all images, one below the other.
  func taken(_ part: WindowPlaces) -> Matrix {
    let x = images(density: 1)
    var elements: [Float] = []
    for image in 0..<x.rows {
      for row in part.rows {
        elements +=
          windows.taken(from: x.rows(image..<image + 1), row: row, columns: part.columns).elements
      }
    }
    return Matrix(
      rows: elements.count / windows.windowLength, columns: windows.windowLength,
      elements: elements)
  }
}

@Suite struct WindowProductTests {
  @Test("windows are what lies around a place, and zeros beyond", arguments: WindowSample.all)
  fileprivate func windows(_ sample: WindowSample) {
    let (windows, x) = (sample.windows, sample.images(density: 1))
    for row in 0..<windows.vertical.count {
      let columns = Places(first: 0, step: 2, end: windows.horizontal.count)
      let taken = windows.taken(from: x, row: row, columns: columns)
      var expected: [Float] = []
      for image in 0..<x.rows {
        for column in columns {
          for y in 0..<sample.size {
            for place in 0..<sample.size * 2 {
              let (v, u) = (
                windows.vertical.start(row) + y, windows.horizontal.start(column) + place / 2
              )
              let isInside = (0..<11).contains(v) && (0..<9).contains(u)
              expected.append(isInside ? x[image, (v * 9 + u) * 2 + place % 2] : 0)
            }
          }
        }
      }
      #expect(sameBits(taken.elements, expected))
    }
  }

  @Test("are products of windows, to the bit", arguments: WindowSample.all)
  fileprivate func forward(_ sample: WindowSample) {
    let (parts, layout) = (sample.parts, sample.layout)
    let weights = parts.indices.map { PackedMatrix(sample.weights($0)) }
    let start = sample.codes(density: 1, seed: 5)
    let steps = parts.indices.map { part in
      Epilogue(
        .shrink, thresholds: (0..<sample.units).map { Float($0 + part) / 50 },
        gain: [Float](repeating: 1.5, count: sample.units))
    }
    for level in KernelLevel.available {
      for density in [0.02, 1] {
        let x = sample.images(density: density)
        var expected = start
        for row in 0..<sample.windows.vertical.count {
          for (part, places) in parts.enumerated() where places.rows.contains(row) {
            for column in places.columns {
              let first = (row * layout.columns + column) * layout.units
              let seen = product(
                sample.windows.taken(from: x, row: row, columns: Places(column)), weights[part],
                start: .matrix(start.columns(at: first..<first + layout.units)),
                epilogue: steps[part], level: level)
              for image in 0..<x.rows {
                for unit in 0..<layout.units { expected[image, first + unit] = seen[image, unit] }
              }
            }
          }
        }
        for path in [ProductPath.dense, .sparse, .automatic] {
          let codes = windowProduct(
            x, parts, weights, layout, start: start, epilogues: steps, path: path, level: level)
          #expect(sameBits(codes.elements, expected.elements), "\(level) \(path) \(density)")
        }
      }
    }
  }

  @Test("back are sums of windows, place after place", arguments: WindowSample.all)
  fileprivate func adjoint(_ sample: WindowSample) {
    let (parts, layout) = (sample.parts, sample.layout)
    let weights = parts.indices.map { PackedMatrix(transposeOf: sample.weights($0)) }
    for level in KernelLevel.available {
      for density in [0.02, 1] {
        let z = sample.codes(density: density, seed: 6)
        var expected = Matrix(zeros: 5, columns: sample.windows.imageLength)
        for row in 0..<sample.windows.vertical.count {
          for (part, places) in parts.enumerated() where places.rows.contains(row) {
            for column in places.columns {
              let first = (row * layout.columns + column) * layout.units
              sample.windows.add(
                product(
                  z.columns(at: first..<first + layout.units), weights[part], level: level),
                row: row, columns: Places(column), to: &expected)
            }
          }
        }
        for path in [ProductPath.dense, .sparse, .automatic] {
          let x = windowAdjoint(z, parts, weights, layout, path: path, level: level)
          #expect(sameBits(x.elements, expected.elements), "\(level) \(path) \(density)")
        }
      }
    }
  }

  @Test("gradients are a chain over all windows", arguments: WindowSample.all)
  fileprivate func gradient(_ sample: WindowSample) {
    for part in sample.parts {
      let w = sample.taken(part)
      for density in [0.02, 1] {
        // The part's units are some of all.
        let delta = LinearAlgebraTests.sample(
          w.rows, sample.units + 4, density: density, seed: 7)
        let own = 3..<3 + sample.units
        for level in KernelLevel.available {
          let expected = transposedProduct(delta.columns(at: own), w, level: level)
          for path in [ProductPath.dense, .sparse, .automatic] {
            let sums = windowGradient(
              delta, units: own, part, sample.images(density: 1), path: path, level: level)
            #expect(sameBits(sums.elements, expected.elements), "\(level) \(path) \(density)")
          }
        }
      }
    }
  }
}

@Suite struct ColumnTests {
  @Test(arguments: [(0, 3), (5, 1), (7, 16), (9, 37)])
  func areOverAllRows(rows: Int, columns: Int) {
    let a = sample(rows, columns, density: 0.5, seed: 1)
    let b = sample(rows, columns, seed: 2)
    var dots = [Float](repeating: 0, count: columns)
    var largest = dots
    for row in 0..<rows {
      for column in 0..<columns {
        dots[column] += a[row, column] * b[row, column]
        largest[column] = max(largest[column], abs(a[row, column]))
      }
    }
    #expect(sameBits(columnDots(a, b), dots))
    #expect(a.columnSizes.largest == largest)
    #expect(a.columnSizes.nonzeros == a.elements.count { $0 != 0 })
    let sizes = a.elements.reduce(0) { $0 + Double(abs($1)) }
    #expect(abs(a.sumOfSizes - sizes) <= 1e-12 * sizes)
    var signed = b
    signed.addSigns(of: a, scaledBy: 0.75)
    #expect(
      signed.elements
        == zip(a.elements, b.elements).map { $0 == 0 ? $1 : $1 + ($0 > 0 ? 0.75 : -0.75) })
  }

  @Test func sizesOfWhatIsNoNumberAreSeen() {
    let m = Matrix(rows: 1, columns: 3, elements: [.nan, .infinity, -0.0])
    #expect(m.columnSizes.nonzeros == 2 && m.sumOfSizes.isNaN)
  }
}
