import LinearAlgebra
import SparseCoding

/// What the encoder of a training is like, whatever its weights.
public struct EncoderShape: Sendable {
  public var nonlinearity: EncoderFunction.Name
  /// β of `smoothShrink`.
  public var sharpness: Float
  /// Whether f is cut off at 0 where it is of pools.
  public var isNonnegative: Bool
  /// Whether each unit has a gain.
  public var hasGain: Bool
  /// T.
  public var iterations: Int

  public init(
    _ nonlinearity: EncoderFunction.Name, sharpness: Float = Nonlinearity.defaultSharpness,
    isNonnegative: Bool = false, hasGain: Bool = true, iterations: Int = 0
  ) {
    self.nonlinearity = nonlinearity
    self.sharpness = sharpness
    self.isNonnegative = isNonnegative
    self.hasGain = hasGain
    self.iterations = iterations
  }

  /// What of the encoder is learned.
  public var parameters: Set<Parameter.Name> {
    var names: Set<Parameter.Name> = [.encoderWeight, .encoderThreshold]
    if iterations > 0 { names.insert(.encoderRecurrent) }
    if hasGain { names.insert(.encoderGain) }
    return names
  }

  /// f.
  /// - Precondition: where it is of pools, the penalty is one of pools that are apart or a tree.
  func function(_ penalty: any Penalty, units: Int) -> EncoderFunction {
    if let nonlinearity = nonlinearity.nonlinearity {
      return .units(nonlinearity, sharpness: sharpness)
    }
    guard
      let pools = PoolShrinkage(of: penalty, unitCount: units, isNonnegative: isNonnegative)
    else { preconditionFailure("no proximal step of pools in one pass") }
    return .pools(pools)
  }

  /// g = 1 of each unit, [K], where there is a gain.
  func startingGain(units: Int) -> [Float]? {
    hasGain ? [Float](repeating: 1, count: units) : nil
  }
}

/// Encoders that training begins with.
public enum EncoderStart {
  /// An encoder that follows from a dictionary without a DC unit: ISTA or coordinate descent unrolled.
  /// - Parameters:
  ///   - isProximal: whether f is the proximal step of the penalty's pools, where they have one in one pass.
  ///   - hasOwnSteps: whether each pass gets an S and a threshold of its own, all alike.
  public static func unrolled(
    _ problem: CodingProblem, form: Encoder.Form, isProximal: Bool = false, iterations: Int,
    hasOwnSteps: Bool
  ) -> Encoder {
    let proximal =
      isProximal ? Encoder.unrollingProximal(problem, iterations: iterations) : nil
    let shared =
      form == .coordinate
      ? Encoder.unrollingCoordinates(problem, iterations: iterations)
      : proximal ?? Encoder.unrolling(problem, iterations: iterations)
    guard form == .parallel, hasOwnSteps || iterations == 0 else { return shared }
    return withOwnSteps(shared)
  }

  /// The same for atoms that lie over windows of images.
  /// - Precondition: local units have an f of each.
  public static func unrolled(
    _ problem: CodingProblem, _ tiling: Tiling, isProximal: Bool = false, iterations: Int,
    hasOwnSteps: Bool
  ) -> Encoder {
    precondition(!isProximal || tiling.period == .one, "pools of local units")
    let ofUnits = Encoder.unrolling(
      atoms: problem.atoms, tiling, lambda: problem.lambda, penalty: problem.penalty,
      isNonnegative: problem.isNonnegative, lipschitz: problem.lipschitz, iterations: iterations,
      hasRecurrent: iterations > 0)
    let shared = isProximal ? ofUnits.proximal(for: problem) ?? ofUnits : ofUnits
    return hasOwnSteps ? withOwnSteps(shared) : shared
  }

  /// Each pass with an S and a threshold of its own, all alike.
  private static func withOwnSteps(_ shared: Encoder) -> Encoder {
    Encoder(
      weight: shared.weight,
      recurrent: (0..<shared.iterations).flatMap { _ in shared.recurrent },
      threshold: (0...shared.iterations).flatMap { _ in shared.threshold },
      function: shared.function, iterations: shared.iterations)
  }

  /// A rate of Adam that suits an encoder of LISTA or LCoD. A step moves every element of S by about the
  /// rate, so its largest singular value by up to K times as much, and a code goes through it T times;
  /// what is stable was measured (`examples/lista`): K = 100 and 400, T up to 21.
  public static func predictionRate(
    units: Int, iterations: Int, form: Encoder.Form
  ) -> Float {
    let passes = form == .parallel ? max(1, iterations) : 1
    return min(0.003, 0.6 / (Float(units) * Float(passes).squareRoot()))
  }

  /// A rate of Adam that no unit of an auto-encoder dies of at the first steps: a step moves a weight by
  /// about the rate, so it is at most the root mean square of the weights that an encoder begins with,
  /// and 0.001.
  public static func autoencoderRate(for encoder: Encoder) -> Float {
    let size = rootMeanSquare(encoder.weight)
    return size > 0 ? min(0.001, size) : 0.001
  }

  /// An encoder for atoms that are learned with it: T passes of ISTA on them, or the one step that is
  /// f(Dᵀx/L), with a gain of 1 where it has one. Its threshold is that of λ for each unit by itself,
  /// whatever the penalty, for each pool where f is of pools, or 0 where f cuts nothing off.
  /// - Parameters:
  ///   - atoms: Dᵀ, [K, D].
  ///   - geometry: what atoms lie over.
  ///   - penalty: whose pools f may be of.
  public static func matching(
    _ atoms: Matrix, lambda: Float, _ shape: EncoderShape, _ geometry: Geometry = .dense,
    penalty: any Penalty = .l1
  ) -> Encoder {
    let iterations = shape.iterations
    let function = shape.function(penalty, units: atoms.rows)
    // Where f cuts nothing off.
    let lambda = shape.nonlinearity == .tanh || shape.nonlinearity == .linear ? 0 : lambda
    let unrolled: Encoder =
      switch geometry {
      case .dense:
        .unrolling(CodingProblem(atoms: atoms, lambda: lambda), iterations: iterations)
      case .tiled(let tiling, _):
        .unrolling(
          atoms: atoms, tiling, lambda: lambda, isNonnegative: true,
          lipschitz: LinearMap(atoms, geometry, for: .both).squaredNorm, iterations: iterations,
          hasRecurrent: iterations > 0)
      }
    // One of a unit is as good as one of a pool: λ/L.
    let thresholds = unrolled.threshold.map {
      [Float](repeating: $0[0], count: function.thresholdCount(units: atoms.rows))
    }
    return Encoder(
      weight: unrolled.weight, recurrent: iterations > 0 ? unrolled.recurrent : [],
      threshold: thresholds, gain: shape.startingGain(units: atoms.rows), function: function,
      iterations: iterations)
  }
}
