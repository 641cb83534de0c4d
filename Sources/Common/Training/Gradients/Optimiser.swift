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
    /// Adam's β₂.
    public var secondDecay: Float = 0.999
    public var schedule = RateSchedule.constant
    /// The gradient of all parameters together is scaled down to this norm.
    public var clip: Double?
    /// The rate of a parameter is multiplied by this.
    public var rateFactors: [Parameter.Name: Float] = [:]
    /// No row of a parameter (a unit's weights, an atom) may be longer.
    public var bounds: [Parameter.Name: Float] = [:]
    /// What is kept, at each step, of the average of the weights that the training gives; nil where it
    /// gives the last weights themselves (Polyak & Juditsky 1992).
    public var averaging: Float?

    public init() {}
  }

  /// Adam's ε.
  static let epsilon: Float = 1e-8

  private let options: Options
  /// Steps of each phase of the training; the schedule of the rate begins anew with each.
  private let phases: [Int]
  /// Steps made and the records in them.
  private(set) var steps = 0
  private var records = 0
  public private(set) var parameters: [Parameter]
  /// The decaying sums: of gradients, and of their squares for Adam.
  private var first: [Matrix]
  private var second: [Matrix]
  /// The averages of the parameters, where they are asked for.
  private var averages: [Matrix]

  init(_ parameters: [Parameter], options: Options, phases: [Int]) {
    self.parameters = parameters.map { parameter in
      var parameter = parameter
      if let bound = options.bounds[parameter.name] {
        parameter.constraint = .rowNorms(atMost: bound)
      }
      return parameter
    }
    self.options = options
    self.phases = phases
    let zeros = parameters.map { Matrix(zeros: $0.value.rows, columns: $0.value.columns) }
    first = zeros
    second = options.method == .adam ? zeros : []
    averages = options.averaging == nil ? [] : parameters.map(\.value)
  }

  /// What the training gives, in the order of ``parameters``.
  var result: [Matrix] { averages.isEmpty ? parameters.map(\.value) : averages }

  /// The phase that a step belongs to, and its number there.
  func place(ofStep step: Int) -> (phase: Int, step: Int) {
    var (phase, step) = (0, step)
    while phase < phases.count - 1, step >= phases[phase] {
      step -= phases[phase]
      phase += 1
    }
    return (phase, step)
  }

  /// One step.
  /// - Parameters:
  ///   - gradients: of the parameters, in their order.
  ///   - recordCount: records that they come from.
  mutating func step(_ gradients: [Matrix], recordCount: Int) {
    var gradients = gradients
    clip(&gradients)
    let (phase, step) = place(ofStep: steps)
    let rate =
      Double(options.rate)
      * options.schedule.factor(step: step, of: phases[phase], records: records)
    steps += 1
    records += recordCount
    for index in parameters.indices {
      let factor = options.rateFactors[parameters[index].name] ?? 1
      move(index, gradients[index].elements, rate: Float(rate) * factor)
      parameters[index].project()
    }
    average()
  }

  /// The first steps count for more, so that the start is soon forgotten.
  private mutating func average() {
    guard let averaging = options.averaging else { return }
    let kept = min(Double(averaging), Double(1 + steps) / Double(10 + steps))
    for index in averages.indices {
      moveTowards(
        parameters[index].value.elements, &averages[index].elements, by: Float(1 - kept))
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
        decay1: options.momentum, decay2: options.secondDecay,
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
      if !averages.isEmpty { state.tensors["average.\(name)"] = Tensor(averages[index]) }
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
      if options.method == .adam {
        second[index] = try state.matrix("second.\(name)", rows: rows, columns: columns)
      }
      if !averages.isEmpty {
        averages[index] = try state.matrix("average.\(name)", rows: rows, columns: columns)
      }
    }
  }
}
