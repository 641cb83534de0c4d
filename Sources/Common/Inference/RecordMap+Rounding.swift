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
    let steps = columnNorms(of: model).map { Double(step) / $0 }
    @Sendable func rounded(_ codes: Matrix) -> Matrix {
      var codes = codes
      for index in codes.elements.indices {
        let step = steps[index % steps.count]
        // A unit that adds nothing is none.
        guard step.isFinite else {
          codes.elements[index] = 0
          continue
        }
        let places = Double(codes.elements[index]) / step
        // Beyond that Float32 has no finer values. Never −0.
        if abs(places) < 0x1p24 { codes.elements[index] = Float(step * places.rounded()) + 0 }
      }
      return codes
    }
    var map = self
    let own = apply
    map.apply = { rounded(try own($0)) }
    // Of a local map a place has the units of where it is in its period.
    map.rows = model.tiling?.period ?? .one == .one ? rows?.mapping(rounded) : nil
    return map
  }

  /// The norms of the columns of D of the codes of a record, one after another, again and again.
  private func columnNorms(of model: Model) -> [Double] {
    let norms = model.decoder?.weight.transposed.rowNorms ?? [1]
    guard let period = model.tiling?.period, period != .one, outputShape.count == 3 else {
      return norms
    }
    let units = outputShape[2]
    return (0..<outputShape[0]).flatMap { row in
      (0..<outputShape[1]).flatMap { column in
        let first = (row % period.rows * period.columns + column % period.columns) * units
        return norms[first..<first + units]
      }
    }
  }
}
