import LinearAlgebra
import ModelFile

/// Weights that a gradient learner moves, as a matrix.
public struct Parameter: Sendable, Equatable {
  /// What a parameter is called: as the tensor of a model's file that comes of it, in gradients, options
  /// and checkpoints.
  public struct Name: Hashable, Sendable {
    public let tensor: String

    public init(_ tensor: String) { self.tensor = tensor }

    /// We, [K, D]: a row a unit.
    public static let encoderWeight = Name(TensorName.encoderWeight)
    /// S, [K, K], or one for each pass, [T·K, K]: a row a unit. Of a coordinate encoder Sᵀ; of units that see windows
    /// [K, places·units].
    public static let encoderRecurrent = Name(TensorName.encoderRecurrent)
    /// θ, [1, K], or one for each step, [T + 1, K]; [1, P] or [T + 1, P] where f is of pools.
    public static let encoderThreshold = Name(TensorName.encoderThreshold)
    /// V of log σ² = Vx − θ, [K, D]: a row a unit.
    public static let varianceWeight = encoderWeight.prefixed(TensorName.variancePrefix)
    /// θ of it, [1, K].
    public static let varianceThreshold = encoderThreshold.prefixed(TensorName.variancePrefix)
    /// g, [1, K].
    public static let encoderGain = Name(TensorName.encoderGain)
    /// Dᵀ, [K, D]: a row an atom.
    public static let decoderWeight = Name(TensorName.decoderWeight)
    /// C, [Y, K]: a row a class.
    public static let classifierWeight = Name(TensorName.classifierWeight)
    /// b, [1, Y].
    public static let classifierBias = Name(TensorName.classifierBias)

    /// That of a layer, whose names begin with `prefix`.
    func prefixed(_ prefix: String) -> Name { Name(prefix + tensor) }
  }

  /// What values are brought back to after every step.
  public struct Constraint: Sendable, Equatable {
    /// What the norms of rows may be.
    public enum RowNorms: Sendable, Equatable {
      case any
      case atMost(Float)
      /// All rows of norm 1.
      case one
    }

    public var rowNorms = RowNorms.any
    /// Whether no value goes below 0.
    public var isNonnegative = false

    public init(rowNorms: RowNorms = .any, isNonnegative: Bool = false) {
      self.rowNorms = rowNorms
      self.isNonnegative = isNonnegative
    }
  }

  public private(set) var name: Name
  /// A row a unit, an atom or a class: see the names.
  public var value: Matrix
  public var constraint: Constraint

  public init(_ name: Name, _ value: Matrix, _ constraint: Constraint = .init()) {
    self.name = name
    self.value = value
    self.constraint = constraint
  }

  /// The same as one of a layer, whose names begin with `prefix`.
  func prefixed(_ prefix: String) -> Parameter {
    var parameter = self
    parameter.name = name.prefixed(prefix)
    return parameter
  }

  mutating func project() {
    if constraint.isNonnegative {
      for index in value.elements.indices where value.elements[index] < 0 {
        value.elements[index] = 0
      }
    }
    switch constraint.rowNorms {
    case .any: break
    case .atMost(let limit): value.boundRowNorms(limit)
    case .one: value.normalizeRows()
    }
  }
}

/// Matrices by the parameters that they are of: values, or gradients.
public struct ParameterMatrices: Summable, Equatable, ExpressibleByDictionaryLiteral {
  private var matrices: [Parameter.Name: Matrix]

  /// Each of the shape, [rows, columns], of its parameter.
  public init(dictionaryLiteral elements: (Parameter.Name, Matrix)...) {
    matrices = Dictionary(uniqueKeysWithValues: elements)
  }

  init(_ parameters: [Parameter]) {
    matrices = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }

  var names: Set<Parameter.Name> { Set(matrices.keys) }

  /// That of a parameter, [rows, columns] of its value, which has to be there.
  public subscript(_ name: Parameter.Name) -> Matrix {
    get {
      guard let matrix = matrices[name] else { preconditionFailure("no \(name.tensor)") }
      return matrix
    }
    set { matrices[name] = newValue }
  }

  /// That of a parameter, [rows, columns] of its value, which need not be there.
  public subscript(ifPresent name: Parameter.Name) -> Matrix? { matrices[name] }

  /// self += other, of the same parameters.
  public mutating func add(_ other: ParameterMatrices, on threads: Threads) {
    precondition(names == other.names, "sums of different parameters")
    for (name, matrix) in other.matrices { matrices[name]?.add(matrix, on: threads) }
  }

  /// The matrices of both, of different parameters.
  static func + (a: ParameterMatrices, b: ParameterMatrices) -> ParameterMatrices {
    var both = a
    both.matrices.merge(b.matrices) { _, _ in preconditionFailure("two matrices of a parameter") }
    return both
  }

  /// As those of a layer, whose names begin with `prefix`.
  func prefixed(_ prefix: String) -> ParameterMatrices {
    var layer = ParameterMatrices([])
    for (name, matrix) in matrices { layer[name.prefixed(prefix)] = matrix }
    return layer
  }

  /// Those of a layer, whose names begin with `prefix`, without it.
  func layer(_ prefix: String) -> ParameterMatrices {
    var layer = ParameterMatrices([])
    for (name, matrix) in matrices where name.tensor.hasPrefix(prefix) {
      layer[Parameter.Name(String(name.tensor.dropFirst(prefix.count)))] = matrix
    }
    return layer
  }
}
