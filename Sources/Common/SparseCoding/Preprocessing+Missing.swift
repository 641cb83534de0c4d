import LinearAlgebra

/// Preprocessing of records of which the same values are missing. A record's own mean is that of the values
/// that are there; its norm is theirs, too, times √(D/V) where V of D are there: what the whole record's is if
/// those missing are as large.
extension Preprocessing {
  /// Whether all steps can do without the missing values. Whitening mixes all of them, local contrast those of a window.
  public var servesMissingValues: Bool {
    !steps.contains(.whitening) && !steps.contains(.contrast)
  }

  /// Does all steps.
  /// - Parameters:
  ///   - x: the values that are there, [N, V].
  ///   - values: which of the D these are, ascending.
  ///   - length: D.
  /// - Returns: preprocessed values, [N, V], and the mean or norm that each step took of each record, [N];
  ///   nothing of a step that is not each record's own.
  /// - Precondition: ``servesMissingValues``, and no step is of images.
  public func partial(
    _ x: Matrix, at values: [Int], of length: Int
  ) -> (prepared: Matrix, taken: [[Float]]) {
    let share = (Double(values.count) / Double(length)).squareRoot()
    var (x, taken) = (x, [[Float]]())
    for step in steps {
      switch step {
      case .center:
        taken.append(x.rowMeans)
        x.centerRows()
      case .normalize:
        let norms = x.rowNorms
        // A record of zeros stays.
        taken.append(norms.map { $0 > 0 ? Float($0 / share) : 1 })
        x.normalizeRows()
        x.scale(by: Float(share))
      case .mean:
        taken.append([])
        for row in 0..<x.rows {
          addScaled(-1, values.map { mean?[$0] ?? 0 }, toRow: row, of: &x)
        }
      case .whitening, .contrast, .scale: preconditionFailure("\(step) of some values")
      }
    }
    return (x, taken)
  }

  /// Undoes all steps, last first.
  /// - Parameters:
  ///   - x: preprocessed records with all their values, [N, D].
  ///   - taken: as ``partial(_:at:of:)`` gave it.
  /// - Returns: [N, D].
  public func undo(_ x: Matrix, puttingBack taken: [[Float]]) -> Matrix {
    zip(steps, taken).reversed().reduce(x) { x, step in
      var x = x
      switch step.0 {
      case .center: for row in 0..<x.rows { x.mapRow(row) { $0 + step.1[row] } }
      case .normalize: for row in 0..<x.rows { x.mapRow(row) { $0 * step.1[row] } }
      case .mean: x = Preprocessing(steps: [.mean], mean: mean).undo(x)
      case .whitening, .contrast, .scale: preconditionFailure("\(step.0) of some values")
      }
      return x
    }
  }
}

extension Matrix {
  /// [rows], summed in Double.
  fileprivate var rowMeans: [Float] {
    (0..<rows).map { Float(row($0).reduce(0.0) { $0 + Double($1) } / Double(columns)) }
  }

  fileprivate mutating func mapRow(_ row: Int, _ change: (Float) -> Float) {
    setRow(row, to: self.row(row).map(change)[...])
  }
}
