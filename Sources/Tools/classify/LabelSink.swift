import ByteIO
import LinearAlgebra
import SparseCoding
import TensorStream

/// Turns scores into text: a label a line, or what they are worth against the truth.
final class LabelSink: TensorSink {
  enum Mode {
    case lines
    /// Of the labels in the file of that name.
    case tally(ConfusionTable, of: String)
  }

  private var mode: Mode
  private let output: ByteWriter
  private var classCount = 1

  init(_ mode: Mode, _ output: ByteWriter) {
    self.mode = mode
    self.output = output
  }

  func begin(shape: [Int], notes: Notes) { classCount = max(1, shape.last ?? 1) }

  func write(_ values: [Float]) throws {
    let scores = Matrix(rows: values.count / classCount, columns: classCount, elements: values)
    let labels = Classifier.labels(of: scores)
    switch mode {
    case .lines:
      try output.write(labels.map { "\($0)\n" }.joined().utf8)
    case .tally(var table, let file):
      try naming(file) { try table.add(labels) }
      mode = .tally(table, of: file)
    }
  }

  func finish() throws {
    if case .tally(let table, let file) = mode {
      try output.write(try naming(file) { try table.text() }.utf8)
    }
    try output.finish()
  }
}
