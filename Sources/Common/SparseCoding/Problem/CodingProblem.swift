import LinearAlgebra

/// Sparse coding: min over z of ½‖x − Dz‖² + λR(z), R a norm of the penalised units; z ≥ 0 where asked.
///
/// A DC unit, the last column d₀ where there is one, is free of the penalty (and of the sign): its
/// best value is known for any z, so it is projected out, P = I − d₀d₀ᵀ/‖d₀‖², and what remains is
/// the plain problem in Px and PD. All solvers work on the Gram matrix DᵀPD and on DᵀPx.
public struct CodingProblem: Sendable {
  /// What λ may be.
  public static let lambdas = Interval.atLeast(0)

  /// D transposed: one atom a row, [K, D], the DC unit last.
  public let atoms: Matrix
  public private(set) var lambda: Float
  /// R.
  public let penalty: any Penalty
  public let hasDCUnit: Bool
  public private(set) var isNonnegative: Bool

  /// (PD)ᵀ, [penalised K, D].
  let projectedAtoms: Matrix
  /// G = DᵀPD, [penalised K, penalised K]; with an attraction G + αI.
  private(set) var gram: Matrix
  /// The diagonal of G, [penalised K].
  private(set) var curvatures: [Float]
  /// At least the largest eigenvalue of G: 1/L is a safe step. 1 where all atoms are zero, or as good as.
  public private(set) var lipschitz: Float
  let constantUnit: ConstantUnit?
  private let packedProjectedAtoms: PackedMatrix
  let packedDecoder: PackedMatrix
  /// −G, so that a product that begins at DᵀPx gives DᵀP(x − Dz).
  private(set) var packedNegativeGram: PackedMatrix
  /// α of the term α/2 ‖z − a‖² that draws each record's code to a code a of its own; 0 without.
  public private(set) var attraction: Float = 0
  /// β, where codes are Gaussians and no single numbers; nil elsewhere.
  public internal(set) var beta: Double?

  /// The DC unit, scaled so that its value is `direction·x − overlap·z`.
  struct ConstantUnit: Sendable {
    /// d₀, [D].
    let atom: [Float]
    /// d₀/‖d₀‖², [D]; zeros for an atom of zeros.
    let direction: [Float]
    /// d₀ᵀD/‖d₀‖², [penalised K].
    let overlap: [Float]
    private let packedDirection: PackedMatrix

    init(_ atom: [Float], beside penalised: Matrix) {
      let squaredNorm = dotInDouble(atom, atom)
      self.atom = atom
      direction = atom.map { squaredNorm > 0 ? Float(Double($0) / squaredNorm) : 0 }
      packedDirection = PackedMatrix(Matrix(rows: 1, columns: atom.count, elements: direction))
      overlap = product(penalised, packedDirection).elements
    }

    /// d₀ᵀx/‖d₀‖² of each record, [N].
    func amounts(in x: Matrix) -> [Float] { product(x, packedDirection).elements }
  }

  /// - Parameters:
  ///   - atoms: D transposed, [K, D].
  ///   - lambda: λ ≥ 0 of ½‖x − Dz‖² + λR(z).
  ///   - penalty: R; of pools, they are of the penalised units.
  ///   - lipschitz: L where it is known already; computed otherwise.
  public init(
    atoms: Matrix, lambda: Float, penalty: any Penalty = .l1, hasDCUnit: Bool = false,
    isNonnegative: Bool = false, lipschitz: Float? = nil
  ) {
    precondition(atoms.rows >= (hasDCUnit ? 1 : 0), "a DC unit is one of the atoms")
    precondition(Self.lambdas.contains(lambda), "λ is \(Self.lambdas), got \(lambda)")
    self.atoms = atoms
    self.lambda = lambda
    self.penalty = penalty
    self.hasDCUnit = hasDCUnit
    self.isNonnegative = isNonnegative
    let penalised = atoms.rows(0..<atoms.rows - (hasDCUnit ? 1 : 0))
    precondition(
      penalty.pools.map { $0.unitCount <= penalised.rows } ?? true, "pools of other units")
    let constant =
      hasDCUnit
      ? ConstantUnit(Array(atoms.row(atoms.rows - 1)), beside: penalised) : nil
    constantUnit = constant
    projectedAtoms =
      constant.map { penalised.removing(direction: $0.atom, amounts: $0.overlap) } ?? penalised
    packedProjectedAtoms = PackedMatrix(projectedAtoms)
    packedDecoder = PackedMatrix(transposeOf: atoms)
    let gram = product(projectedAtoms, packedProjectedAtoms)
    self.gram = gram
    curvatures = gram.diagonal
    packedNegativeGram = PackedMatrix(gram.negated)
    let bound = lipschitz ?? Float(largestEigenvalue(gram))
    // A step of 1/L has to be a number, and L one that a model's file takes.
    self.lipschitz = bound >= .leastNormalMagnitude && bound.isFinite ? bound : 1
  }

  /// The same dictionary with another λ.
  public func with(lambda: Float) -> CodingProblem {
    precondition(Self.lambdas.contains(lambda), "λ is \(Self.lambdas), got \(lambda)")
    precondition(lambda > 0 || beta == nil, "no λ for Gaussians")
    var problem = self
    problem.lambda = lambda
    return problem
  }

  /// The same problem with z ≥ 0.
  /// - Precondition: it is not variational.
  public var nonnegative: CodingProblem {
    precondition(beta == nil, "Gaussians have either sign")
    var problem = self
    problem.isNonnegative = true
    return problem
  }

