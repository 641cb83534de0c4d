import LinearAlgebra
import SparseCoding

/// A criterion and how much it counts.
public struct WeightedCriterion: Sendable {
  public let criterion: any Criterion
  public let weight: Float

  public init(_ criterion: any Criterion, weight: Float = 1) {
    self.criterion = criterion
    self.weight = weight
  }
}

/// Σ w·criterion.
public struct SummedCriteria: Criterion {
  private let terms: [WeightedCriterion]

  public init(_ terms: [WeightedCriterion]) { self.terms = terms }

  public var parameters: [Parameter] { terms.flatMap(\.criterion.parameters) }
  public var figureNames: [String] { terms.flatMap(\.criterion.figureNames) }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(terms: terms.map { ($0.criterion.prepare(values, on: threads), $0.weight) })
  }

  private struct Prepared: PreparedCriterion {
    let terms: [(criterion: any PreparedCriterion, weight: Float)]

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy scale: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      var sum = CriterionValue(sum: 0)
      for (criterion, weight) in terms {
        let value = criterion.evaluate(
          code, batch, scaledBy: scale * weight, addingTo: &delta, wantsGradients: wantsGradients)
        sum.sum += Double(weight) * value.sum
        sum.figures.merge(value.figures) { _, new in new }
        sum.gradients = sum.gradients + value.gradients
        if let descent = value.descent { add(descent, to: &sum.descent) }
      }
      return sum
    }
  }
}
