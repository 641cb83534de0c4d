import LinearAlgebra
import SparseCoding

/// What a layer does to its input before anything else, with the way back.
struct PreprocessingMap: FixedMap {
  private let steps: [Preprocessing]
  private let whitening: PackedMatrix?
  let outputLength: Int

  /// - Parameter length: D.
  init(_ preprocessing: Preprocessing, length: Int) {
    steps = preprocessing.steps.map(preprocessing.only)
    whitening = preprocessing.whitening.map { PackedMatrix(transposeOf: $0) }
    outputLength = preprocessing.whitening?.rows ?? length
  }

  /// The tape is what each step was given, [N, D].
  func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: [Matrix]) {
    steps.reduce(into: (output: x, tape: [])) { way, step in
      way.tape.append(way.output)
      way.output = step(way.output)
    }
  }

  func inputDelta(_ delta: Matrix, from tape: [Matrix], input: Matrix) -> Matrix {
    zip(steps, tape).reversed().reduce(delta) { delta, step in
      switch step.0.steps[0] {
      case .mean: return delta
      case .whitening: return whitening.map { product(delta, $0) } ?? delta
      case .center:
        var delta = delta
        delta.centerRows()
        return delta
      case .normalize: return throughNorm(delta, of: step.1)
      // It is linear, and its own transpose.
      case .scale: return step.0(delta)
      case .contrast:
        guard let contrast = step.0.contrast else { return delta }
        var result = delta
        for row in 0..<delta.rows {
          let change = contrast.inputDelta(
            Array(delta.row(row)), ofImage: Array(step.1.row(row)))
          result.setRow(row, to: change[...])
        }
        return result
      }
    }
  }

  /// (δ − u(uᵀδ))/‖x‖ of each row, u = x/‖x‖; δ of rows of zeros, which stay as they are.
  private func throughNorm(_ delta: Matrix, of x: Matrix) -> Matrix {
    var (result, units) = (delta, x)
    units.normalizeRows()
    let norms = x.rowNorms
    for row in 0..<x.rows where norms[row] > 0 {
      let (u, change) = (Array(units.row(row)), Array(delta.row(row)))
      let along = Float(dotInDouble(u, change))
      let scaled = zip(change, u).map { Float(Double($0 - along * $1) / norms[row]) }
      result.setRow(row, to: scaled[...])
    }
    return result
  }
}
