import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// Refuses a stream that a model cannot take.
public enum StreamMismatch: Problem {
  case recordShape(model: String, expected: [Int], found: [Int])
  /// No images that hold a window.
  case images(model: String, Tiling, found: [Int])
  /// Images whose places are not made of whole periods.
  case periods(model: String, Tiling, found: [Int])
  /// No codes of as many units at every place.
  case maps(model: String, units: Int, found: [Int])
  case integers(found: String)
  case otherModel(expected: String, digest: String, found: String)
  /// Features of other codes than those that the model was learned from.
  case otherFeatures(model: String, expected: FeatureSource, found: FeatureSource)
  case noCode(kind: String)

  public var description: String {
    switch self {
    case .recordShape(let model, let expected, let found):
      "\(model) expects records of \(shapeText(expected)), stream has \(shapeText(found))"
    case .images(let model, let tiling, let found):
      "\(model) expects images [H,W,\(tiling.channels)] of at least "
        + "\(max(1, tiling.height - 2 * tiling.padding))x\(max(1, tiling.width - 2 * tiling.padding)), "
        + "stream has \(shapeText(found))"
    case .periods(let model, let tiling, let found):
      "\(model) expects images whose places are whole periods of "
        + "\(tiling.period.rows)x\(tiling.period.columns) for exact codes, stream has \(shapeText(found))"
    case .maps(let model, let units, let found):
      "\(model) expects codes [rows,columns,\(units)] of images, stream has \(shapeText(found))"
    case .integers(let found):
      "holds integers (\(found)), expected floating-point records with pixels 0…1"
    case .otherModel(let expected, let digest, let found):
      "codes of model \(found), but \(expected) is model \(digest)"
    case .otherFeatures(let model, let expected, let found):
      "features of \(found), but \(model) was learned from those of \(expected)"
    case .noCode(let kind): "is a \(kind), expected a model that makes codes"
    }
  }

  /// The problem of a model, named after its file, that makes no codes.
  public static func noCode(_ kind: String, in file: String) -> FileProblem {
    FileProblem(file: file, problem: StreamMismatch.noCode(kind: kind))
  }
}

extension ArrayHeader {
  /// The batch axes of records of `shape`, which are floating-point.
  /// - Throws: ``StreamMismatch``.
  public func batchAxes(ofRecords shape: [Int], for model: String) throws -> [Int] {
    guard !elementType.isInteger else { throw StreamMismatch.integers(found: elementType.rawValue) }
    guard let axes = batchAxes(ofRecords: shape) else {
      throw StreamMismatch.recordShape(model: model, expected: shape, found: self.shape)
    }
    return axes
  }

  /// The windows of images […,H,W,C], which are floating-point.
  /// - Throws: ``StreamMismatch``.
  public func windows(of tiling: Tiling, for model: String) throws -> ImageWindows {
    guard !elementType.isInteger else { throw StreamMismatch.integers(found: elementType.rawValue) }
    guard shape.count >= 3, shape[shape.count - 1] == tiling.channels,
      let windows = tiling.windows(
        imageHeight: shape[shape.count - 3], imageWidth: shape[shape.count - 2])
    else { throw StreamMismatch.images(model: model, tiling, found: shape) }
    return windows
  }

  /// Refuses features of other codes than those that a model was learned from, where stream and model say so.
  public func checkFeatures(_ model: Model, called name: String) throws {
    guard let expected = model.features,
      let found = try FeatureSource(model: notes.featureModel, pooling: notes.pooling),
      found != expected
    else { return }
    throw StreamMismatch.otherFeatures(model: name, expected: expected, found: found)
  }

  /// Refuses codes that another model made.
  public func checkModel(_ model: Model, called name: String) throws {
    guard let found = notes.model, found != model.digest else { return }
    throw StreamMismatch.otherModel(expected: name, digest: model.digest, found: found)
  }
}
