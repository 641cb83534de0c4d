import LinearAlgebra
import ModelFile
import SparseCoding

extension RecordMap {
  /// What steps of what units add to a record may be.
  public static let roundingSteps = Interval.above(0)

  /// This map of records to codes, rounded so that what each unit adds to a record goes in steps of this size, which is
  /// what an error that all units have the same part of asks for: multiples of the step divided by the norm of its column
  /// of D. Of a model without a decoder, multiples of the step.
  /// - Parameter step: nil leaves codes as they are.
  public func rounding(to step: Float?, of model: Model) -> RecordMap {
    guard let step else { return self }
    let units = outputShape.last ?? 1
    let norms = model.decoder?.weight.transposed.rowNorms ?? [1]
    let steps = (0..<units).map { Float(Double(step) / norms[$0 % norms.count]) }
    @Sendable func rounded(_ codes: Matrix) -> Matrix {
      var codes = codes
      for index in codes.elements.indices {
        let step = steps[index % units]
        // A unit that adds nothing is none. Never −0.
        codes.elements[index] =
          step.isFinite ? step * (codes.elements[index] / step).rounded() + 0 : 0
      }
      return codes
    }
    var map = self
    let own = apply
    map.apply = { rounded(try own($0)) }
    map.rows = rows?.mapping(rounded)
    return map
  }
}
