import LinearAlgebra
import SparseCoding

/// −log softmax_y(C u + b) with u = z, or with u = z/‖z‖₂, u = 0 where z = 0 (Rolfe & LeCun 2013, section 2); records
/// without a label take no part.
///
/// Where units see windows, z is the whole code of an image, place by place.
public struct Classification: Criterion {
  private let classifier: Parameter
  private let bias: Parameter?
  private let input: Classifier.Input
  private let geometry: Geometry

  /// - Parameters:
  ///   - classes: C at the start, [Y, K], or [Y, all units of an image].
  ///   - bias: b at the start, [Y], where there is one.
  ///   - input: u.
  ///   - geometry: what units see of a record.
  public init(
    _ classes: Matrix, bias: [Float]? = nil, of input: Classifier.Input = .normalized,
    _ geometry: Geometry = .dense
  ) {
    classifier = Parameter(.classifierWeight, classes)
    self.bias = bias.map {
      Parameter(.classifierBias, Matrix(rows: 1, columns: $0.count, elements: $0))
    }
    self.input = input
    self.geometry = geometry
  }

  public var parameters: [Parameter] { [classifier] + (bias.map { [$0] } ?? []) }
  /// The loss, and the share of wrong labels.
  public var figureNames: [String] { ["classification", "error"] }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(
      values[.classifierWeight], bias: values[ifPresent: .classifierBias]?.elements, of: input,
      geometry)
  }

  /// With the weights packed.
  struct Prepared: PreparedCriterion {
    /// C for C u, and Cᵀ for the way back.
    private let weight: PackedMatrix
    private let adjoint: PackedMatrix
    private let bias: [Float]?
    private let input: Classifier.Input
    private let geometry: Geometry

    /// - Parameters:
    ///   - weight: C, [Y, K].
    ///   - bias: b, [Y].
    init(
      _ weight: Matrix, bias: [Float]? = nil, of input: Classifier.Input = .normalized,
      _ geometry: Geometry = .dense
    ) {
      self.geometry = geometry
      self.bias = bias
      self.input = input
      self.weight = PackedMatrix(weight)
      adjoint = PackedMatrix(transposeOf: weight)
    }

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      guard case .labels(let labels) = batch.target else {
        preconditionFailure("a classifier is trained with labels")
      }
      let result = self(geometry.places(ofCells: code), labels)
      var value = CriterionValue(
        sum: result.loss,
        figures: [
          "classification": FigureSum(result.loss, over: result.labelled),
          "error": FigureSum(Double(result.wrong), over: result.labelled),
        ])
      guard wantsGradients else { return value }
      var sum = geometry.places(
        ofCells: delta ?? Matrix(zeros: code.rows, columns: code.columns))
      delta = nil
      value.gradients = backward(result, scaledBy: weight, addingTo: &sum)
      delta = geometry.cells(ofPlaces: sum, units: code.columns)
      return value
    }

    /// What the criterion is for some records.
    struct Result {
      /// Σ −log softmax_y over the records with a label.
      var loss = 0.0
      /// Records with a label, and those of them whose label has not the highest score.
      var labelled = 0
      var wrong = 0
      /// u, [N, K], and ‖z‖, [N], where u is divided by it.
      fileprivate let directions: Matrix
      fileprivate let norms: [Double]?
      /// ∂/∂ of the scores, softmax − [class = y], [N, Y].
      fileprivate var scoreDelta: Matrix
    }

    /// - Parameters:
    ///   - code: z, [N, K].
    ///   - labels: [N], −1 where there is none.
    func callAsFunction(_ code: Matrix, _ labels: [Int32]) -> Result {
      let norms = input == .normalized ? code.rowNorms : nil
      var directions = code
      if norms != nil { directions.normalizeRows() }
      let scores = product(directions, weight, start: bias.map { .row($0) } ?? .zero)
      var result = Result(
        directions: directions, norms: norms,
        scoreDelta: Matrix(zeros: scores.rows, columns: scores.columns))
      let predicted = Classifier.labels(of: scores)
      for row in 0..<scores.rows where labels[row] != Classifier.unlabelled {
        let record = crossEntropy(scores.row(row), label: Int(labels[row]))
        result.loss += record.loss
        result.labelled += 1
        if predicted[row] != labels[row] { result.wrong += 1 }
        for (index, slope) in record.slopes.enumerated() {
          result.scoreDelta[row, index] = Float(slope)
        }
      }
      return result
    }

    /// Adds `weight` times the criterion's ∂/∂z to `delta`, [N, K]: with g = ∂/∂u it is g, or (g − u(uᵀg))/‖z‖ where
    /// u is z divided by its norm.
    /// - Returns: its ∂/∂C, [Y, K], and ∂/∂b, [1, Y], times `weight`.
    func backward(
      _ result: Result, scaledBy weight: Float, addingTo delta: inout Matrix
    ) -> ParameterMatrices {
      var ascent = product(result.scoreDelta, adjoint)
      if let norms = result.norms {
        addProjected(ascent, result.directions, norms, scaledBy: weight, to: &delta)
      } else {
        ascent.scale(by: weight)
        add(ascent, to: &delta)
      }
      var gradient = transposedProduct(result.scoreDelta, result.directions)
      gradient.scale(by: weight)
      guard bias != nil else { return [.classifierWeight: gradient] }
      var sums = Matrix(zeros: 1, result.scoreDelta.columns)
      for row in 0..<result.scoreDelta.rows {
        for (index, slope) in result.scoreDelta.row(row).enumerated() {
          sums.elements[index] += weight * slope
        }
      }
      return [.classifierWeight: gradient, .classifierBias: sums]
    }

    private func addProjected(
      _ ascent: Matrix, _ directions: Matrix, _ norms: [Double], scaledBy weight: Float,
      to delta: inout Matrix
    ) {
      let (rows, columns) = (delta.rows, delta.columns)
      let (g, u) = (ascent.elements.span, directions.elements.span)
      var values = delta.elements.mutableSpan
      for row in 0..<rows where norms[row] > 0 {
        let first = row * columns
        var along = 0.0
        for index in first..<first + columns { along += Double(g[index]) * Double(u[index]) }
        let (projection, scale) = (Float(along), Float(Double(weight) / norms[row]))
        for index in first..<first + columns {
          values[index] += scale * (g[index] - projection * u[index])
        }
      }
    }
  }
}
