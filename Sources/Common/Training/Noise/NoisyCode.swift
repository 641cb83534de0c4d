import LinearAlgebra
import SparseCoding

/// A criterion of codes with noise, where a map gives μ and log σ², [N, 2K]: of z = μ + σ⊙ε (Kingma & Welling 2014).
struct OfSamples: Criterion {
  let criterion: any Criterion
  let seed: UInt64

  var parameters: [Parameter] { criterion.parameters }
  var figureNames: [String] { criterion.figureNames }

  func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(criterion: criterion.prepare(values, on: threads), seed: seed)
  }

  private struct Prepared: PreparedCriterion {
    let criterion: any PreparedCriterion
    let seed: UInt64

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      let (mean, logarithm) = code.halves
      // σ⊙ε.
      var spread = noise(of: batch, rows: mean.rows, columns: mean.columns)
      for index in spread.elements.indices {
        let logarithm = logarithm.elements[index].clamped(to: CodeVariance.logarithms)
        spread.elements[index] *= Float(exponential(0.5 * Double(logarithm)))
      }
      var sample = mean
      add(spread, to: &sample)
      var ofSample: Matrix?
      let value = criterion.evaluate(
        sample, batch, scaledBy: weight, addingTo: &ofSample, wantsGradients: wantsGradients)
      guard wantsGradients, let ofSample else { return value }
      // ∂z/∂μ = 1, ∂z/∂log σ² = ½σε.
      for index in spread.elements.indices {
        spread.elements[index] *= 0.5 * ofSample.elements[index]
        if !CodeVariance.logarithms.contains(logarithm.elements[index]) {
          spread.elements[index] = 0
        }
      }
      add(ofSample.joined(by: spread), to: &delta)
      return value
    }

    /// ε, [rows, columns], of which each record has as many rows as another.
    private func noise(of batch: Batch, rows: Int, columns: Int) -> Matrix {
      let noise = CodeNoise(
        seed: seed, stream: batch.step == nil ? RandomStream.judgedNoise : RandomStream.codeNoise)
      let count = rows / max(1, batch.numbers.count) * columns
      return Matrix(
        rows: rows, columns: columns,
        elements: batch.numbers.flatMap {
          noise(ofRecord: $0, draw: batch.step ?? 0, count: count)
        })
    }
  }
}

/// A criterion of the means of codes with noise, where a map gives μ and log σ², [N, 2K].
struct OfMeans: Criterion {
  let criterion: any Criterion

  var parameters: [Parameter] { criterion.parameters }
  var figureNames: [String] { criterion.figureNames }

  func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(criterion: criterion.prepare(values, on: threads))
  }

  private struct Prepared: PreparedCriterion {
    let criterion: any PreparedCriterion

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      let mean = code.halves.left
      var ofMean: Matrix?
      let value = criterion.evaluate(
        mean, batch, scaledBy: weight, addingTo: &ofMean, wantsGradients: wantsGradients)
      if let ofMean {
        add(ofMean.joined(by: Matrix(zeros: mean.rows, mean.columns)), to: &delta)
      }
      return value
    }
  }
}

/// Σ ½(μ² + σ² − log σ² − 1), where a map gives μ and log σ², [N, 2K]: how far codes with noise are from standard normal
/// ones, in nats a record (Kullback & Leibler), which is what they tell of the record at most.
struct Divergence: Criterion, PreparedCriterion {
  /// Steps of the training within which it comes to count in full, from 0 on.
  let rising: Int

  var figureNames: [String] { ["divergence"] }

  func evaluate(
    _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
    wantsGradients: Bool
  ) -> CriterionValue {
    let (mean, logarithm) = code.halves
    let share = share(ofStep: batch.step)
    let scale = weight * Float(share)
    var sum = 0.0
    var (ofMean, ofLogarithm) = (mean, logarithm)
    for index in mean.elements.indices {
      let logarithm = logarithm.elements[index]
      let limited = Double(logarithm.clamped(to: CodeVariance.logarithms))
      let variance = exponential(limited)
      sum += divergence(
        mean: Double(mean.elements[index]), variance: variance, logarithm: limited)
      ofMean.elements[index] = scale * mean.elements[index]
      ofLogarithm.elements[index] =
        CodeVariance.logarithms.contains(logarithm) ? scale * Float(0.5 * (variance - 1)) : 0
    }
    if wantsGradients { add(ofMean.joined(by: ofLogarithm), to: &delta) }
    return CriterionValue(
      sum: share * sum, figures: ["divergence": FigureSum(sum, over: batch.records.rows)])
  }

  /// What of it counts; all of it where nothing is learned.
  private func share(ofStep step: Int?) -> Double {
    guard let step, step < rising else { return 1 }
    return Double(step) / Double(rising)
  }
}
