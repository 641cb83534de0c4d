import ArgumentParser
import CommandLineSupport
import Training

/// A `fit` that moves weights against gradients.
public protocol GradientCommand: EpochCommand {
  /// What options have by default, but for the rate, which depends on others.
  static var optimiser: Optimiser.Options { get }
}

/// How weights are moved against their gradients.
public struct OptimiserOptions<Command: GradientCommand>: ParsableArguments {
  @Option(name: .customLong("optimizer"), help: "adam, or sgd with momentum.")
  public var method = Command.optimiser.method

  @Option(
    help: ArgumentHelp(
      "Rate of the steps (default: sgd 0.05, adam what suits the model).", valueName: "r"))
  public var rate: Float?

  @Option(help: ArgumentHelp("What is kept of the last step's direction.", valueName: "m"))
  public var momentum = Command.optimiser.momentum

  @Option(
    help: ArgumentHelp("Adam's β₂, what is kept of the squares of gradients.", valueName: "b"))
  public var beta2 = Command.optimiser.secondDecay

  @Option(
    help: ArgumentHelp(
      "Adam's ε: where gradients are far smaller, weights stay almost as they are.", valueName: "e")
  )
  public var epsilon = Command.optimiser.epsilon

  @Option(
    help: ArgumentHelp(
      """
      How the rate falls: constant; cosine[:START], from a share START of the training on; \
      inverse:D, divided by 1 + D · records.
      """, valueName: "schedule"))
  public var schedule = Command.optimiser.schedule

  @Option(
    help: ArgumentHelp(
      "Scale the gradient of a batch down to this norm, or none.", valueName: "norm"))
  public var clip = NumberOrNone(Command.optimiser.clip)

  @Option(
    help: ArgumentHelp(
      "Give the moving average of the weights: the share of it that a step keeps, or none.",
      valueName: "share"))
  public var average = NumberOrNone(Command.optimiser.averaging.map { Double($0) })

  @Option(
    help: ArgumentHelp(
      "Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.",
      valueName: "part=factor,…"))
  public var rates = PartValues()

  @Option(
    help: ArgumentHelp(
      "Bounds on the norm of each unit's weights in parts, of each atom, of each class (default: none, or what drsae begins with).",
      valueName: "part=norm,…"))
  public var bounds = PartValues()

  public init() {}

  public func validate() throws {
    if let rate { try require("--rate", rate, in: Optimiser.Options.scales) }
    try require("--momentum", momentum, in: Optimiser.Options.shares)
    try require("--beta2", beta2, in: Optimiser.Options.shares)
    try require("--epsilon", epsilon, in: Optimiser.Options.scales)
    if let clip = clip.value { try require("--clip", clip, in: Optimiser.Options.scales) }
    if let average = average.value {
      try require("--average", average, in: Optimiser.Options.shares)
    }
    if beta2 != Command.optimiser.secondDecay, method != .adam {
      throw ValidationError("--beta2 has no effect without adam")
    }
    if epsilon != Command.optimiser.epsilon, method != .adam {
      throw ValidationError("--epsilon has no effect without adam")
    }
    for part in bounds.parts {
      if bounds.values[part] == 0 {
        throw ValidationError("--bounds \(part.word) must be above 0, got 0")
      }
      if part.hasOneNumberPerUnit {
        throw ValidationError("--bounds \(part.word): a unit has one number there, and no norm")
      }
    }
  }

  /// Refuses rates and bounds of parts that are not learned.
  public func check(learning parts: Set<Parameter.Name>) throws {
    for (option, given) in [("--rates", rates), ("--bounds", bounds)] {
      if let part = given.parts.first(where: { !parts.contains($0) }) {
        throw ValidationError("\(option) \(part.word) has no effect: it is not learned here")
      }
    }
  }

  /// Brings rates and bounds of layers (`layers.1`), of parts of a layer (`layers.1.weight`) and of parts of all layers
  /// to the parameters that they are of.
  /// - Parameter names: of what is learned.
  /// - Throws: where one is of nothing that is learned.
  public func expandParts(
    of names: [Parameter.Name], in options: inout Optimiser.Options
  ) throws {
    options.rateFactors = try rates.expanded(to: names, of: "--rates")
    options.bounds = try bounds.expanded(to: names, of: "--bounds")
  }

  /// - Parameters:
  ///   - suitableRate: Adam's where none is given.
  ///   - rateFactors: where none are given; likewise `bounds`.
  public func options(
    suitableRate: Float, rateFactors: PartValues = PartValues(), bounds: PartValues = PartValues()
  ) -> Optimiser.Options {
    var options = Optimiser.Options()
    options.method = method
    options.rate = rate ?? (method == .adam ? suitableRate : Optimiser.Options.rateOfSGD)
    options.momentum = momentum
    options.secondDecay = beta2
    options.epsilon = epsilon
    options.schedule = schedule
    options.clip = clip.value
    options.averaging = average.value.map { Float($0) }
    options.rateFactors = rateFactors.values.merging(rates.values) { _, given in given }
    options.bounds = bounds.values.merging(self.bounds.values) { _, given in given }
    return options
  }

