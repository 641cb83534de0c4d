import LinearAlgebra

/// Sparse coding of images of one size by units that see windows of them: min over z of ½‖M(x − Dz)‖² + λR(z), z ≥ 0
/// where asked; convolutional sparse coding where the weights are the same everywhere (Zeiler et al. 2010; Bristow,
/// Eriksson & Lucey 2013). M leaves out values that are missing.
///
/// There is no Gram matrix: q = DᵀM(x − Dz) comes of two passes over the windows.
public struct TiledProblem: ProximalProblem {
  public let lambda: Float
  /// R of the whole code of an image.
  public let penalty: any Penalty
  public let isNonnegative: Bool
  /// At least ‖D‖², of images of any size.
  public private(set) var lipschitz: Float
  private(set) var curvatures: [Float]
  /// R of a cell.
  let cellPenalty: any Penalty
  /// Whether R of a code is the sum of that of its cells.
  let isSumOfCells: Bool
  let geometry: Geometry
  /// Dᵀ, [K, h·w·C], and packed.
  let weights: Matrix
  private let atoms: LinearMap
  let cellCount: Int
  /// M, [H·W·C], 1 where a value is there; nil where all are.
  private(set) var mask: [Float]?
  /// α of the term α/2 ‖z − a‖² that draws each code to one of its own; 0 without.
  private(set) var attraction: Float = 0

  /// K, units of a cell.
  var unitCount: Int { weights.rows }
  /// cells·K.
  public var wholeCodeLength: Int { cellCount * unitCount }
  /// The quickest solver that serves the penalty.
  public var preferredSolver: SparseSolver {
    .preferredForImages(penalty, poolsPlaces: !isSumOfCells)
  }

  /// - Parameters:
  ///   - atoms: Dᵀ, [K, h·w·C].
  ///   - geometry: of windows over images.
  ///   - penalty: R of a cell, [K].
  ///   - whole: R of the whole code, [cells·K], where it is not the sum over cells.
  ///   - lipschitz: at least ‖D‖², as ``Tiling/squaredNormBound(of:)`` says.
  public init(
    atoms: Matrix, _ geometry: Geometry, lambda: Float, penalty: any Penalty = .l1,
    whole: (any Penalty)? = nil, isNonnegative: Bool = false, lipschitz: Float
  ) {
    self.init(
      LinearMap(atoms, geometry, for: .both), of: atoms, geometry, lambda: lambda, penalty: penalty,
      whole: whole, isNonnegative: isNonnegative, lipschitz: lipschitz)
  }

  /// A problem for a batch of a training: L is about what images of this size have, sought quickly.
  /// - Parameters:
  ///   - map: Dᵀ, for both ways.
  ///   - atoms: the same, [K, h·w·C].
  public static func ofTraining(
    _ map: LinearMap, of atoms: Matrix, _ geometry: Geometry, lambda: Float,
    penalty: any Penalty, whole: (any Penalty)? = nil, isNonnegative: Bool
  ) -> TiledProblem {
    TiledProblem(
      map, of: atoms, geometry, lambda: lambda, penalty: penalty, whole: whole,
      isNonnegative: isNonnegative, lipschitz: 1.1 * map.squaredNorm)
  }

  private init(
    _ map: LinearMap, of atoms: Matrix, _ geometry: Geometry, lambda: Float,
    penalty: any Penalty, whole: (any Penalty)? = nil, isNonnegative: Bool, lipschitz: Float
  ) {
    precondition(CodingProblem.lambdas.contains(lambda), "λ is \(lambda)")
    self.atoms = map
    weights = atoms
    self.geometry = geometry
    cellCount = geometry.cellCount
    self.lambda = lambda
    cellPenalty = penalty
    self.penalty = whole ?? penalty.ofCells(cellCount)
    isSumOfCells = whole == nil
    self.isNonnegative = isNonnegative
    self.lipschitz = lipschitz
    let squares = atoms.rowNorms.map { Float($0 * $0) }
    curvatures = (0..<cellCount).flatMap { _ in squares }
  }

  /// The same of images of which values are missing.
  /// - Parameter mask: [H·W·C], 1 where a value is there, 0 elsewhere.
  public func masked(by mask: [Float]) -> TiledProblem {
    precondition(mask.count == atoms.recordLength, "a mask of \(mask.count)")
    var problem = self
    problem.mask = mask
    return problem
  }

