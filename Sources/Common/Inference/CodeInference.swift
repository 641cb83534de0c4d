import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import Synchronization

/// How codes of records are found with a model: by its encoder, by coordinate updates or exactly.
public final class CodeInference: Sendable {
  /// Updates of coordinates that follow from a dictionary, where nobody says how many.
  public static let defaultUpdates = 100

  private enum Method {
    case encoder
    /// All steps of the encoder.
    case trace
    case solver(SparseSolver, SparseSolver.StoppingRule, startsAtEncoder: Bool)
  }

  /// What of codes is found.
  public enum Content: Sendable {
    /// Of codes with noise the means.
    case codes
    /// σ² of codes with noise, of a DC unit 0.
    case variances
    /// Codes, and their variances to the right of them.
    case codesAndVariances
  }

  /// Its encoder and its problem are those asked for.
  private let model: Model
  private let method: Method
  private let content: Content
  private let takesStatistics: Bool
  /// The norm of records from which on their products with atoms can leave Float32; nil where what
  /// comes of them then is no finite code.
  private let normLimit: Double?
  private let counts = Mutex(SparseSolver.Exactness())
  private let sums = Mutex(CodeStatistics())

  private init(
    _ model: Model, _ method: Method = .encoder, _ content: Content = .codes,
    takesStatistics: Bool = false
  ) {
    self.model = model
    self.method = method
    self.content = content
    self.takesStatistics = takesStatistics
    let gain: Double? =
      switch method {
      case .solver: model.problem.map { Double($0.lipschitz).squareRoot() }
      case .encoder where model.encoder?.form == .coordinate:
        model.encoder?.weight.rowNorms.max() ?? 0
      case .encoder, .trace: nil
      }
    normLimit = gain.map { Double(Float.greatestFiniteMagnitude) / (4 * max($0, 1)) }
  }

  /// By the model's encoder, with another T where one is given.
  /// - Throws: ``InferenceProblem`` where the model has no encoder that T could belong to.
  public static func encoder(
    _ model: Model, iterations: Int?, called name: String
  ) throws -> CodeInference {
    try model.checkEncodes(called: name)
    return CodeInference(try model.with(iterations: iterations, called: name))
  }

  /// By the model's encoder, keeping the code of every step.
  /// - Throws: ``InferenceProblem`` where the model has no encoder of passes.
  public static func trace(
    _ model: Model, iterations: Int?, called name: String
  ) throws -> CodeInference {
    guard model.encoder?.form == .parallel else { throw InferenceProblem.noTrace(model: name) }
    return CodeInference(try encoder(model, iterations: iterations, called: name).model, .trace)
  }

  /// By an encoder of one coordinate at a time: the model's own, or the one that follows from its
  /// dictionary, which is greedy coordinate descent.
  /// - Parameter iterations: updates; by default those of the model's own, else ``defaultUpdates``.
  /// - Throws: ``InferenceProblem`` where the model has neither, or λ or the sign of the codes could
  ///   not be chosen.
  public static func coordinates(
    _ model: Model, lambda: Float? = nil, isNonnegative: Bool = false, iterations: Int?,
    called name: String
  ) throws -> CodeInference {
    if model.encoder?.form == .coordinate {
      if lambda != nil { throw InferenceProblem.ownCoordinates(model: name, .lambda) }
      if isNonnegative { throw InferenceProblem.ownCoordinates(model: name, .nonnegative) }
      return try encoder(model, iterations: iterations, called: name)
    }
    var model = model
    let problem = try model.problem(
      lambda: lambda, isNonnegative: isNonnegative, for: .solver, called: name)
    guard problem.penalty.kind == .l1, problem.beta == nil else {
      throw problem.unserved(by: "lcod", called: name)
    }
    model.problem = problem
    model.encoder = .unrollingCoordinates(problem, iterations: iterations ?? defaultUpdates)
    return CodeInference(model)
  }

  /// By minimising the energy that the model was trained with.
  /// - Parameters:
  ///   - isNonnegative: z ≥ 0 although the model does not ask for it.
  ///   - startsAtEncoder: begins at the encoder's code instead of zero.
  /// - Throws: ``InferenceProblem`` where the model has no such energy.
  public static func exact(
    _ model: Model, _ solver: SparseSolver, lambda: Float? = nil, isNonnegative: Bool = false,
    startsAtEncoder: Bool = false, until rule: SparseSolver.StoppingRule, called name: String
  ) throws -> CodeInference {
    var model = model
    let problem = try model.problem(
      lambda: lambda, isNonnegative: isNonnegative, for: .solver, called: name)
    guard solver.serves(problem) else {
      throw problem.unserved(by: solver.rawValue, called: name)
    }
    if startsAtEncoder { try model.checkEncodes(called: name) }
    model.problem = problem
    return CodeInference(model, .solver(solver, rule, startsAtEncoder: startsAtEncoder))
  }

