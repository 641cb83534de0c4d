import LinearAlgebra
import TestSupport

/// [rows, columns] of normal numbers, of which about `density` are kept.
func sample(_ rows: Int, _ columns: Int, density: Double = 1, seed: UInt64) -> Matrix {
  var random = CounterRandom(seed: seed)
  let elements = (0..<rows * columns).map { _ -> Float in
    let value = Float(random.normal())
    return random.uniform() < density ? value : 0
  }
  return Matrix(rows: rows, columns: columns, elements: elements)
}

extension KernelLevel {
  /// How this level adds a term to a sum.
  var rounding: TermRounding { isFused ? .fused : .separate }
}