  /// All that affect the result; the rate is `auto` where it follows from the data.
  /// - Parameter suitableRate: Adam's where none is given; nil where it follows from the data.
  public func canonical(suitableRate: Float?) -> [(name: String, value: String)] {
    let isChosen = suitableRate != nil || rate != nil || method != .adam
    return options(suitableRate: suitableRate ?? 0).canonical.map {
      $0.name == "rate" && !isChosen ? ("rate", "auto") : $0
    }
  }
}

extension Optimiser.Options {
  /// All that affect the result.
  public var canonical: [(name: String, value: String)] {
    [
      ("optimizer", method.rawValue), ("rate", "\(rate)"), ("momentum", "\(momentum)"),
    ] + (method == .adam ? [("beta2", "\(secondDecay)"), ("epsilon", "\(epsilon)")] : []) + [
      ("schedule", schedule.notation), ("clip", NumberOrNone(clip).text),
      ("average", NumberOrNone(averaging.map { Double($0) }).text),
      ("rates", PartValues(rateFactors).text), ("bounds", PartValues(bounds).text),
    ]
  }
}

/// `0.99` or `none`.
public struct NumberOrNone: ExpressibleByArgument, Sendable {
  public let value: Double?

  public init(_ value: Double?) { self.value = value }

  public init?(argument: String) {
    if argument == "none" {
      value = nil
    } else if let number = Double(argument), number.isFinite {
      value = number
    } else {
      return nil
    }
  }

  var text: String { value.map { "\(Float($0))" } ?? "none" }

  public var defaultValueDescription: String { text }
}

/// `weight=1.25,decoder=1`.
public struct PartValues: ExpressibleByArgument, Sendable {
  public private(set) var values: [Parameter.Name: Float] = [:]

  public init(_ values: [Parameter.Name: Float] = [:]) { self.values = values }

  public init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let name = Parameter.Name(word: String(sides[0])),
        let value = Float(sides[1]), value >= 0, value.isFinite, values[name] == nil
      else { return nil }
      values[name] = value
    }
  }

  /// In the order of the short words, those without one after them.
  var parts: [Parameter.Name] {
    let short = Parameter.Name.words.map(\.name).filter { values[$0] != nil }
    let others = values.keys.filter { !short.contains($0) }
    return short + others.sorted { $0.tensor < $1.tensor }
  }

  var text: String {
    parts.isEmpty
      ? "none" : parts.map { "\($0.word)=\(values[$0] ?? 0)" }.joined(separator: ",")
  }

  /// The values of parameters: of several that are for one, their product.
  fileprivate func expanded(
    to names: [Parameter.Name], of option: String
  ) throws -> [Parameter.Name: Float] {
    var expanded: [Parameter.Name: Float] = [:]
    for part in parts {
      let meant = names.filter { part.covers($0) }
      if meant.isEmpty {
        throw UsageProblem("\(option) \(part.word) has no effect: it is not learned here")
      }
      for name in meant { expanded[name, default: 1] *= values[part] ?? 1 }
    }
    return expanded
  }

  /// Said in the help of the options.
  public var defaultValueDescription: String { "" }
}

extension Parameter.Name {
  /// Short words for the parameters of one layer, in the order in which options list them.
  static let words: [(word: String, name: Parameter.Name)] = [
    ("weight", .encoderWeight), ("recurrent", .encoderRecurrent),
    ("threshold", .encoderThreshold), ("gain", .encoderGain), ("decoder", .decoderWeight),
    ("classifier", .classifierWeight),
  ]

  /// The short word, after that of a layer where it is of one, or else the name of the tensor.
  var word: String {
    let (layer, own) = split
    return layer + (Self.words.first { $0.name.tensor == own }?.word ?? own)
  }

  /// Whether a row of it is no unit's weights.
  fileprivate var hasOneNumberPerUnit: Bool {
    [Self.encoderThreshold, .encoderGain, .classifierBias].map(\.tensor).contains(split.own)
  }

  /// What it is of a layer, and the words for that before it: `layers.1.`.
  private var split: (layer: String, own: String) {
    let parts = tensor.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "layers" else { return ("", tensor) }
    return ("\(parts[0]).\(parts[1]).", String(parts[2]))
  }

  /// Whether a parameter is this one, one of this layer, or this part of any layer.
  fileprivate func covers(_ name: Parameter.Name) -> Bool {
    name == self || name.tensor.hasPrefix(tensor + ".") || name.split.own == tensor
  }

  /// - Parameter word: a short word or the name of its tensor, perhaps of a layer, or a layer, `layers.1`; nil for
  ///   others.
  init?(word: String) {
    let parts = word.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    if parts[0] == "layers" {
      guard parts.count > 1, let layer = Int(parts[1]), layer >= 1 else { return nil }
      let prefix = "layers.\(layer)"
      guard parts.count == 3 else {
        self.init(prefix)
        return
      }
      guard let own = Self(word: String(parts[2])) else { return nil }
      self.init("\(prefix).\(own.tensor)")
      return
    }
    guard let found = Self.words.first(where: { $0.word == word || $0.name.tensor == word })
    else { return nil }
    self = found.name
  }
}

extension Optimiser.Method: ExpressibleByArgument {}

extension RateSchedule: ExpressibleByArgument {
  public init?(argument: String) { self.init(notation: argument) }
  public var defaultValueDescription: String { notation }
}

extension Optimiser.Options {
  /// A rate that falls from the first step on.
  public static var decaying: Self {
    var options = Self()
    options.schedule = .cosine(after: 0)
    return options
  }
}
