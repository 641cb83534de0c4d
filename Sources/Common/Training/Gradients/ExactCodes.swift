import LinearAlgebra
import SparseCoding

/// A dictionary in training with the codes that minimise its energy, of records or of images.
struct ExactCodes: Sendable {
  /// What codes minimise, whatever the weights.
  struct Energy: Sendable {
    let geometry: Geometry
    let lambda: Float
    /// R of a cell.
    let penalty: any Penalty
    /// R of the whole code of an image, where it is not the sum over cells.
    var whole: (any Penalty)? = nil
    let isNonnegative: Bool
    /// α of α/2 ‖z − a‖², or 0.
    var attraction: Float = 0
    let rule: SparseSolver.StoppingRule

    /// λR of codes, [N·cells, K], its sum.
    func size(of code: Matrix) -> Double {
      let sum =
        whole.map { $0.value(of: code.reshaped(columns: geometry.cellCount * code.columns)) }
        ?? penalty.value(of: code)
      return Double(lambda) * sum
    }
  }

  private enum Form: Sendable {
    case dense(CodingProblem)
    case tiled(TiledProblem)
  }

  private let form: Form
  private let rule: SparseSolver.StoppingRule
  /// Dᵀ.
  private let atoms: LinearMap

  /// - Parameter atoms: Dᵀ, [K, D], or of windows, [K, h·w·C].
  init(_ atoms: Matrix, _ energy: Energy, on threads: Threads) {
    rule = energy.rule
    let (lambda, penalty, attraction) = (energy.lambda, energy.penalty, energy.attraction)
    switch energy.geometry {
    case .dense:
      let problem = CodingProblem.forPreferredSolver(
        atoms: atoms, lambda: lambda, penalty: penalty, isNonnegative: energy.isNonnegative)
      form = .dense(attraction > 0 ? problem.attracted(by: attraction) : problem)
      self.atoms = LinearMap(atoms, for: .adjoint, on: threads)
    case .tiled:
      let map = LinearMap(atoms, energy.geometry, for: .both, on: threads)
      let problem = TiledProblem.ofTraining(
        map, of: atoms, energy.geometry, lambda: lambda, penalty: penalty, whole: energy.whole,
        isNonnegative: energy.isNonnegative)
      form = .tiled(attraction > 0 ? problem.attracted(by: attraction) : problem)
      self.atoms = map
    }
  }

  /// Codes, [N·cells, K], of records, [N, D].
  /// - Parameter attractor: codes that they are drawn to, where the energy has an attraction.
  func callAsFunction(of x: Matrix, attractedTo attractor: Matrix? = nil) -> SparseSolver.Solution {
    switch form {
    case .dense(let problem):
      problem.preferredSolver.solve(problem, records: x, attractedTo: attractor, until: rule)
    case .tiled(let problem):
      problem.preferredSolver.solve(
        problem, images: x, attractedTo: attractor, until: rule)
    }
  }

  /// ½‖x − Dz‖², its sum over the records, and its gradient of Dᵀ, [K, D], nothing where it is not wanted.
  func reconstruction(
    of code: Matrix, _ x: Matrix, wantsGradient: Bool
  ) -> (sum: Double, gradients: ParameterMatrices) {
    let (sum, error) = halfSquaredDistance(atoms.adjoint(code), x)
    return (sum, wantsGradient ? [.decoderWeight: atoms.gradient(code, input: error)] : [:])
  }
}