  /// The same with α/2 ‖z − a‖² added, a code a for every image.
  public func attracted(by attraction: Float) -> TiledProblem {
    precondition(attraction > 0 && self.attraction == 0, "α is \(attraction)")
    var problem = self
    problem.attraction = attraction
    problem.lipschitz += attraction
    problem.curvatures = curvatures.map { $0 + attraction }
    return problem
  }

  /// Dz of codes, [N, cells·K], as images, [N, H·W·C].
  func images(of code: Matrix) -> Matrix {
    atoms.adjoint(code.reshaped(columns: unitCount))
  }

  /// Images without what is missing.
  func known(_ x: Matrix) -> Matrix {
    guard let mask else { return x }
    var x = x
    // Not a product: what is missing may be NaN.
    for index in x.elements.indices where mask[index % mask.count] == 0 { x.elements[index] = 0 }
    return x
  }

  /// What units see of images, [N, cells·K].
  func seen(in images: Matrix) -> Matrix {
    atoms(images).reshaped(columns: wholeCodeLength)
  }

  func residual(of code: Matrix, correlation: Matrix) -> Matrix {
    let seen = seen(in: known(images(of: code)))
    var residual = correlation
    for index in residual.elements.indices {
      residual.elements[index] -= seen.elements[index] + attraction * code.elements[index]
    }
    return residual
  }

  /// DᵀMx (with an attraction DᵀMx + αa), [N, cells·K], and ‖Mx‖² (+ α‖a‖²), [N].
  func correlations(
    of x: Matrix, attractedTo attractor: Matrix?
  ) -> (correlation: Matrix, squaredNorms: [Double]) {
    precondition((attractor == nil) == (attraction == 0), "an attraction is to a code")
    let known = known(x)
    var norms = (0..<x.rows).map { row in
      let image = Array(known.row(row))
      return dotInDouble(image, image)
    }
    var correlation = seen(in: known)
    guard let attractor = attractor?.reshaped(columns: wholeCodeLength) else {
      return (correlation, norms)
    }
    for index in correlation.elements.indices {
      correlation.elements[index] += attraction * attractor.elements[index]
    }
    for row in norms.indices {
      let code = Array(attractor.row(row))
      norms[row] += Double(attraction) * dotInDouble(code, code)
    }
    return (correlation, norms)
  }
}

extension TiledProblem {
  /// Codes, [N·cells, K], of the sign that this problem allows.
  func feasible(_ code: Matrix) -> Matrix {
    guard isNonnegative else { return code }
    return Matrix(
      rows: code.rows, columns: code.columns, elements: code.elements.map { max(0, $0) })
  }

  /// The shape of the code of an image place by place, [rows, columns, units].
  public var codeShape: [Int] {
    guard case .tiled(let tiling, let windows) = geometry else { return [wholeCodeLength] }
    return [
      windows.vertical.count, windows.horizontal.count, unitCount / tiling.period.count,
    ]
  }

  /// Codes place by place, [N, rows·columns·units], as [N·cells, K].
  public func cells(ofPlaces codes: Matrix) -> Matrix {
    geometry.cells(ofPlaces: codes, units: unitCount)
  }

  /// Codes of images, [N, cells·K], as [N·cells, K].
  func cells(of code: Matrix) -> Matrix { code.reshaped(columns: unitCount) }
}

extension TiledProblem: MeasuredProblem {
  /// Energy ½‖M(x − Dz)‖² + λR(z) of each image, [N], in Double.
  /// - Parameter code: [N·cells, K].
  public func energies(of code: Matrix, records x: Matrix) -> [Double] {
    let code = code.reshaped(columns: wholeCodeLength)
    let (reconstruction, x) = (known(images(of: code)), known(x))
    return (0..<x.rows).map { row in
      let squaredError = zip(x.row(row), reconstruction.row(row)).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
      return 0.5 * squaredError + Double(lambda) * penalty.value(of: code.row(row))
    }
  }

  public func relativeGaps(of code: Matrix, records x: Matrix) -> [Double] {
    precondition(lambda > 0, "there is no bound without a penalty")
    let code = code.reshaped(columns: wholeCodeLength)
    let (correlation, squaredNorms) = correlations(of: x, attractedTo: nil)
    let residual = residual(of: code, correlation: correlation)
    return (0..<x.rows).map { row in
      CodingProblem.DualityGap(
        self, code: code.row(row), residualCorrelation: residual.row(row),
        correlation: correlation.row(row), squaredNorm: squaredNorms[row]
      ).relative
    }
  }
}
