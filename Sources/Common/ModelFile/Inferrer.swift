import ByteIO
import LinearAlgebra
import SparseCoding
import Synchronization

/// Finds codes of records with a model: by its encoder or exactly.
public final class Inferrer: Sendable {
  private let model: Model
  private let exact: (solver: SparseSolver, problem: LassoProblem, rule: SparseSolver.StoppingRule)?
  private let unconverged = Mutex(0)

  private init(
    _ model: Model,
    _ exact: (solver: SparseSolver, problem: LassoProblem, rule: SparseSolver.StoppingRule)?
  ) {
    self.model = model
    self.exact = exact
  }

  /// By the model's encoder, with another T where one is given.
  /// - Throws: ``InferenceProblem`` where the model has no encoder that T could belong to.
  public static func encoder(
    _ model: Model, iterations: Int?, called name: String
  ) throws -> Inferrer {
    guard let iterations else { return Inferrer(model, nil) }
    guard let encoder = model.encoder, !encoder.recurrent.isEmpty || iterations == 0 else {
      throw InferenceProblem.noPasses(model: name)
    }
    var model = model
    model.encoder = encoder.with(iterations: iterations)
    return Inferrer(model, nil)
  }

  /// By minimising the energy that the model was trained with.
  /// - Throws: ``InferenceProblem`` where the model has no dictionary.
  public static func exact(
    _ model: Model, _ solver: SparseSolver, lambda: Float?, until rule: SparseSolver.StoppingRule,
    called name: String
  ) throws -> Inferrer {
    guard let problem = model.problem else { throw InferenceProblem.noDictionary(model: name) }
    return Inferrer(model, (solver, lambda.map { problem.with(lambda: $0) } ?? problem, rule))
  }

  /// Codes, [N, K], of records, [N, D].
  public func callAsFunction(_ x: Matrix) -> Matrix {
    guard let exact else { return model.encode(x) }
    let solution = exact.solver.solve(
      exact.problem, records: model.preprocessing(x), until: exact.rule)
    if solution.unconverged > 0 { unconverged.withLock { $0 += solution.unconverged } }
    return solution.code
  }

  /// Records so far whose code met the iteration limit before the gap.
  public var unconvergedCount: Int { unconverged.withLock { $0 } }
}

/// A way of inference that a model cannot serve.
public enum InferenceProblem: Problem, Equatable {
  case noPasses(model: String)
  case noDictionary(model: String)

  public var description: String {
    switch self {
    case .noPasses(let model): "--iterations has no effect: \(model) has no recurrent encoder"
    case .noDictionary(let model):
      "--solver needs a dictionary to minimise the energy of, \(model) has none"
    }
  }
}
