import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// What programs write of codes with noise, z = μ + σ⊙ε, instead of μ.
public enum CodeNoiseContent: Sendable {
  /// σ².
  case variances
  /// z, ε drawn by the seed and the record's number in the stream.
  case samples(seed: UInt64)

  /// What has to be found of codes.
  public var found: CodeInference.Content {
    switch self {
    case .variances: .variances
    case .samples: .codesAndVariances
    }
  }
}

/// Numbers the records of a stream, from array to array.
public struct RecordCount {
  private var count = 0

  public init() {}

  /// The number of the first record of an array.
  /// - Parameter batchAxes: of the array; their product are its records.
  public mutating func next(_ batchAxes: some Collection<Int>) -> Int {
    defer { count += batchAxes.reduce(1, *) }
    return count
  }
}

extension RecordMap {
  /// Variances or samples of what a map finds of codes.
  /// - Parameter first: the number of the array's first record in its stream.
  public func giving(_ content: CodeNoiseContent, fromRecord first: Int) -> RecordMap {
    var map = self
    switch content {
    // They are no codes of the model, which programs would take them for.
    case .variances: map.notes = Notes(recordRank: 1, onBatchOf: notes)
    case .samples(let seed):
      let noise = CodeNoise(seed: seed, stream: CodeNoise.samples)
      map.numbered = { found, row in
        let (means, variances) = found.split(at: found.columns / 2)
        var samples = means
        for record in 0..<means.rows {
          let drawn = noise(ofRecord: first + row + record, count: means.columns)
          for (unit, noise) in drawn.enumerated() {
            samples[record, unit] += variances[record, unit].squareRoot() * noise
          }
        }
        return samples
      }
    }
    return map
  }

  /// Images […,H,W,C] to variances or samples of codes at every place, […,rows,columns,units].
  /// - Throws: as the map of codes, and ``InferenceProblem/noNoise(model:)``.
  public init(
    encodingImages header: ArrayHeader, to content: CodeNoiseContent, fromRecord first: Int,
    by model: Model, _ tiling: Tiling, called name: String
  ) throws {
    guard let variance = model.variance else { throw InferenceProblem.noNoise(model: name) }
    var ofVariances = model
    ofVariances.encoder = variance.encoder
    let means = try RecordMap(encodingImages: header, by: model, tiling, called: name)
    var map = try RecordMap(encodingImages: header, by: ofVariances, tiling, called: name)
    let logarithms = map.apply
    map.apply = { CodeVariance.variances(ofLogarithms: try logarithms($0)) }
    map.rows = map.rows?.mapping(CodeVariance.variances(ofLogarithms:))
    if case .samples = content {
      let variances = map.apply
      map.apply = { try means.apply($0).joined(by: variances($0)) }
      // A record is drawn as a whole.
      map.rows = nil
      map.notes = means.notes
    }
    self = map.giving(content, fromRecord: first)
  }
}
