import LinearAlgebra

/// R of codes that are made of several of one length, such as those of an image: the sum of R over them.
struct CellPenalty: Penalty {
  /// R of a cell.
  let base: any Penalty
  /// Cells of a code.
  let count: Int

  var kind: PenaltyKind { base.kind }
  var pools: PoolLayout? { base.pools }
  var poolTree: PoolTree? { base.poolTree }
  var isSeparable: Bool { base.isSeparable }
  var isConvex: Bool { base.isConvex }
  var dualLength: Int { count * base.dualLength }
  var curvature: Float { base.curvature }

  /// What each cell has of an array.
  private func cells<Value>(of values: ArraySlice<Value>) -> [ArraySlice<Value>] {
    let length = values.count / count
    guard length > 0 else { return (0..<count).map { _ in [] } }
    return stride(from: values.startIndex, to: values.endIndex, by: length).map {
      values[$0..<$0 + length]
    }
  }

  func dual(of code: ArraySlice<Double>) -> [Double] {
    cells(of: code).flatMap { base.dual(of: $0) }
  }

  func value(of code: ArraySlice<Float>) -> Double {
    cells(of: code).reduce(0) { $0 + base.value(of: $1) }
  }

  func value(of code: ArraySlice<Double>) -> Double {
    cells(of: code).reduce(0) { $0 + base.value(of: $1) }
  }

  func measure(
    _ code: ArraySlice<Float>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    sum(over: code, dual) { base.measure($0, dual: $1) }
  }

  func measure(
    _ code: ArraySlice<Double>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    sum(over: code, dual) { base.measure($0, dual: $1) }
  }

  private func sum<Real>(
    over code: ArraySlice<Real>, _ dual: [Double],
    _ measure: (ArraySlice<Real>, [Double]) -> (value: Double, slope: Double)
  ) -> (value: Double, slope: Double) {
    zip(cells(of: code), cells(of: dual[...])).reduce((0, 0)) { sum, cell in
      let part = measure(cell.0, Array(cell.1))
      return (sum.value + part.value, sum.slope + part.slope)
    }
  }

  func addGradient(of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix) -> Double {
    var cells = gradient.reshaped(columns: gradient.columns / count)
    gradient = Matrix(zeros: 0, columns: gradient.columns)
    let sum = base.addGradient(
      of: z.reshaped(columns: z.columns / count), scaledBy: scale, to: &cells)
    gradient = cells.reshaped(columns: z.columns)
    return sum
  }

  func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    forEachCell(of: units, &dual) { cell, dual in
      base.shrink(&codes, at: cell, by: threshold, isNonnegative: isNonnegative, dual: &dual)
    }
  }

  func shrink(
    _ codes: inout MutableSpan<Double>, at units: Range<Int>, by threshold: Double,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    forEachCell(of: units, &dual) { cell, dual in
      base.shrink(&codes, at: cell, by: threshold, isNonnegative: isNonnegative, dual: &dual)
    }
  }

  private func forEachCell(
    of units: Range<Int>, _ dual: inout [Double], _ body: (Range<Int>, inout [Double]) -> Void
  ) {
    let length = units.count / count
    for cell in 0..<count {
      let first = units.lowerBound + cell * length
      let own = cell * base.dualLength..<(cell + 1) * base.dualLength
      var part = Array(dual[own])
      body(first..<first + length, &part)
      dual.replaceSubrange(own, with: part)
    }
  }

  @discardableResult
  func shrink(
    _ codes: inout Matrix, by thresholds: [Float], isNonnegative: Bool, duals: inout [[Double]]
  ) -> [Double]? {
    let columns = codes.columns
    var cells = codes.reshaped(columns: columns / count)
    codes = Matrix(zeros: 0, columns: columns)
    var parts = duals.flatMap { dual in self.cells(of: dual[...]).map(Array.init) }
    let sizes = base.shrink(
      &cells, by: thresholds.flatMap { [Float](repeating: $0, count: count) },
      isNonnegative: isNonnegative, duals: &parts)
    codes = cells.reshaped(columns: columns)
    func ofCode<Part>(_ index: Int, _ parts: [Part]) -> ArraySlice<Part> {
      parts[index * count..<(index + 1) * count]
    }
    duals = thresholds.indices.map { ofCode($0, parts).flatMap { $0 } }
    return sizes.map { sizes in thresholds.indices.map { ofCode($0, sizes).reduce(0, +) } }
  }

  func shares(unitCount: Int) -> [Float] {
    let own = base.shares(unitCount: unitCount / count)
    return (0..<count).flatMap { _ in own }
  }

  func dualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(over: correlation, dual) {
      base.dualNorm(of: $0, isNonnegative: isNonnegative, near: level, dual: $1)
    }
  }

  func dualNorm(
    of correlation: ArraySlice<Double>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(over: correlation, dual) {
      base.dualNorm(of: $0, isNonnegative: isNonnegative, near: level, dual: $1)
    }
  }

  private func largest<Real>(
    over correlation: ArraySlice<Real>, _ dual: [Double],
    _ norm: (ArraySlice<Real>, [Double]) -> Double
  ) -> Double {
    zip(cells(of: correlation), cells(of: dual[...])).reduce(0) {
      max($0, norm($1.0, Array($1.1)))
    }
  }

  func leastDualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double
  ) -> Double? {
    var largest = 0.0
    for cell in cells(of: correlation) {
      guard let least = base.leastDualNorm(of: cell, isNonnegative: isNonnegative, near: level)
      else { return nil }
      largest = max(largest, least)
    }
    return largest
  }
}

extension Penalty {
  /// R of codes of several cells each, the sum over them; Σ|z| is that as it is.
  func ofCells(_ count: Int) -> any Penalty {
    count == 1 || kind == .l1 ? self : CellPenalty(base: self, count: count)
  }
}
