import ByteIO
import LinearAlgebra
import SparseCoding

extension Model {
  /// Writes the model and finishes the file.
  /// - Throws: ``SafetensorsProblem`` where a number is not finite: no program would read the file.
  public func write(to bytes: ByteWriter, storesEncoder: Bool = true) throws {
    let file = file(storesEncoder: storesEncoder)
    try naming(bytes.name) { try file.requireFinite() }
    try file.write(to: bytes)
    try bytes.finish()
  }

  /// The tensors and the metadata of `sparse-model(5)`.
  /// - Parameter storesEncoder: whether the encoder that follows from the dictionary is stored; it
  ///   is derived on reading where it is not.
  public func file(storesEncoder: Bool = true) -> SafetensorsFile {
    var tensors: [String: Tensor] = [:]
    var metadata = card
    metadata[MetadataKey.format] = FileFormat.model
    metadata[MetadataKey.version] = Self.formatVersion
    metadata[MetadataKey.kind] = kind.rawValue
    metadata[MetadataKey.record] = recordShape.map(String.init).joined(separator: ",")
    write(preprocessing, to: &tensors, &metadata)
    if let problem { write(problem, to: &tensors, &metadata) }
    if let encoder {
      metadata[MetadataKey.iterations] = String(encoder.iterations)
      metadata[MetadataKey.nonlinearity] = encoder.nonlinearity.rawValue
      if storesEncoder { write(encoder, to: &tensors) }
    }
    if let classifier {
      tensors[TensorName.classifierWeight] = Tensor(classifier.weight)
      tensors[TensorName.classifierBias] = Tensor(classifier.bias)
    }
    if let pools { write(pools, to: &tensors, &metadata) }
    return SafetensorsFile(tensors: tensors, metadata: metadata)
  }

  private func write(
    _ preprocessing: Preprocessing, to tensors: inout [String: Tensor],
    _ metadata: inout [String: String]
  ) {
    guard !preprocessing.steps.isEmpty else { return }
    metadata[MetadataKey.preprocessing] =
      preprocessing.steps.map(\.rawValue).joined(separator: ",")
    tensors[TensorName.inputMean] = preprocessing.mean.map { Tensor($0) }
    tensors[TensorName.whitening] = preprocessing.whitening.map { Tensor($0) }
    tensors[TensorName.unwhitening] = preprocessing.unwhitening.map { Tensor($0) }
  }

  private func write(
    _ problem: LassoProblem, to tensors: inout [String: Tensor],
    _ metadata: inout [String: String]
  ) {
    tensors[TensorName.decoderWeight] = Tensor(problem.atoms.transposed)
    metadata[MetadataKey.lambda] = String(problem.lambda)
    metadata[MetadataKey.lipschitz] = String(problem.lipschitz)
    if problem.hasDCUnit { metadata[MetadataKey.dcUnit] = "1" }
    if problem.isNonnegative { metadata[MetadataKey.nonnegative] = "1" }
  }

  private func write(_ encoder: Encoder, to tensors: inout [String: Tensor]) {
    tensors[TensorName.encoderWeight] = Tensor(encoder.weight)
    tensors[TensorName.encoderRecurrent] = encoder.recurrent.map { Tensor($0) }
    tensors[TensorName.encoderThreshold] = Tensor(encoder.threshold)
    tensors[TensorName.encoderGain] = encoder.gain.map { Tensor($0) }
  }

  private func write(
    _ pools: PoolLayout, to tensors: inout [String: Tensor],
    _ metadata: inout [String: String]
  ) {
    if let notation = pools.notation {
      metadata[MetadataKey.pools] = notation
    } else {
      tensors[TensorName.poolOffsets] = Tensor(pools.offsets)
      tensors[TensorName.poolMembers] = Tensor(pools.members)
      tensors[TensorName.poolWeights] = Tensor(pools.weights)
    }
  }
}

extension Tensor {
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: .floats(matrix.elements))
  }

  init(_ vector: [Float]) { self.init(shape: [vector.count], values: .floats(vector)) }

  init(_ vector: [Int]) {
    self.init(shape: [vector.count], values: .integers(vector.map { Int32($0) }))
  }
}
