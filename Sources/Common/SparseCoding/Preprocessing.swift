import LinearAlgebra

/// What a model does to its input before anything else; `fit` learns it, `encode` does it again.
public struct Preprocessing: Sendable {
  /// One map, in the order in which they are applied.
  public enum Step: String, Sendable, CaseIterable {
    /// Removes each record's own mean.
    case center
    /// Divides each record by its own ℓ2 norm (a record of zeros stays).
    case normalize
    /// Subtracts the data set's mean record, `input.mean`.
    case mean
    /// Multiplies by the whitening matrix, `input.whitening`.
    case whitening
    /// Normalises the local contrast of images, over windows of ``Preprocessing/contrastWindow``.
    case contrast
    /// Divides each map of images by a number of its own, `input.scale`.
    case scale

    /// Whether the code alone does not tell what this step took away.
    public var isPerRecord: Bool { self == .center || self == .normalize || self == .contrast }

    /// Whether it is of images whose units see windows of them, and not of records.
    public var isOfImages: Bool { self == .contrast || self == .scale }
  }

  public let steps: [Step]
  /// [D], where a step is `.mean`.
  public let mean: [Float]?
  /// W of x ↦ W x, [D', D], where a step is `.whitening`.
  public let whitening: Matrix?
  /// The (pseudo)inverse of W, [D, D'].
  public let unwhitening: Matrix?
  /// The side of the windows, in pixels, where a step is `.contrast`.
  public let contrastWindow: Int?
  /// [C], above 0, where a step is `.scale`.
  public let scale: [Float]?
  /// Of images of one size; nil where that is not known.
  public private(set) var contrast: LocalContrast?
  private let packedWhitening: PackedMatrix?
  private let packedUnwhitening: PackedMatrix?

  public static let none = Preprocessing(steps: [])

  /// - Precondition: each step at most once, `mean` before `whitening`, `contrast` before `scale`, and what they need
  ///   is there.
  public init(
    steps: [Step], mean: [Float]? = nil, whitening: Matrix? = nil, unwhitening: Matrix? = nil,
    contrastWindow: Int? = nil, scale: [Float]? = nil
  ) {
    precondition(
      !steps.contains(.contrast) || contrastWindow != nil, "the step `contrast` needs its window")
    precondition(!steps.contains(.scale) || scale != nil, "the step `scale` needs a scale")
    precondition(!steps.contains(.mean) || mean != nil, "the step `mean` needs a mean")
    precondition(
      !steps.contains(.whitening) || (whitening != nil && unwhitening != nil),
      "the step `whitening` needs its matrix and the inverse")
    precondition(Self.problem(in: steps) == nil, "steps \(steps)")
    self.steps = steps
    self.mean = mean
    self.whitening = whitening
    self.unwhitening = unwhitening
    self.contrastWindow = contrastWindow
    self.scale = scale
    packedWhitening = whitening.map { PackedMatrix($0) }
    packedUnwhitening = unwhitening.map { PackedMatrix($0) }
  }

  /// Why these steps cannot follow each other, nil where they can.
  public static func problem(in steps: [Step]) -> String? {
    if Set(steps).count < steps.count { return "each step once" }
    if let mean = steps.firstIndex(of: .mean), let whitening = steps.firstIndex(of: .whitening),
      mean > whitening
    {
      return "mean before whitening"
    }
    if let contrast = steps.firstIndex(of: .contrast), let scale = steps.firstIndex(of: .scale),
      contrast > scale
    {
      return "contrast before scale"
    }
    return nil
  }

  /// The same of images of one size, which `contrast` has to know.
  /// - Parameter shape: [H,W,C].
  public func on(images shape: [Int]) -> Preprocessing {
    var result = self
    result.contrast = contrastWindow.map {
      LocalContrast(window: $0, height: shape[0], width: shape[1], channels: shape[2])
    }
    return result
  }

  /// One of the steps by itself.
  public func only(_ step: Step) -> Preprocessing {
    var result = Preprocessing(
      steps: [step], mean: step == .mean ? mean : nil,
      whitening: step == .whitening ? whitening : nil,
      unwhitening: step == .whitening ? unwhitening : nil,
      contrastWindow: step == .contrast ? contrastWindow : nil,
      scale: step == .scale ? scale : nil)
    if step == .contrast { result.contrast = contrast }
    return result
  }

