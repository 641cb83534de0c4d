/// Where a program puts its arrays.
public protocol TensorSink: AnyObject {
  /// Announces an array of Float32; the one before must have been written whole.
  func begin(shape: [Int], notes: Notes) throws
  /// The array's next elements, in C order.
  func write(_ values: [Float]) throws
  /// The last call of every program: the final flush is an operation that can fail.
  func finish() throws
}

extension TensorWriter: TensorSink {
  public func begin(shape: [Int], notes: Notes) throws {
    try begin(shape: shape, notes: notes, elementType: .float32)
  }
}
