import ArgumentParser
import CommandLineSupport
import Training

/// How weights are moved against their gradients.
public struct OptimiserOptions: ParsableArguments {
  @Option(name: .customLong("optimizer"), help: "adam, or sgd with momentum.")
  public var method = Optimiser.Method.adam

  @Option(
    help: ArgumentHelp(
      "Rate of the steps (default: sgd 0.05, adam what suits K and T).", valueName: "r"))
  public var rate: Float?

  @Option(help: ArgumentHelp("What is kept of the last step's direction.", valueName: "m"))
  public var momentum: Float = 0.9

  @Option(
    help: ArgumentHelp(
      """
      How the rate falls: constant; cosine[:START], from a share START of the training on; \
      inverse:D, divided by 1 + D · records.
      """, valueName: "schedule"))
  public var schedule = RateSchedule.cosine(after: 0)

  @Option(
    help: ArgumentHelp("Scale the gradient of a batch down to this norm.", valueName: "norm"))
  public var clip: Double?

  @Option(
    help: ArgumentHelp(
      "Factors on the rate of parts: weight, recurrent, threshold, gain, decoder.",
      valueName: "part=factor,…"))
  public var rates = PartValues()

  @Option(
    help: ArgumentHelp(
      "Bounds on the norm of each unit's weights in parts (of each atom in decoder).",
      valueName: "part=norm,…"))
  public var bounds = PartValues()

  public init() {}

  public func validate() throws {
    if let rate, !(rate > 0 && rate.isFinite) {
      throw ValidationError("--rate must be above 0, got \(rate)")
    }
    if !(momentum >= 0 && momentum < 1) {
      throw ValidationError("--momentum must be at least 0 and below 1, got \(momentum)")
    }
    if let clip, !(clip > 0 && clip.isFinite) {
      throw ValidationError("--clip must be above 0, got \(clip)")
    }
    for part in bounds.parts {
      if bounds.values[part] == 0 {
        throw ValidationError("--bounds \(part.rawValue) must be above 0, got 0")
      }
      if part == .threshold || part == .gain {
        throw ValidationError("--bounds \(part.rawValue): a unit has one number there, and no norm")
      }
    }
  }

  /// Refuses rates and bounds of parts that are not learned.
  public func check(learning parts: Set<Parameter.Name>) throws {
    for (option, given) in [("--rates", rates), ("--bounds", bounds)] {
      if let part = given.parts.first(where: { !parts.contains($0) }) {
        throw ValidationError("\(option) \(part.rawValue) has no effect: it is not learned here")
      }
    }
  }

  /// - Parameter suitableRate: Adam's where none is given.
  public func options(suitableRate: Float) -> Optimiser.Options {
    var options = Optimiser.Options()
    options.method = method
    options.rate = rate ?? (method == .adam ? suitableRate : 0.05)
    options.momentum = momentum
    options.schedule = schedule
    options.clip = clip
    options.rateFactors = rates.values
    options.bounds = bounds.values
    return options
  }

  public func canonicalOptions(suitableRate: Float) -> [(name: String, value: String)] {
    [
      ("optimizer", method.rawValue),
      ("rate", "\(options(suitableRate: suitableRate).rate)"), ("momentum", "\(momentum)"),
      ("schedule", schedule.notation), ("clip", clip.map { "\($0)" } ?? "none"),
      ("rates", rates.text), ("bounds", bounds.text),
    ]
  }
}

/// `weight=1.25,decoder=1`.
public struct PartValues: ExpressibleByArgument, Sendable {
  public private(set) var values: [Parameter.Name: Float] = [:]

  public init() {}

  public init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let name = Parameter.Name(rawValue: String(sides[0])),
        let value = Float(sides[1]), value >= 0, value.isFinite, values[name] == nil
      else { return nil }
      values[name] = value
    }
  }

  /// In the order of the parts.
  var parts: [Parameter.Name] { Parameter.Name.allCases.filter { values[$0] != nil } }

  var text: String {
    parts.isEmpty
      ? "none" : parts.map { "\($0.rawValue)=\(values[$0] ?? 0)" }.joined(separator: ",")
  }

  public var defaultValueDescription: String { text }
}

extension Optimiser.Method: ExpressibleByArgument {}

extension RateSchedule: ExpressibleByArgument {
  public init?(argument: String) { self.init(notation: argument) }
  public var defaultValueDescription: String { notation }
}
