import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// A sink that keeps nothing and checks what every sink may rely on: that as many values come as were
/// announced, and that they are finite.
final class CheckingSink: TensorSink {
  private var remaining = 0

  func begin(shape: [Int], notes: Notes) {
    precondition(remaining == 0, "an array is not written to its end")
    precondition(notes.recordRank.map { $0 <= shape.count } ?? true, "a record beyond the array")
    remaining = shape.reduce(1, *)
  }

  func write(_ values: [Float]) {
    remaining -= values.count
    precondition(remaining >= 0, "more values than announced")
    precondition(values.allSatisfy(\.isFinite), "values that are not finite, and nobody said so")
  }

  func finish() { precondition(remaining == 0, "fewer values than announced") }
}

/// Small models of records [2,2,1].
enum SampleModels {
  /// Four units and a DC unit.
  static let dictionary: Model = {
    let atoms: [Float] = [1, 0, 0, 0, 0, 1, 0.5, 0, 0, 0, 1, -0.5, 0.5, 0.5, 0, 1, 1, 1, 1, 1]
    let problem = CodingProblem(
      atoms: Matrix(rows: 5, columns: 4, elements: atoms), lambda: 0.1, hasDCUnit: true)
    return Model(
      kind: .dictionary, recordShape: [2, 2, 1],
      encoder: .unrolling(problem, iterations: 2), problem: problem)
  }()

  /// Three classes.
  private static let classifier = Classifier(
    weight: Matrix(rows: 3, columns: 4, elements: (0..<12).map { Float($0 % 5) - 2 }),
    bias: [0, 1, -1])

  private static let inferences: [CodeInference] = {
    var rule = SparseSolver.StoppingRule()
    rule.iterationLimit = 20
    let exact = SparseSolver.allCases.compactMap {
      try? CodeInference.exact(dictionary, $0, lambda: nil, until: rule, called: "model")
    }
    let others = [
      try? CodeInference.encoder(dictionary, iterations: nil, called: "model"),
      try? CodeInference.trace(dictionary, iterations: nil, called: "model"),
      try? CodeInference.coordinates(dictionary, iterations: 20, called: "model")
        .takingStatistics(called: "model"),
    ]
    return others.compactMap(\.self) + exact
  }()

  /// By the encoder or by one of the solvers.
  static func encodingMap(_ header: ArrayHeader, _ options: Int) throws -> RecordMap {
    try RecordMap(
      encoding: header, to: 5, by: inferences[options % inferences.count], of: dictionary,
      called: "model")
  }

  static func classifyingMap(_ header: ArrayHeader) throws -> RecordMap {
    let model = Model(kind: .classifier, recordShape: [2, 2, 1], classifier: classifier)
    return try RecordMap(classifying: header, by: classifier, of: model, called: "model")
  }
}
