import LinearAlgebra
import TestSupport
import Testing

struct Shape: CustomTestStringConvertible, Sendable {
  let n, inner, outer: Int
  var testDescription: String { "x [\(n),\(inner)], W [\(outer),\(inner)]" }
}

private let shapes = [
  (0, 5, 7), (1, 1, 1), (1, 33, 257), (2, 0, 3), (3, 4, 0), (2, 1, 16), (3, 257, 1), (5, 16, 17),
  (7, 31, 33), (13, 33, 32), (14, 64, 64), (15, 100, 65), (29, 20, 48), (33, 47, 95),
  (111, 12, 96), (112, 33, 31), (113, 65, 129), (257, 33, 80), (5, 511, 40), (6, 512, 33),
  (17, 1030, 66), (3, 2100, 34), (115, 300, 200),
].map { Shape(n: $0.0, inner: $0.1, outer: $0.2) }

@Suite struct ProductTests {
  @Test("is one chain of terms, at every level and on every path", arguments: shapes)
  func plainTwin(shape: Shape) {
    let (n, inner, outer) = (shape.n, shape.inner, shape.outer)
    let w = sample(outer, inner, seed: 2)
    let packed = PackedMatrix(w)
    #expect(packed.inner == inner && packed.outer == outer)
    for density in [0, 0.05, 0.3, 1] {
      let x = sample(n, inner, density: density, seed: 1)
      let row = sample(1, outer, seed: 3).elements
      let matrix = sample(n, outer, seed: 4)
      let starts: [(ProductStart, [Float])] = [
        (.zero, [Float](repeating: 0, count: n * outer)),
        (.row(row), (0..<n).flatMap { _ in row }), (.matrix(matrix), matrix.elements),
      ]
      for (start, begin) in starts {
        for level in KernelLevel.available {
          let expected = plainProduct(
            x.elements, w.elements, n: n, inner: inner, outer: outer, start: begin, level.rounding)
          for path in [ProductPath.dense, .sparse, .automatic] {
            let result = product(x, packed, start: start, path: path, level: level)
            #expect(
              sameBits(result.elements, expected), "\(level) \(path) density \(density) \(start)")
          }
        }
      }
    }
  }

  @Test(arguments: shapes) func weightsPackedFromTheirTranspose(shape: Shape) {
    let w = sample(shape.outer, shape.inner, seed: 2)
    let packed = PackedMatrix(transposeOf: w.transposed)
    #expect(packed.inner == shape.inner && packed.outer == shape.outer)
    let x = sample(shape.n, shape.inner, seed: 1)
    #expect(product(x, packed) == product(x, PackedMatrix(w)))
  }

  @Test("an epilogue on the way is one afterwards", arguments: shapes)
  func fusedEpilogue(shape: Shape) {
    let (n, inner, outer) = (shape.n, shape.inner, shape.outer)
    let w = PackedMatrix(sample(outer, inner, seed: 2))
    let thresholds = sample(1, outer, seed: 5).elements.map { abs($0) }
    let gain = sample(1, outer, seed: 6).elements
    let start = ProductStart.matrix(sample(n, outer, seed: 4))
    for density in [0.05, 0.3, 1] {
      let x = sample(n, inner, density: density, seed: 1)
      for (f, gain) in Nonlinearity.allCases.flatMap({ f in [nil, gain].map { (f, $0) } }) {
        let epilogue = Epilogue(f, thresholds: thresholds, gain: gain)
        for level in KernelLevel.available {
          var expected = product(x, w, start: start, level: level)
          Epilogue(f, thresholds: thresholds).apply(to: &expected, level: level)
          if let gain {
            for i in expected.elements.indices { expected.elements[i] *= gain[i % outer] }
            for i in expected.elements.indices { expected.elements[i] += 0 }
          }
          for path in [ProductPath.dense, .sparse, .automatic] {
            let result = product(
              x, w, start: start, epilogue: epilogue, path: path, level: level)
            #expect(sameBits(result.elements, expected.elements), "\(level) \(path) \(f)")
          }
        }
      }
    }
  }

  @Test(arguments: shapes) func closeToDouble(shape: Shape) {
    let (n, inner, outer) = (shape.n, shape.inner, shape.outer)
    let (x, w) = (sample(n, inner, seed: 5), sample(outer, inner, seed: 6))
    let zero = [Float](repeating: 0, count: n * outer)
    let (sums, sizes) = plainProductInDouble(
      x.elements, w.elements, n: n, inner: inner, outer: outer, start: zero)
    let result = product(x, PackedMatrix(w))
    // A chain of k roundings is off by at most k half ulps of the sum of sizes.
    for i in sums.indices {
      let bound = Double(inner + 1) * 0x1p-24 * sizes[i]
      #expect(abs(Double(result.elements[i]) - sums[i]) <= bound)
    }
  }

  @Test("a row depends on no other row") func rowsAreIndependent() {
    let packed = PackedMatrix(sample(70, 90, seed: 1))
    // Dense and sparse rows side by side, so that tiles take different paths.
    let parts = [0.02, 1, 0.3, 0.6].enumerated().map {
      sample(61, 90, density: $1, seed: UInt64($0))
    }
    let x = Matrix(rows: 244, columns: 90, elements: parts.flatMap(\.elements))
    for level in KernelLevel.available {
      let whole = product(x, packed, level: level)
      for r in 0..<x.rows {
        let alone = product(x.rows(r..<r + 1), packed, level: level)
        #expect(sameBits(alone.elements, Array(whole.row(r))), "\(level) row \(r)")
      }
    }
  }

  @Test("a result that underflows to zero is +0 on every path") func noNegativeZero() {
    let x = Matrix(rows: 2, columns: 3, elements: [-1e-30, 0, 0, 0, 0, 0])
    let w = PackedMatrix(Matrix(rows: 1, columns: 3, elements: [1e-30, 1, 1]))
    for level in KernelLevel.available {
      for path in [ProductPath.dense, .sparse] {
        for start in [ProductStart.zero, .row([-0.0])] {
          let out = product(x, w, start: start, path: path, level: level).elements
          #expect(sameBits(out, [0, 0]), "\(level) \(path) \(out)")
          let turned = transposedProduct(
            x.transposed, Matrix(rows: 3, columns: 1, elements: [1e-30, 1, 1]), path: path,
            level: level)
          #expect(sameBits(turned.elements, [0, 0]), "\(level) \(path)")
        }
      }
    }
  }

  @Test("NaN and infinity of a record stay in its row") func nonFiniteRecords() {
    var x = sample(5, 40, density: 0.2, seed: 3)
    let w = PackedMatrix(sample(50, 40, seed: 4))
    let clean = product(x, w)
    x[2, 7] = .nan
    x[4, 8] = .infinity
    for path in [ProductPath.dense, .sparse, .automatic] {
      let out = product(x, w, path: path)
      #expect(out.row(2).allSatisfy { $0.isNaN })
      #expect(out.row(4).allSatisfy { !$0.isFinite })
      for r in [0, 1, 3] { #expect(out.row(r) == clean.row(r)) }
    }
  }
}

