import LinearAlgebra

/// R of ½‖x − Dz‖² + λR(z): what makes codes sparse.
public enum Penalty: Equatable, Sendable {
  /// Σ|z_k|.
  case l1
  /// Σ over pools of √(Σ w z²): whole pools are in use or not.
  case groups(PoolLayout)

  /// Penalties by name, as options and model files have them.
  public enum Kind: String, Sendable, CaseIterable {
    case l1
    case group
  }

  public var kind: Kind {
    switch self {
    case .l1: .l1
    case .groups: .group
    }
  }

  /// The sum over all records.
  /// - Parameter z: codes, [N, K].
  public func value(of z: Matrix) -> Double {
    switch self {
    case .l1: return z.elements.reduce(0) { $0 + Double(abs($1)) }
    case .groups(let pools):
      return (0..<z.rows).reduce(0) { sum, row in
        pools.norms(of: z.row(row)).reduce(sum, +)
      }
    }
  }

  /// Adds `scale` times ∂R/∂z, taking 0 where R has a corner: at a unit, or a pool, of zeros.
  /// - Parameters:
  ///   - z: codes, [N, K].
  ///   - gradient: [N, K].
  public func addGradient(of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix) {
    switch self {
    case .l1:
      let codes = z.elements.span
      var values = gradient.elements.mutableSpan
      for index in values.indices where codes[index] != 0 {
        values[index] += codes[index] > 0 ? scale : -scale
      }
    case .groups(let pools):
      for row in 0..<z.rows {
        let norms = pools.norms(of: z.row(row))
        let first = row * z.columns
        for (pool, norm) in norms.enumerated() where norm > 0 {
          for index in pools.offsets[pool]..<pools.offsets[pool + 1] {
            let unit = first + pools.members[index]
            gradient.elements[unit] +=
              scale * pools.weights[index] * Float(Double(z.elements[unit]) / norm)
          }
        }
      }
    }
  }
}

extension PoolLayout {
  /// √(Σ w z²) of each pool, [P], in Double.
  /// - Parameter code: of one record, [K].
  func norms(of code: ArraySlice<Float>) -> [Double] {
    (0..<offsets.count - 1).map { pool in
      (offsets[pool]..<offsets[pool + 1]).reduce(0.0) { sum, index in
        let z = Double(code[code.startIndex + members[index]])
        return sum + Double(weights[index]) * z * z
      }.squareRoot()
    }
  }
}
