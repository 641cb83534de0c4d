import LinearAlgebra

/// Weights that a gradient learner moves, as a matrix.
public struct Parameter: Sendable, Equatable {
  /// The parts of a model that can be learned by gradient. Names of options and of checkpoints.
  public enum Name: String, Sendable, CaseIterable {
    /// We, [K, D]: a row a unit.
    case weight
    /// S, [K, K], or one for each pass, [T·K, K]: a row a unit. Of a coordinate encoder Sᵀ.
    case recurrent
    /// θ, [1, K], or one for each step, [T + 1, K].
    case threshold
    /// g, [1, K].
    case gain
    /// Dᵀ, [K, D]: a row an atom.
    case decoder
    /// C, [Y, K]: a row a class.
    case classifier
  }

  /// What values are brought back to after every step.
  public enum Constraint: Sendable, Equatable {
    case none
    /// No row longer than this.
    case rowNorms(atMost: Float)
    /// All rows of norm 1.
    case unitRowNorms
    /// No value below 0.
    case nonnegative
  }

  public let name: Name
  public var value: Matrix
  public var constraint: Constraint

  public init(_ name: Name, _ value: Matrix, _ constraint: Constraint = .none) {
    self.name = name
    self.value = value
    self.constraint = constraint
  }

  mutating func project() {
    switch constraint {
    case .none: break
    case .rowNorms(let limit): value.boundRowNorms(limit)
    case .unitRowNorms: value.normalizeRows()
    case .nonnegative:
      for index in value.elements.indices where value.elements[index] < 0 {
        value.elements[index] = 0
      }
    }
  }
}
