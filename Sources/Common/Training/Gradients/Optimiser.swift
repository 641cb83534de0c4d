import LinearAlgebra
import ModelFile

/// Moves parameters against their gradients.
public struct Optimiser: Sendable {
  /// How a step follows from gradients.
  public enum Method: String, Sendable, CaseIterable {
    /// Steps along a decaying sum of gradients.
    case sgd
    /// Steps scaled by the size of past gradients, element by element (Kingma & Ba 2015).
    case adam
  }

  /// How weights are moved.
  public struct Options: Sendable, Equatable {
    public var method = Method.adam
    public var rate: Float = 1e-3
    /// What is kept of the last step's direction: SGD's momentum, Adam's β₁.
    public var momentum: Float = 0.9
    /// Adam's β₂.
    public var secondDecay: Float = 0.999
    /// Adam's ε: weights whose gradients are far smaller stay almost as they are, as those of pixels that are
    /// nearly always 0.
    public var epsilon: Float = 1e-8
    /// ε of a parameter is multiplied by this.
    public var epsilonFactors: [Parameter.Name: Float] = [:]
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

    /// The rate of SGD where nobody says; Adam's follows from what is learned.
    public static let rateOfSGD: Float = 0.05
    /// What a rate, Adam's ε, a clipping norm and a bound may be.
    public static let scales = Interval.above(0)
    /// What may be kept of a decaying sum.
    public static let shares = Interval.atLeast(0, below: 1)
  }

  private let options: Options
  /// Steps of each phase of the training; the schedule of the rate begins anew with each.
  private let phases: [Int]
  /// Steps made and the records in them.
  private(set) var steps = 0
  private var records = 0
  /// Of the last step, before the factors of parts.
  private(set) var rate: Float
  private var learned: [LearnedParameter]

  init(_ parameters: [Parameter], options: Options, phases: [Int]) {
    self.options = options
    rate = options.rate
    self.phases = phases
    learned = parameters.map { LearnedParameter($0, options) }
  }

  var parameters: [Parameter] { learned.map(\.parameter) }

  /// What steps are taken from.
  var values: ParameterMatrices { ParameterMatrices(parameters) }

  /// What the training gives.
  var result: ParameterMatrices {
    ParameterMatrices(
      learned.map { Parameter($0.parameter.name, $0.average ?? $0.parameter.value) })
  }

  /// The phase that a step belongs to, and its number there.
  func place(ofStep step: Int) -> (phase: Int, step: Int) {
    var (phase, step) = (0, step)
    while phase < phases.count - 1, step >= phases[phase] {
      step -= phases[phase]
      phase += 1
    }
    return (phase, step)
  }

  /// One step against the mean of gradients.
  /// - Parameters:
  ///   - gradients: sums over records.
  ///   - recordCount: how many records.
  mutating func step(
    _ gradients: ParameterMatrices, recordCount: Int, threads: Threads = Threads(1)
  ) {
    let names = learned.map(\.parameter.name)
    let clip = clipping(names.map { gradients[$0] }, recordCount: recordCount, on: threads)
    let (phase, step) = place(ofStep: steps)
    let factor = options.schedule.factor(step: step, of: phases[phase], records: records)
    rate = Float(Double(options.rate) * factor)
    steps += 1
    records += recordCount
    let (options, rate, number) = (options, rate, steps)
    threads.forEach(&learned) { index, parameter in
      parameter.step(
        gradients[names[index]], scaledBy: Float(clip / Double(recordCount)), rate: rate, number,
        options)
    }
  }

  /// What brings the mean of gradients down to the norm that it may have.
  private func clipping(_ gradients: [Matrix], recordCount: Int, on threads: Threads) -> Double {
    guard let largest = options.clip else { return 1 }
    let squares = threads.map(gradients.count) { index in
      dotInDouble(gradients[index].elements, gradients[index].elements)
    }
    let norm = squares.reduce(0, +).squareRoot() / Double(recordCount)
    return norm > largest ? largest / norm : 1
  }

  // MARK: State

  func write(to state: inout TrainingState) {
    state.numbers["steps"] = "\(steps)"
    state.numbers["records"] = "\(records)"
    state.numbers["rate"] = "\(rate)"
    for parameter in learned { parameter.write(to: &state) }
  }

  mutating func restore(_ state: TrainingState) throws {
    steps = try state.count("steps")
    records = try state.count("records")
    if state.numbers["rate"] != nil { rate = Float(try state.double("rate")) }
    for index in learned.indices { try learned[index].restore(state) }
  }
}