@Suite struct TransposedProductTests {
  @Test(
    arguments: [
      (0, 3, 4), (1, 1, 1), (1, 33, 257), (4, 0, 3), (4, 3, 0), (33, 1, 1), (257, 33, 31),
      (112, 113, 48), (511, 14, 33), (513, 15, 64), (1100, 20, 65), (90, 130, 40),
    ].map { Shape(n: $0.0, inner: $0.1, outer: $0.2) })
  func plainTwin(shape: Shape) {
    let (n, p, q) = (shape.n, shape.inner, shape.outer)
    let b = sample(n, q, seed: 2)
    for density in [0, 0.1, 1] {
      let a = sample(n, p, density: density, seed: 1)
      for level in KernelLevel.available {
        let expected = plainProduct(
          a.transposed.elements, b.transposed.elements, n: p, inner: n, outer: q,
          start: [Float](repeating: 0, count: p * q), level.rounding)
        for path in [ProductPath.dense, .sparse, .automatic] {
          let result = transposedProduct(a, b, path: path, level: level)
          #expect(result.rows == p && result.columns == q)
          #expect(sameBits(result.elements, expected), "\(level) \(path) density \(density)")
        }
      }
    }
  }
}

@Suite struct VectorTests {
  @Test(arguments: [0, 1, 2, 15, 16, 31, 32, 33, 63, 64, 65, 257, 1000])
  func dotAndAddScaled(count: Int) {
    let (x, y) = (sample(1, count, seed: 1).elements, sample(1, count, seed: 2).elements)
    for level in KernelLevel.available {
      #expect(dot(x, y, level: level) == plainDot(x, y, level.rounding), "\(level)")
    }
    let rounding = KernelLevel.current.rounding
    let expected = zip(x, y).map { rounding.add(0.3, $0, to: $1) }
    var (whole, row) = (y, y)
    addScaled(0.3, x, to: &whole)
    let rows = Matrix(
      rows: 3, columns: count,
      elements: [Float](repeating: 9, count: count) + x + [Float](repeating: 8, count: count))
    addScaled(0.3, rowOf: rows, 1, to: &row)
    #expect(whole == expected && row == expected)
  }

  @Test func matricesAreAdded() {
    let (x, y) = (sample(7, 33, seed: 5), sample(7, 33, seed: 6))
    var sum = y
    add(x, to: &sum)
    #expect(sum.elements == zip(x.elements, y.elements).map { $0 + $1 })
  }

  @Test(arguments: [0, 1, 15, 16, 17, 257, 100_000]) func dotIsExactInDouble(count: Int) {
    let (x, y) = (sample(1, count, seed: 3).elements, sample(1, count, seed: 4).elements)
    let terms = zip(x, y).map { Double($0) * Double($1) }
    let bound = 1e-15 * Double(count) * terms.reduce(0) { $0 + abs($1) }
    #expect(abs(dotInDouble(x, y) - terms.reduce(0, +)) <= bound)
    // All levels take the same sums in the same order.
    var sums = [Double](repeating: 0, count: 16)
    for (index, term) in terms.enumerated() { sums[index % 16] += term }
    for half in [8, 4, 2, 1] { for lane in 0..<half { sums[lane] += sums[lane + half] } }
    for level in KernelLevel.available {
      #expect(dotInDouble(x, y, level: level) == sums[0], "\(level)")
    }
  }
}
