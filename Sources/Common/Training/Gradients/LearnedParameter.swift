import LinearAlgebra
import ModelFile

/// A parameter with what an optimiser remembers of it.
struct LearnedParameter: Sendable {
  private(set) var parameter: Parameter
  /// The decaying sums: of gradients, and of their squares for Adam.
  private var first: Matrix
  private var second: Matrix?
  /// The moving average of the values, where it is asked for.
  private(set) var average: Matrix?

  init(_ parameter: Parameter, _ options: Optimiser.Options) {
    self.parameter = parameter
    if let bound = options.bounds[parameter.name] {
      self.parameter.constraint.rowNorms = .atMost(bound)
    }
    first = Matrix(zeros: parameter.value.rows, columns: parameter.value.columns)
    second = options.method == .adam ? first : nil
    average = options.averaging == nil ? nil : parameter.value
  }

  /// - Parameters:
  ///   - scale: of the gradient.
  ///   - rate: before the factor of this parameter.
  ///   - number: of the step, from 1.
  mutating func step(
    _ gradient: Matrix, scaledBy scale: Float, rate: Float, _ number: Int,
    _ options: Optimiser.Options
  ) {
    let rate = rate * (options.rateFactors[parameter.name] ?? 1)
    switch options.method {
    case .sgd:
      momentumStep(
        &first.elements, parameter: &parameter.value.elements, gradient: gradient.elements,
        scaledBy: scale, rate: rate, momentum: options.momentum)
    case .adam:
      adamStep(
        &parameter.value.elements, gradient: gradient.elements, scaledBy: scale,
        first: &first.elements, second: &second!.elements, rate: rate, decay1: options.momentum,
        decay2: options.secondDecay, step: number,
        epsilon: options.epsilon * (options.epsilonFactors[parameter.name] ?? 1))
    }
    parameter.project()
    guard let averaging = options.averaging else { return }
    // The first steps count for more, so that the start is soon forgotten.
    let kept = min(Double(averaging), Double(1 + number) / Double(10 + number))
    moveTowards(parameter.value.elements, &average!.elements, by: Float(1 - kept))
  }

  // MARK: State

  func write(to state: inout TrainingState) {
    let name = parameter.name.tensor
    state.tensors[name] = Tensor(parameter.value)
    state.tensors["first.\(name)"] = Tensor(first)
    if let second { state.tensors["second.\(name)"] = Tensor(second) }
    if let average { state.tensors["average.\(name)"] = Tensor(average) }
  }

  mutating func restore(_ state: TrainingState) throws {
    let name = parameter.name.tensor
    let (rows, columns) = (parameter.value.rows, parameter.value.columns)
    func matrix(_ prefix: String) throws -> Matrix {
      try state.matrix(prefix + name, rows: rows, columns: columns)
    }
    parameter.value = try matrix("")
    first = try matrix("first.")
    if second != nil { second = try matrix("second.") }
    if average != nil { average = try matrix("average.") }
  }
}