  /// The same, taking ``statistics``.
  /// - Throws: ``InferenceProblem`` where the model has no energy to measure.
  public func takingStatistics(called name: String) throws -> CodeInference {
    _ = try model.problem(for: .statistics, called: name)
    return CodeInference(model, method, takesStatistics: true)
  }

  /// The same, finding something else of codes.
  /// - Throws: ``InferenceProblem`` where codes have no noise, or where their variances are not found so.
  public func finding(_ content: Content, called name: String) throws -> CodeInference {
    guard content != .codes else { return self }
    // Those of an encoder are of its own codes; those of variational codes follow from the means.
    guard model.variance != nil || model.problem?.beta != nil else {
      throw InferenceProblem.noNoise(model: name)
    }
    if model.variance != nil {
      guard case .encoder = method else { throw InferenceProblem.noiseOfEncoder(model: name) }
    } else {
      guard case .solver = method else { throw InferenceProblem.noiseOfSolver(model: name) }
    }
    return CodeInference(model, method, content)
  }

  /// K.
  var codeLength: Int { model.codeLength ?? model.recordLength }

  /// How many codes a record has: T + 1 where every step of the encoder is kept, otherwise nil.
  public var stepCount: Int? {
    guard case .trace = method, let encoder = model.encoder else { return nil }
    return encoder.iterations + 1
  }

  /// Codes, [N, K] or those of all steps, [N, (T + 1)·K], of records, [N, D]. The code of a record that
  /// is not finite, or that preprocessing takes beyond Float32, is NaN, and in no statistics.
  public func callAsFunction(_ x: Matrix) -> Matrix {
    codes(of: model.preprocessing(x), by: model.problem)
  }

  /// Codes, [N, K], of records of which the same values are missing, by the energy of those that are there.
  /// - Parameters:
  ///   - x: what is there, [N, V].
  ///   - values: which of the D that is, ascending.
  /// - Precondition: it is exact, and the model's preprocessing serves missing values.
  func codes(of x: Matrix, at values: [Int]) -> Matrix {
    guard case .solver(let solver, _, false) = method else { preconditionFailure("no solver") }
    let prepared = model.preprocessing.partial(x, at: values, of: model.recordLength).prepared
    return codes(of: prepared, by: model.problem?.restricted(to: values, for: solver))
  }

  /// Codes of preprocessed records, by an energy where the way needs one.
  private func codes(of x: Matrix, by problem: CodingProblem?) -> Matrix {
    let lost = lostRows(of: x)
    guard !lost.isEmpty else { return measuredCode(of: x, by: problem) }
    let kept = (0..<x.rows).filter { !lost.contains($0) }
    let found = measuredCode(of: x.rows(at: kept), by: problem)
    var code = Matrix(
      rows: x.rows, columns: found.columns,
      elements: [Float](repeating: .nan, count: x.rows * found.columns))
    for (index, row) in kept.enumerated() { code.setRow(row, to: found.row(index)) }
    return code
  }

  /// Preprocessed records whose code cannot be told. What finds codes by comparing would find zeros:
  /// nothing is larger than NaN.
  private func lostRows(of x: Matrix) -> [Int] {
    guard let normLimit else { return x.nonFiniteRows }
    let norms = x.rowNorms
    return norms.indices.filter { !(norms[$0] < normLimit) }
  }

  /// Codes of preprocessed records, which are finite.
  private func measuredCode(of x: Matrix, by problem: CodingProblem?) -> Matrix {
    let code = code(of: x, by: problem)
    if takesStatistics, let problem {
      let statistics = CodeStatistics(of: code, records: x, problem, limits: limits)
      sums.withLock { $0.add(statistics) }
    }
    return code
  }

  /// What is found of preprocessed records.
  private func code(of x: Matrix, by problem: CodingProblem?) -> Matrix {
    // An encoder tells variances by itself; those of variational codes follow from the means.
    if case .variances = content, let variance = model.variance {
      return variances(of: x, variance)
    }
    let means = means(of: x, by: problem)
    guard content != .codes else { return means }
    let found = model.variance.map { variances(of: x, $0) } ?? problem?.variances(of: means)
    guard let found else { preconditionFailure("codes without noise") }
    return content == .variances ? found : means.joined(by: found)
  }