  /// The same problem with α/2 ‖z − a‖² added, a code a for every record (Kavukcuoglu, Ranzato & LeCun
  /// 2008): the lasso of the records [x; √α a] and the dictionary [D; √α I].
  /// - Precondition: there is no DC unit, α > 0.
  public func attracted(by attraction: Float) -> CodingProblem {
    precondition(
      !hasDCUnit && attraction > 0 && self.attraction == 0 && beta == nil, "α is \(attraction)")
    var problem = self
    problem.attraction = attraction
    for unit in 0..<gram.rows { problem.gram[unit, unit] += attraction }
    problem.curvatures = problem.gram.diagonal
    problem.lipschitz += attraction
    problem.packedNegativeGram = PackedMatrix(problem.gram.negated)
    return problem
  }

  /// The largest squared norm of a penalised atom, less the DC: L is no smaller. Nil where the sum of
  /// them, which L may be, is beyond Float32.
  public var largestCurvature: Float? {
    let sum = curvatures.reduce(0.0) { $0 + Double($1) }
    return sum < Double(Float.greatestFiniteMagnitude) / 4 ? curvatures.max() : nil
  }

  /// S, where units inhibit each other, [penalised K, penalised K].
  public var inhibition: Matrix? { (penalty as? LateralPenalty)?.inhibition }
  /// Whether an encoder of passes can do what the penalty does: signed units that inhibit each other have none, and
  /// Gaussians neither.
  public var hasEncoder: Bool { beta == nil && (penalty.isConvex || isNonnegative) }

  /// K, the DC unit included.
  public var codeLength: Int { atoms.rows }
  /// Units under the penalty.
  public var penalisedCount: Int { gram.rows }

  /// What the solvers need of each record: DᵀPx, [N, penalised K], and ‖Px‖², [N]; with an attraction
  /// Dᵀx + αa and ‖x‖² + α‖a‖².
  func correlations(
    of x: Matrix, attractedTo attractor: Matrix? = nil
  ) -> (correlation: Matrix, squaredNorms: [Double]) {
    precondition((attractor == nil) == (attraction == 0), "an attraction is to a code")
    let projected = projected(x)
    let norms = (0..<x.rows).map { row in
      let record = Array(projected.row(row))
      return dotInDouble(record, record)
    }
    guard let attractor else { return (product(projected, packedProjectedAtoms), norms) }
    var drawn = attractor
    drawn.scale(by: attraction)
    let squares = (0..<x.rows).map { row in
      let code = Array(attractor.row(row))
      return norms[row] + Double(attraction) * dotInDouble(code, code)
    }
    return (product(projected, packedProjectedAtoms, start: .matrix(drawn)), squares)
  }

  /// The largest R°(DᵀPx) of any record: a λ from there on makes every code zero.
  /// - Parameter x: records, [N, D].
  public func largestCorrelation(with x: Matrix) -> Float {
    let correlation = correlations(of: x).correlation
    return (0..<x.rows).reduce(0) { largest, row in
      max(
        largest,
        Float(
          penalty.dualNorm(
            of: correlation.row(row), isNonnegative: isNonnegative, near: 0, dual: [])))
    }
  }

  /// The quickest solver that serves the penalty.
  public var preferredSolver: SparseSolver { beta == nil ? .preferred(for: penalty) : .cd }

  /// A problem for ``preferredSolver`` alone: L, which costs more than the codes of a batch, is sought only
  /// where that takes steps of 1/L, and is 1 otherwise.
  /// - Parameter atoms: rows d_k, [K, D]; there is no DC unit among them.
  public static func forPreferredSolver(
    atoms: Matrix, lambda: Float, penalty: any Penalty, isNonnegative: Bool
  ) -> CodingProblem {
    CodingProblem(
      atoms: atoms, lambda: lambda, penalty: penalty, isNonnegative: isNonnegative,
      lipschitz: SparseSolver.preferred(for: penalty).takesSteps ? nil : 1)
  }

  /// The penalised units of codes, [N, penalised K] of [N, K].
  func penalised(_ code: Matrix) -> Matrix {
    guard hasDCUnit else { return code }
    return Matrix(
      rows: code.rows, columns: penalisedCount,
      elements: (0..<code.rows).flatMap { code.row($0).prefix(penalisedCount) })
  }

  /// The penalised units of codes, [N, penalised K] of [N, K], of the sign that this problem allows.
  func feasible(_ code: Matrix) -> Matrix {
    precondition(code.columns == codeLength, "codes of \(code.columns) for \(codeLength) units")
    var units = penalised(code)
    if isNonnegative {
      for index in units.elements.indices { units.elements[index] = max(0, units.elements[index]) }
    }
    return units
  }

  /// Codes of the penalised units with the DC unit's exact value appended, [N, K].
  func completed(_ code: Matrix, of x: Matrix) -> Matrix {
    guard let constantUnit else { return code }
    let fromRecord = constantUnit.amounts(in: x)
    var elements: [Float] = []
    elements.reserveCapacity(x.rows * codeLength)
    for row in 0..<x.rows {
      let units = Array(code.row(row))
      elements += units
      elements.append(fromRecord[row] - dot(units, constantUnit.overlap))
    }
    return Matrix(rows: x.rows, columns: codeLength, elements: elements)
  }
}

extension Matrix {
  fileprivate var diagonal: [Float] { (0..<rows).map { self[$0, $0] } }

  fileprivate var negated: Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { -$0 })
  }
}
