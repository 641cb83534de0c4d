import LinearAlgebra

/// How good codes are.
extension CodingProblem: MeasuredProblem {
  /// Energy ½‖x − Dz‖² + λR(z) of each record, [N], in Double; of Gaussians with the variances that are best.
  public func energies(of code: Matrix, records x: Matrix) -> [Double] {
    let reconstruction = product(code, packedDecoder)
    let gaussians = gaussianUnits
    return (0..<x.rows).map { row in
      let squaredError = zip(x.row(row), reconstruction.row(row)).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
      let penalised = code.row(row).prefix(penalisedCount)
      return 0.5 * squaredError
        + (beta == nil
          ? Double(lambda) * penalty.value(of: penalised)
          : variationalPenalty(penalised, gaussians))
    }
  }

  /// Duality gap of each record's code, [N], relative to its energy as the solvers see it, the DC unit
  /// at its best value: no code has an energy lower by more. Needs λ > 0. Of Gaussians it is relative to the energy
  /// above that of a record of zeros, which is not 0 then.
  /// - Parameters: codes, [N, K], of the sign that the problem allows; records, [N, D].
  public func relativeGaps(of code: Matrix, records x: Matrix) -> [Double] {
    precondition(lambda > 0, "there is no bound without a penalty")
    guard beta == nil else { return variationalGaps(of: penalised(code), records: x) }
    let (correlation, squaredNorms) = correlations(of: x)
    let units = penalised(code)
    let residual = residual(of: units, correlation: correlation)
    return (0..<x.rows).map { row in
      let gap =
        penalty.dualLength == 0
        ? DualityGap(
          self, code: units.row(row), residualCorrelation: residual.row(row),
          correlation: correlation.row(row), squaredNorm: squaredNorms[row])
        : DualityGap(
          lambda: Double(lambda), penalty, isNonnegative: isNonnegative,
          code: units.row(row).map(Double.init),
          residualCorrelation: residual.row(row).map(Double.init),
          correlation: correlation.row(row).map(Double.init), squaredNorm: squaredNorms[row])
      return gap.relative
    }
  }
}
