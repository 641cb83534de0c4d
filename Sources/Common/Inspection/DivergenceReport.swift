import ByteIO
import CommandLineSupport
import SparseCoding
import TensorStream

/// What is said of codes with noise beside their variances: how much they tell of a record at most, and which units tell
/// anything.
struct DivergenceReport: Encodable {
  /// Σ ½(μ² + σ² − log σ² − 1) in the mean of records.
  let nats: Double
  let bits: Double
  /// Of each unit, in nats.
  let units: [Double]
  let active: Int
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey { case nats, bits, units, active }

  /// Nil without records, and of codes that are not finite.
  init?(_ tally: DivergenceTally) {
    guard tally.records > 0 else { return nil }
    units = tally.divergences
    nats = units.reduce(0, +)
    // What is not finite is told as such.
    guard nats.isFinite else { return nil }
    bits = nats / 0.69314718055994530942
    active = units.count { $0 > DivergenceTally.least }
    lines = [
      "  divergence of a code  \(shortNumber(nats)) nats, \(shortNumber(bits)) bits  "
        + "units of more than \(DivergenceTally.least) nats  \(active) of \(units.count)"
    ]
  }
}

/// Variances of codes, read in step with them.
public final class VarianceStream {
  private let reader: TensorReader
  private var tally: DivergenceTally?

  /// - Parameter reader: of arrays of the shapes of those of the codes.
  public init(_ reader: TensorReader) { self.reader = reader }

  /// Turns to the array that goes with the next one of codes.
  /// - Throws: ``VarianceProblem`` where there is none of its shape.
  func begin(_ codes: ArrayHeader) throws {
    try naming(reader.name) {
      guard let header = try reader.next() else { throw VarianceProblem.ended }
      guard header.shape == codes.shape else {
        throw VarianceProblem.shape(expected: codes.shape, found: header.shape)
      }
      let length = header.shape.last ?? 0
      tally =
        length == 0
        ? nil
        : DivergenceTally(
          unitCount: length - (codes.notes.dcUnit ? 1 : 0), codeLength: length)
    }
  }

  /// Adds the next codes, and takes as many variances.
  /// - Throws: ``VarianceProblem/notPositive(record:unit:found:)``.
  func add(_ codes: [Float]) throws {
    try naming(reader.name) {
      let variances = try reader.readFloats(upTo: codes.count)
      if let wrong = tally?.add(codes, variances: variances) {
        throw VarianceProblem.notPositive(
          record: wrong.record, unit: wrong.unit, found: wrong.variance)
      }
    }
  }

  /// What is said of the array, which has ended.
  var report: DivergenceReport? { tally.flatMap { DivergenceReport($0) } }

  /// - Throws: ``VarianceProblem/goesOn`` where arrays are left.
  func finish() throws {
    try naming(reader.name) {
      if try reader.next() != nil { throw VarianceProblem.goesOn }
    }
  }
}

/// What can be wrong with variances of codes.
enum VarianceProblem: Problem, Equatable {
  case ended
  case goesOn
  case shape(expected: [Int], found: [Int])
  case notPositive(record: Int, unit: Int, found: Float)

  var description: String {
    switch self {
    case .ended: "ends before the codes that it is the variances of"
    case .goesOn: "goes on after the end of the codes that it is the variances of"
    case .shape(let expected, let found):
      "expected variances of \(shapeText(expected)), as the codes have, found \(shapeText(found))"
    case .notPositive(let record, let unit, let found):
      "the variance of unit \(unit) in record \(record) is \(found), expected it above 0"
    }
  }
}
