import ByteIO
import LinearAlgebra
import ModelFile

/// What a learner takes out of a state, checked: what does not fit is a ``CheckpointProblem``.
extension TrainingState {
  /// A tensor of Float32, [rows, columns].
  public func matrix(_ name: String, rows: Int, columns: Int) throws -> Matrix {
    let shape = [rows, columns]
    guard case .floats(let values) = try tensor(name, shape: shape).values else {
      throw CheckpointProblem.wrongTensor(name, expected: "F32 of \(shapeText(shape))")
    }
    return Matrix(rows: rows, columns: columns, elements: values)
  }

  /// A tensor of Float64, [n]; an axis that is nil may have any length.
  public func doubles(_ name: String, shape: [Int?]) throws -> [Double] {
    let tensor = try tensor(name, shape: shape)
    guard case .doubles(let values) = tensor.values else {
      throw CheckpointProblem.wrongTensor(name, expected: "F64 of \(shapeText(tensor.shape))")
    }
    return values
  }

  /// A sum in Double, [rows, columns].
  public func accumulator(_ name: String, rows: Int, columns: Int) throws -> Accumulator {
    var sum = Accumulator(rows: rows, columns: columns)
    sum.elements = try doubles(name, shape: [rows, columns])
    return sum
  }

  /// The largest count: one goes on from there without an overflow.
  static let countLimit = 1 << 53

  /// A count.
  public func count(_ name: String) throws -> Int {
    let text = try number(name)
    guard let value = Int(text), (0...Self.countLimit).contains(value) else {
      throw CheckpointProblem.badValue(
        key: name, expected: "a whole number from 0 to \(Self.countLimit)", found: text)
    }
    return value
  }

  /// A finite number.
  public func double(_ name: String) throws -> Double {
    let text = try number(name)
    guard let value = Double(text), value.isFinite else {
      throw CheckpointProblem.badValue(key: name, expected: "a number", found: text)
    }
    return value
  }

  private func number(_ name: String) throws -> String {
    guard let text = numbers[name] else { throw CheckpointProblem.missingKey(name) }
    return text
  }

  private func tensor(_ name: String, shape: [Int?]) throws -> Tensor {
    guard let tensor = tensors[name] else { throw CheckpointProblem.missingTensor(name) }
    let fits =
      tensor.shape.count == shape.count
      && zip(tensor.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let expected = shape.map { $0.map(String.init) ?? "n" }.joined(separator: ",")
      throw CheckpointProblem.wrongTensor(
        name, expected: "shape [\(expected)], found \(shapeText(tensor.shape))")
    }
    return tensor
  }
}

extension Tensor {
  /// A matrix as part of a training's state.
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], matrix.elements)
  }

  /// A sum as part of a training's state.
  init(_ sum: Accumulator) {
    self.init(shape: [sum.rows, sum.columns], doubles: sum.elements)
  }
}