  /// The step `scale` by itself, where it is one.
  public var scaling: Preprocessing { steps.contains(.scale) ? only(.scale) : .none }

  /// Whether rows of images can be prepared without the others.
  public var isOfRows: Bool { !steps.contains { $0.isPerRecord } }

  /// Whether ``undo(_:)`` gives back the input itself.
  public var isInvertible: Bool { !steps.contains { $0.isPerRecord } }

  /// Does all steps.
  /// - Parameter x: records, [N, D]; of images also some rows of them, where ``isOfRows``.
  /// - Returns: [N, D'].
  /// - Precondition: a model with the step `contrast` has been told the size of images, ``on(images:)``.
  public func callAsFunction(_ x: Matrix) -> Matrix {
    var x = x
    for step in steps {
      switch step {
      case .center: x.centerRows()
      case .normalize: x.normalizeRows()
      case .mean: x = shifted(x, by: -1)
      case .whitening: x = product(x, packedWhitening!)
      case .contrast: x = normalized(x)
      case .scale: x = scaled(x) { $0 / $1 }
      }
    }
    return x
  }

  /// Whether no record of values up to `magnitude` in size can come near the limits of Float32 on its
  /// way. What can has to be looked at.
  public func staysFinite(upTo magnitude: Float) -> Bool {
    var bound = Double(magnitude)
    return steps.allSatisfy { step in
      switch step {
      case .center: bound *= 2
      case .normalize: bound = 1
      case .mean: bound += Double((mean ?? []).reduce(0) { max($0, abs($1)) })
      case .whitening: bound *= whitening?.largestRowSum ?? 1
      // The weight of a pixel in its own sum is at least that of all others.
      case .contrast: bound = Double(contrastWindow ?? 1) * Double(contrast?.channels ?? 1)
      case .scale: bound /= Double(scale?.min() ?? 1)
      }
      return bound < 1e30
    }
  }

  /// Undoes the fixed steps, last first; the per-record ones cannot be and are left.
  /// - Parameter x: preprocessed records, [N, D'].
  /// - Returns: [N, D].
  public func undo(_ x: Matrix) -> Matrix {
    steps.reversed().reduce(x) { x, step in
      switch step {
      case .center, .normalize, .contrast: x
      case .mean: shifted(x, by: 1)
      case .whitening: product(x, packedUnwhitening!)
      case .scale: scaled(x) { $0 * $1 }
      }
    }
  }

  private func normalized(_ x: Matrix) -> Matrix {
    guard let contrast else { preconditionFailure("the contrast of images of unknown size") }
    var result = x
    for row in 0..<x.rows { result.setRow(row, to: contrast(Array(x.row(row)))[...]) }
    return result
  }

  /// Each value changed by the scale of its map, the last axis.
  private func scaled(_ x: Matrix, _ change: (Float, Float) -> Float) -> Matrix {
    guard let scale else { return x }
    var result = x
    for first in stride(from: 0, to: x.elements.count, by: scale.count) {
      for (map, size) in scale.enumerated() {
        result.elements[first + map] = change(x.elements[first + map], size)
      }
    }
    return result
  }

  private func shifted(_ x: Matrix, by sign: Float) -> Matrix {
    guard let mean else { return x }
    var result = x
    for row in 0..<x.rows { addScaled(sign, mean, toRow: row, of: &result) }
    return result
  }
}

extension Matrix {
  /// The largest sum of sizes in a row: what the largest element of a vector is multiplied by at most.
  fileprivate var largestRowSum: Double {
    (0..<rows).reduce(0) { max($0, row($1).reduce(0) { $0 + Double(abs($1)) }) }
  }
}

extension Preprocessing: Equatable {
  public static func == (a: Preprocessing, b: Preprocessing) -> Bool {
    a.steps == b.steps && a.mean == b.mean && a.whitening == b.whitening
      && a.contrastWindow == b.contrastWindow && a.scale == b.scale
  }
}
