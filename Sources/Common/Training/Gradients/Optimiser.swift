import LinearAlgebra
import ModelFile

/// Moves parameters against their gradients.
public struct Optimiser: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    /// Steps along a decaying sum of gradients.
    case sgd
    /// Steps scaled by the size of past gradients, element by element (Kingma & Ba 2015).
    case adam
  }

  public struct Options: Sendable, Equatable {
    public var method = Method.adam
    public var rate: Float = 1e-3
    /// What is kept of the last step's direction: SGD's momentum, Adam's β₁.
    public var momentum: Float = 0.9
    public var schedule = RateSchedule.constant
    /// The gradient of all parameters together is scaled down to this norm.
    public var clip: Double?
    /// The rate of a parameter is multiplied by this.
    public var rateFactors: [Parameter.Name: Float] = [:]
    /// No row of a parameter (a unit's weights, an atom) may be longer.
    public var bounds: [Parameter.Name: Float] = [:]

    public init() {}
  }

  /// Adam's β₂ and ε.
  static let secondDecay: Float = 0.999
  static let epsilon: Float = 1e-8

  private let options: Options
  /// Steps of the whole training.
  private let stepLimit: Int
  /// Steps made and the records in them.
  private(set) var steps = 0
  private var records = 0
  public private(set) var parameters: [Parameter]
  /// The decaying sums: of gradients, and of their squares for Adam.
  private var first: [Matrix]
  private var second: [Matrix]

  init(_ parameters: [Parameter], options: Options, stepLimit: Int) {
    self.parameters = parameters.map { parameter in
      var parameter = parameter
      if let bound = options.bounds[parameter.name] {
        parameter.constraint = .rowNorms(atMost: bound)
      }
      return parameter
    }
    self.options = options
    self.stepLimit = stepLimit
    let zeros = parameters.map { Matrix(zeros: $0.value.rows, columns: $0.value.columns) }
    first = zeros
    second = options.method == .adam ? zeros : []
  }

  /// One step.
  /// - Parameters:
  ///   - gradients: of the parameters, in their order.
  ///   - recordCount: records that they come from.
  mutating func step(_ gradients: [Matrix], recordCount: Int) {
    var gradients = gradients
    clip(&gradients)
    let rate =
      Double(options.rate) * options.schedule.factor(step: steps, of: stepLimit, records: records)
    steps += 1
    records += recordCount
    for index in parameters.indices {
      let factor = options.rateFactors[parameters[index].name] ?? 1
      move(index, gradients[index].elements, rate: Float(rate) * factor)
      parameters[index].project()
    }
  }

  private mutating func move(_ index: Int, _ gradient: [Float], rate: Float) {
    switch options.method {
    case .sgd:
      momentumStep(
        &first[index].elements, parameter: &parameters[index].value.elements, gradient: gradient,
        rate: rate,
        momentum: options.momentum)
    case .adam:
      adamStep(
        &parameters[index].value.elements, gradient: gradient,
        first: &first[index].elements, second: &second[index].elements, rate: rate,
        decay1: options.momentum, decay2: Self.secondDecay,
        step: steps, epsilon: Self.epsilon)
    }
  }

  private func clip(_ gradients: inout [Matrix]) {
    guard let limit = options.clip else { return }
    let norm = gradients.reduce(0) { $0 + dotInDouble($1.elements, $1.elements) }.squareRoot()
    guard norm > limit else { return }
    for index in gradients.indices { gradients[index].scale(by: Float(limit / norm)) }
  }

  // MARK: State

  func write(to state: inout TrainingState) {
    state.numbers["steps"] = "\(steps)"
    state.numbers["records"] = "\(records)"
    for (index, parameter) in parameters.enumerated() {
      let name = parameter.name.rawValue
      state.tensors[name] = Tensor(parameter.value)
      state.tensors["first.\(name)"] = Tensor(first[index])
      if options.method == .adam { state.tensors["second.\(name)"] = Tensor(second[index]) }
    }
  }

  mutating func restore(_ state: TrainingState) throws {
    steps = try state.count("steps")
    records = try state.count("records")
    for index in parameters.indices {
      let name = parameters[index].name.rawValue
      let (rows, columns) = (parameters[index].value.rows, parameters[index].value.columns)
      parameters[index].value = try state.matrix(name, rows: rows, columns: columns)
      first[index] = try state.matrix("first.\(name)", rows: rows, columns: columns)
      guard options.method == .adam else { continue }
      second[index] = try state.matrix("second.\(name)", rows: rows, columns: columns)
    }
  }
}
