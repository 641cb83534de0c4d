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

    /// Whether the code alone does not tell what this step took away.
    public var isPerRecord: Bool { self == .center || self == .normalize }
  }

  public let steps: [Step]
  /// [D], where a step is `.mean`.
  public let mean: [Float]?
  /// W of x ↦ W x, [D', D], where a step is `.whitening`.
  public let whitening: Matrix?
  /// The (pseudo)inverse of W, [D, D'].
  public let unwhitening: Matrix?
  private let packedWhitening: PackedMatrix?
  private let packedUnwhitening: PackedMatrix?

  public static let none = Preprocessing(steps: [])

  /// - Precondition: each step at most once, `mean` before `whitening`, and what they need is there.
  public init(
    steps: [Step], mean: [Float]? = nil, whitening: Matrix? = nil, unwhitening: Matrix? = nil
  ) {
    precondition(!steps.contains(.mean) || mean != nil, "the step `mean` needs a mean")
    precondition(
      !steps.contains(.whitening) || (whitening != nil && unwhitening != nil),
      "the step `whitening` needs its matrix and the inverse")
    precondition(Self.problem(in: steps) == nil, "steps \(steps)")
    self.steps = steps
    self.mean = mean
    self.whitening = whitening
    self.unwhitening = unwhitening
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
    return nil
  }

  /// Whether ``undo(_:)`` gives back the input itself.
  public var isInvertible: Bool { !steps.contains { $0.isPerRecord } }

  /// Does all steps.
  /// - Parameter x: records, [N, D].
  /// - Returns: [N, D'].
  public func callAsFunction(_ x: Matrix) -> Matrix {
    var x = x
    for step in steps {
      switch step {
      case .center: x.centerRows()
      case .normalize: x.normalizeRows()
      case .mean: x = shifted(x, by: -1)
      case .whitening: x = product(x, packedWhitening!)
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
      case .center, .normalize: x
      case .mean: shifted(x, by: 1)
      case .whitening: product(x, packedUnwhitening!)
      }
    }
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
  }
}
