import ByteIO
import LinearAlgebra
import SparseCoding
import TensorStream

/// Turns scores into text: the best classes of a record a line.
final class LabelSink: TensorSink {
  private let top: Int
  private let output: ByteWriter
  private var classCount = 1

  init(top: Int, _ output: ByteWriter) {
    self.top = top
    self.output = output
  }

  func begin(shape: [Int], notes: Notes) { classCount = shape.last ?? 1 }

  func write(_ values: [Float]) throws {
    let scores = Matrix(rows: values.count / classCount, columns: classCount, elements: values)
    let labels = Classifier.labels(of: scores, top: top)
    let lines = stride(from: 0, to: labels.count, by: top).map { start in
      labels[start..<start + top].map(String.init).joined(separator: " ") + "\n"
    }
    try output.write(lines.joined().utf8)
  }

  func finish() throws { try output.finish() }
}
