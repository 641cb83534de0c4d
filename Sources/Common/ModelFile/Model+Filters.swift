import LinearAlgebra
import SparseCoding

extension Model {
  /// Which weights are looked at.
  public enum Filters: String, Sendable, CaseIterable {
    /// What each unit adds to a reconstruction: columns of D.
    case decoder
    /// What each unit looks for: rows of We.
    case encoder
    /// Both of each unit, one after the other: row of We, column of D.
    case pairs
    /// The rows of the whitening matrix.
    case whitening
    /// The rows of the linear classifier; of one on codes, what the decoder makes of them.
    case classifier
    /// S of units that inhibit each other, a picture of K×K.
    case inhibition
  }

  /// The weights as records of the input, one a row, [units, D]: whitening and scales of maps are
  /// undone for the decoder and multiplied in for the encoder, so that both are seen in pixels. Nil where the model has none.
  public func filters(_ which: Filters) -> Matrix? {
    switch which {
    case .decoder:
      return (decoder?.weight.transposed).map(unwhitened)
    case .encoder:
      guard let encoder else { return nil }
      let weight = preprocessing.scaling(encoder.weight)
      guard let whitening = preprocessing.whitening else { return weight }
      return product(weight, PackedMatrix(transposeOf: whitening))
    case .pairs:
      guard let looks = filters(.encoder), let adds = filters(.decoder) else { return nil }
      let pairs = (0..<looks.rows).flatMap { looks.row($0) + adds.row($0) }
      return Matrix(rows: 2 * looks.rows, columns: looks.columns, elements: pairs)
    case .whitening: return preprocessing.whitening
    case .inhibition:
      return problem?.inhibition.map { $0.reshaped(columns: $0.elements.count) }
    case .classifier:
      guard let classifier, decoder != nil else { return classifier?.weight }
      // What decodes to whole images is no filter of a window.
      guard tiling == nil else { return nil }
      return decodedFilters(classifier.weight)
    }
  }

  /// What codes of records add up to in the input, as ``filters(_:)`` of the decoder do: without a mean.
  /// - Parameter codes: [N, K].
  /// - Returns: [N, D].
  func decodedFilters(_ codes: Matrix) -> Matrix { unwhitened(decoder.map { $0(codes) } ?? codes) }

  private func unwhitened(_ atoms: Matrix) -> Matrix {
    let atoms = preprocessing.scaling.undo(atoms)
    guard let unwhitening = preprocessing.unwhitening else { return atoms }
    return product(atoms, PackedMatrix(unwhitening))
  }

  /// The weights that say most of a model of this kind.
  public var mainFilters: Filters {
    switch kind {
    case .dictionary, .lista, .psd, .autoencoder, .drsae: .decoder
    case .whitening: .whitening
    case .classifier: .classifier
    }
  }
}
