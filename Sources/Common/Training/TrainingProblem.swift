import ByteIO
import LinearAlgebra
import ModelFile

/// Data or options that nothing can be learned from.
public enum TrainingProblem: Problem, Equatable {
  case noRecords
  case integers(String)
  /// Of arrays before this one.
  case otherFeatures(expected: FeatureSource, found: FeatureSource)
  case tooFewRecords(found: Int, needed: Int, what: String)
  case validationTooLarge(asked: Int, records: Int)
  case collapsed(lambda: Float, largestUseful: Float)
  /// No mean of a code is told from 0.
  case drowned
  case diverged(what: String)
  case collapsedCode
  case deadUnits(dead: Int, of: Int)
  /// Of all units the most used one is used by this share of the records.
  case nothingLeft(largest: Double)
  case exploded(step: Int)
  case risen(from: Double, to: Double)
  case codeCount(codes: Int, records: Int)
  case labelCount(labels: Int, records: Int)
  case labelTooSmall(Int32, record: Int)
  case labelTooLarge(Int32, record: Int, limit: Int)
  case oneClass(Int32)
  case noLabels(String)
  case noVariance
  /// Rows of S cannot sum to what is asked for.
  case inhibitionSum(asked: Double, limit: Double)
  case beyondRange(record: Int)
  /// `record` has the largest value.
  case varianceBeyondRange(record: Int)
  case tooManyComponents(asked: Int, found: Int)

  public var description: String {
    switch self {
    case .noRecords: "holds no records, expected at least one to learn from"
    case .integers(let type):
      "holds integers (\(type)), expected floating-point records with pixels 0…1"
    case .otherFeatures(let expected, let found):
      "features of \(found), expected those of \(expected) as in the array before"
    case .tooFewRecords(let found, let needed, let what):
      "holds \(found) records to train on, expected at least \(needed), \(what)"
    case .validationTooLarge(let asked, let records):
      "holding out \(asked) leaves nothing to train on, the stream holds \(records) records"
    case .collapsed(let lambda, let largestUseful):
      "every code is zero: λ = \(lambda) is too large for this data, "
        + "above \(largestUseful) no unit is ever used"
    case .drowned:
      "no code is told from noise: all means are within two standard deviations of 0"
    case .diverged(let what): "\(what) is no longer finite: the training diverged"
    case .collapsedCode:
      "every code is zero: the training collapsed"
    case .deadUnits(let dead, let count):
      "\(dead) of \(count) units are never in use any more: the code is dying"
    case .nothingLeft(let largest):
      "nothing would be left: the most used unit is in use in \(Float(largest)) of the records"
    case .exploded(let step):
      "the loss is no longer finite after \(step) steps: the training diverged"
    case .risen(let first, let now):
      "the loss has risen from \(Float(first)) to \(Float(now)): the training diverged"
    case .codeCount(let codes, let records):
      "holds \(codes) codes, expected one for each of \(records) records"
    case .labelCount(let labels, let records):
      "expected one label for each of \(records) records, found \(labels)"
    case .labelTooSmall(let label, let record):
      "label \(label) of record \(record): expected a class from 0 on, or -1 where there is none"
    case .labelTooLarge(let label, let record, let limit):
      "label \(label) of record \(record): expected a class below \(limit)"
    case .oneClass(let label): "all labels are \(label), expected at least two classes"
    case .noLabels(let what): "none of \(what) has a label, all are -1"
    case .tooManyComponents(let asked, let found):
      "\(asked) components: records of \(found) values have no more than \(found) components"
    case .beyondRange(let record):
      "record \(record), once prepared, is beyond the range of Float32"
    case .varianceBeyondRange(let record):
      "record \(record) takes the variance of the records beyond the range of Float32"
    case .inhibitionSum(let asked, let limit):
      "rows of S cannot sum to \(Float(asked)): with its bound no row sums to more than \(Float(limit))"
    case .noVariance: "all records are the same, there is nothing to whiten"
    }
  }
}

extension LinearAlgebraError: Problem {}
