import LinearAlgebra
import SparseCoding

extension Model {
  /// Which weights are looked at.
  public enum Filters: String, Sendable, CaseIterable {
    /// What each unit adds to a reconstruction: columns of D.
    case decoder
    /// What each unit looks for: rows of We.
    case encoder
    /// The rows of the whitening matrix.
    case whitening
    /// The rows of the linear classifier.
    case classifier
  }

  /// The weights as records of the input, one a row, [units, D]: whitening is undone for the decoder
  /// and multiplied in for the encoder, so that both are seen in pixels. Nil where the model has none.
  public func filters(_ which: Filters) -> Matrix? {
    switch which {
    case .decoder:
      guard let atoms = decoder?.weight.transposed else { return nil }
      guard let unwhitening = preprocessing.unwhitening else { return atoms }
      return product(atoms, PackedMatrix(unwhitening))
    case .encoder:
      guard let encoder else { return nil }
      guard let whitening = preprocessing.whitening else { return encoder.weight }
      return product(encoder.weight, PackedMatrix(transposeOf: whitening))
    case .whitening: return preprocessing.whitening
    case .classifier: return classifier?.weight
    }
  }

  /// The weights that say most of a model of this kind.
  public var mainFilters: Filters {
    switch kind {
    case .dictionary, .lista, .psd, .autoencoder: .decoder
    case .whitening: .whitening
    case .classifier: .classifier
    }
  }
}
