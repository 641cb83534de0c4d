import ByteIO
import Inspection
import LinearAlgebra
import SparseCoding
import TensorStream

/// Compares scores with the truth, and says in the end what they are worth.
final class TallySink: TensorSink {
  private var tally: ClassificationTally
  /// The file of the true labels.
  private let name: String
  private let writesJSON: Bool
  private let output: ByteWriter
  private var classCount = 1

  init(_ tally: ClassificationTally, labels name: String, asJSON: Bool, _ output: ByteWriter) {
    self.tally = tally
    self.name = name
    writesJSON = asJSON
    self.output = output
  }

  func begin(shape: [Int], notes: Notes) { classCount = shape.last ?? 1 }

  func write(_ values: [Float]) throws {
    let scores = Matrix(rows: values.count / classCount, columns: classCount, elements: values)
    let labels = Classifier.labels(of: scores, top: tally.top)
    try naming(name) { try tally.add(labels) }
  }

  func finish() throws {
    let report = try naming(name) { try ClassificationReport(tally) }
    try output.write((writesJSON ? report.json() : report.text).utf8)
    try output.finish()
  }
}