  /// σ² of preprocessed records, [N, K].
  private func variances(of x: Matrix, _ variance: CodeVariance) -> Matrix {
    let found = CodeVariance.variances(ofLogarithms: variance.encoder(x))
    return model.hasDCUnit ? found.joined(by: Matrix(zeros: x.rows, 1)) : found
  }

  /// Codes of preprocessed records.
  private func means(of x: Matrix, by problem: CodingProblem?) -> Matrix {
    if case .trace = method, let encoder = model.encoder { return encoder.trace(x) }
    guard case .solver(let solver, let rule, let startsAtEncoder) = method,
      let problem
    else { return model.encoder?(x) ?? x }
    let solution = solver.solve(
      problem, records: x, until: rule, start: startsAtEncoder ? model.encoder?(x) : nil)
    counts.withLock { $0 += solution.exactness }
    return solution.code
  }

  /// The largest values of the units where they saturate: those of an encoder with tanh.
  private var limits: [Float]? {
    guard case .encoder = method, let encoder = model.encoder, encoder.nonlinearity == .tanh
    else { return nil }
    return encoder.gain ?? [Float](repeating: 1, count: encoder.codeLength)
  }

  /// How exact a solver's codes so far are.
  public var exactness: SparseSolver.Exactness { counts.withLock { $0 } }

  /// How good the codes so far are; nil where it is not taken.
  public var statistics: CodeStatistics? { takesStatistics ? sums.withLock { $0 } : nil }
}

extension CodingProblem {
  fileprivate func unserved(by solver: String, called name: String) -> InferenceProblem {
    guard beta == nil else { return .ofGaussians(model: name, .solver(solver)) }
    return .unservedPenalty(
      model: name, solver: solver, penalty.kind,
      served: SparseSolver.allCases.filter { $0.serves(penalty) }.map(\.rawValue))
  }
}

extension Encoder {
  /// This encoder with another T.
  /// - Throws: ``InferenceProblem`` where it has no weights for it.
  fileprivate func with(iterations: Int, called name: String) throws -> Encoder {
    if let iterationLimit, iterations > iterationLimit {
      throw iterationLimit == 0
        ? InferenceProblem.noPasses(model: name)
        : .tooManyPasses(model: name, limit: iterationLimit, found: iterations)
    }
    return with(iterations: iterations)
  }
}

extension Model {
  /// Refuses a dictionary whose encoder does not do what its penalty does.
  /// - Throws: ``InferenceProblem/noEncoder(model:)`` or ``InferenceProblem/ofGaussians(model:_:)``.
  func checkEncodes(called name: String) throws {
    guard hasOwnEncoder || problem?.hasEncoder ?? true else {
      guard problem?.beta == nil else { throw InferenceProblem.ofGaussians(model: name, .encoder) }
      throw InferenceProblem.noEncoder(model: name)
    }
  }

  /// This model with another T of its encoder, where one is given.
  /// - Throws: ``InferenceProblem`` where it has no encoder that T could belong to.
  public func with(iterations: Int?, called name: String) throws -> Model {
    guard let iterations else { return self }
    guard let encoder else { throw InferenceProblem.noPasses(model: name) }
    var model = self
    model.encoder = try encoder.with(iterations: iterations, called: name)
    return model
  }

  /// The energy that it was trained with, perhaps with another λ, or with z ≥ 0.
  /// - Throws: ``InferenceProblem`` where the model has no such energy.
  public func problem(
    lambda: Float? = nil, isNonnegative: Bool = false, for use: InferenceProblem.Use,
    called name: String
  ) throws -> CodingProblem {
    guard tiling == nil else { throw InferenceProblem.ofImages(model: name) }
    return try energy(lambda: lambda, isNonnegative: isNonnegative, for: use, called: name)
  }

  /// The same where the records of an image model are its windows.
  public func energy(
    lambda: Float? = nil, isNonnegative: Bool = false, for use: InferenceProblem.Use,
    called name: String
  ) throws -> CodingProblem {
    guard var problem else { throw InferenceProblem.noDictionary(model: name, use) }
    if problem.beta != nil {
      if isNonnegative { throw InferenceProblem.ofGaussians(model: name, .nonnegative) }
      if lambda == 0 { throw InferenceProblem.ofGaussians(model: name, .noPenalty) }
    }
    if isNonnegative {
      if problem.isNonnegative { throw InferenceProblem.alreadyNonnegative(model: name) }
      problem = problem.nonnegative
    }
    return lambda.map { problem.with(lambda: $0) } ?? problem
  }
}
