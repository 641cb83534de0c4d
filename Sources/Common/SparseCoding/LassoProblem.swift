import LinearAlgebra

/// Sparse coding with an L1 penalty: min over z of ½‖x − Dz‖² + λ Σ|z_k|, the sum over the
/// penalised units; z ≥ 0 where asked.
///
/// A DC unit, the last column d₀ where there is one, is free of the penalty (and of the sign): its
/// best value is known for any z, so it is projected out, P = I − d₀d₀ᵀ/‖d₀‖², and what remains is
/// the plain problem in Px and PD. All solvers work on the Gram matrix DᵀPD and on DᵀPx.
public struct LassoProblem: Sendable {
  /// D transposed: one atom a row, [K, D], the DC unit last.
  public let atoms: Matrix
  public let lambda: Float
  public let hasDCUnit: Bool
  public let isNonnegative: Bool

  /// (PD)ᵀ, [penalised K, D].
  let projectedAtoms: Matrix
  /// DᵀPD, [penalised K, penalised K].
  let gram: Matrix
  /// At least the largest eigenvalue of ``gram``: 1/L is a safe step.
  public let lipschitz: Float
  let constantUnit: ConstantUnit?
  private let packedProjectedAtoms: PackedMatrix
  let packedGram: PackedMatrix

  /// The DC unit, scaled so that its value is `direction·x − overlap·z`.
  struct ConstantUnit: Sendable {
    /// d₀/‖d₀‖², [D].
    let direction: [Float]
    /// d₀ᵀD/‖d₀‖², [penalised K].
    let overlap: [Float]
    /// ‖d₀‖², to project with.
    let squaredNorm: Float
  }

  /// - Parameters:
  ///   - atoms: D transposed, [K, D].
  ///   - lambda: λ ≥ 0 of ½‖x − Dz‖² + λ‖z‖₁.
  ///   - lipschitz: L where it is known already; computed otherwise.
  public init(
    atoms: Matrix, lambda: Float, hasDCUnit: Bool = false, isNonnegative: Bool = false,
    lipschitz: Float? = nil
  ) {
    self.atoms = atoms
    self.lambda = lambda
    self.hasDCUnit = hasDCUnit
    self.isNonnegative = isNonnegative
    let penalised = atoms.rows(0..<atoms.rows - (hasDCUnit ? 1 : 0))
    if hasDCUnit {
      let direction = Array(atoms.row(atoms.rows - 1))
      let squaredNorm = Float(dotInDouble(direction, direction))
      let scaled = direction.map { $0 / squaredNorm }
      let overlap = product(
        penalised, PackedMatrix(Matrix(rows: 1, columns: direction.count, elements: scaled)))
      constantUnit = ConstantUnit(
        direction: scaled, overlap: overlap.elements, squaredNorm: squaredNorm)
      projectedAtoms = penalised.removing(
        direction: direction, amounts: overlap.elements)
    } else {
      constantUnit = nil
      projectedAtoms = penalised
    }
    packedProjectedAtoms = PackedMatrix(projectedAtoms)
    gram = product(projectedAtoms, packedProjectedAtoms)
    packedGram = PackedMatrix(gram)
    self.lipschitz = lipschitz ?? Float(largestEigenvalue(gram))
  }

  /// The same dictionary with another λ.
  public func with(lambda: Float) -> LassoProblem {
    LassoProblem(
      atoms: atoms, lambda: lambda, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative,
      lipschitz: lipschitz)
  }

  /// K, the DC unit included.
  public var codeLength: Int { atoms.rows }
  /// Units under the penalty.
  public var penalisedCount: Int { gram.rows }

  /// What the solvers need of each record: DᵀPx, [N, penalised K], and ‖Px‖², [N].
  func correlations(of x: Matrix) -> (correlation: Matrix, squaredNorms: [Double]) {
    var projected = x
    if let constantUnit {
      let amounts = constants(of: x)
      let direction = constantUnit.direction.map { $0 * constantUnit.squaredNorm }
      projected = x.removing(direction: direction, amounts: amounts)
    }
    let norms = (0..<x.rows).map { row in
      let record = Array(projected.row(row))
      return dotInDouble(record, record)
    }
    return (product(projected, packedProjectedAtoms), norms)
  }

  /// The largest |d_kᵀPx| of any record: a λ from there on makes every code zero.
  public func largestCorrelation(with x: Matrix) -> Float {
    correlations(of: x).correlation.elements.reduce(0) {
      max($0, isNonnegative ? $1 : abs($1))
    }
  }

  /// Codes of the penalised units with the DC unit's exact value appended, [N, K].
  func completed(_ code: Matrix, of x: Matrix) -> Matrix {
    guard let constantUnit else { return code }
    let fromRecord = constants(of: x)
    var elements: [Float] = []
    elements.reserveCapacity(x.rows * codeLength)
    for row in 0..<x.rows {
      let units = Array(code.row(row))
      elements += units
      elements.append(fromRecord[row] - dot(units, constantUnit.overlap))
    }
    return Matrix(rows: x.rows, columns: codeLength, elements: elements)
  }

  /// d₀ᵀx/‖d₀‖² of each record, [N].
  private func constants(of x: Matrix) -> [Float] {
    guard let constantUnit else { return [] }
    let direction = Matrix(
      rows: 1, columns: x.columns, elements: constantUnit.direction)
    return product(x, PackedMatrix(direction)).elements
  }

  /// Energy ½‖x − Dz‖² + λ Σ|z_k| of each record, [N], in Double.
  public func energies(of code: Matrix, records x: Matrix) -> [Double] {
    let reconstruction = product(code, PackedMatrix(atoms.transposed))
    return (0..<x.rows).map { row in
      let squaredError = zip(x.row(row), reconstruction.row(row)).reduce(0.0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
      }
      let penalty = code.row(row).prefix(penalisedCount).reduce(0.0) { $0 + Double(abs($1)) }
      return 0.5 * squaredError + Double(lambda) * penalty
    }
  }
}

extension LassoProblem {
  /// How far a code is from the optimum: a bound that costs O(K) once DᵀPx and q = DᵀP(x − Dz) are
  /// known. The dual point is the residual shrunk until it is feasible, |d_kᵀα| ≤ λ.
  struct DualityGap {
    let primal: Double
    let gap: Double

    /// - Parameters: one record's z, q and DᵀPx (each [penalised K]) and ‖Px‖².
    init(
      _ problem: LassoProblem, code: ArraySlice<Float>, residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, squaredNorm: Double
    ) {
      var correlationCode = 0.0
      var residualCode = 0.0
      var penalty = 0.0
      var largest: Float = 0
      let nonnegative = problem.isNonnegative
      var q = residualCorrelation.startIndex
      var c = correlation.startIndex
      for z in code {
        let residual = residualCorrelation[q]
        largest = max(largest, nonnegative ? residual : abs(residual))
        if z != 0 {
          correlationCode += Double(z) * Double(correlation[c])
          residualCode += Double(z) * Double(residual)
          penalty += Double(abs(z))
        }
        q += 1
        c += 1
      }
      // ‖r‖² = ‖Px‖² − 2cᵀz + zᵀGz, and Gz = c − q.
      let squaredResidual = max(0, squaredNorm - correlationCode - residualCode)
      let lambda = Double(problem.lambda)
      primal = 0.5 * squaredResidual + lambda * penalty
      let scale = largest > problem.lambda ? lambda / Double(largest) : 1
      let residualRecord = squaredNorm - correlationCode
      let dual = scale * residualRecord - 0.5 * scale * scale * squaredResidual
      gap = max(0, primal - dual)
    }
  }
}
