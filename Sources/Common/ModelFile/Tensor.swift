import ByteIO

/// A named array of a model file: its shape and its numbers, row-major.
public struct Tensor: Equatable, Sendable {
  /// The numbers, as a model uses them: every floating-point type of the file becomes Float32,
  /// every integer type Int32. Only a checkpoint has others.
  public enum Values: Equatable, Sendable {
    /// F32, F64, F16 or BF16.
    case floats([Float])
    /// I32, I64 or U8.
    case integers([Int32])
    /// F64 of a checkpoint, which goes on with sums as they were.
    case doubles([Double])

    /// How many numbers there are.
    public var count: Int {
      switch self {
      case .floats(let values): values.count
      case .integers(let values): values.count
      case .doubles(let values): values.count
      }
    }
  }

  /// Axis lengths, the slowest first; a scalar has none.
  public let shape: [Int]
  /// As many numbers as the product of ``shape``.
  public let values: Values

  /// - Precondition: the shape's product is the number of values.
  public init(shape: [Int], values: Values) {
    precondition(
      elementCount(of: shape) == values.count, "shape \(shape) with \(values.count) values")
    self.shape = shape
    self.values = values
  }

  /// A tensor of floating-point numbers.
  public init(shape: [Int], _ floats: [Float]) {
    self.init(shape: shape, values: .floats(floats))
  }

  /// A tensor of sums in Double.
  public init(shape: [Int], doubles: [Double]) {
    self.init(shape: shape, values: .doubles(doubles))
  }
}
