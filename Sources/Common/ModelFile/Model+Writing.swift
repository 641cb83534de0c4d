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
    if let tiling { write(tiling, to: &metadata) }
    write(preprocessing, to: &tensors, &metadata)
    writeDecoder(to: &tensors, &metadata)
    if let encoder {
      metadata[MetadataKey.iterations] = String(encoder.iterations)
      metadata[MetadataKey.nonlinearity] = encoder.function.name.rawValue
      if case .units(.smoothShrink, let sharpness) = encoder.function {
        metadata[MetadataKey.sharpness] = String(sharpness)
      }
      if encoder.form != .parallel { metadata[MetadataKey.encoder] = encoder.form.rawValue }
      if storesEncoder { write(encoder, to: &tensors) }
    }
    if let variance { write(variance.encoder, to: &tensors, named: TensorName.variancePrefix) }
    if let classifier {
      tensors[TensorName.classifierWeight] = Tensor(classifier.weight)
      tensors[TensorName.classifierBias] = classifier.bias.map { Tensor($0) }
      if classifier.input != .plain {
        metadata[MetadataKey.classifier] = classifier.input.rawValue
      }
    }
    if let pools { write(pools, to: &tensors, &metadata) }
    metadata[MetadataKey.poolWindows] = poolWindows?.text
    return SafetensorsFile(tensors: tensors, metadata: metadata)
  }

  private func write(_ tiling: Tiling, to metadata: inout [String: String]) {
    metadata[MetadataKey.geometry] = tiling.name
    metadata[MetadataKey.stride] = String(tiling.stride)
    metadata[MetadataKey.padding] = String(tiling.padding)
    if tiling.period != .one {
      metadata[MetadataKey.period] = "\(tiling.period.rows),\(tiling.period.columns)"
    }
    if let classifiedImage {
      metadata[MetadataKey.image] = "\(classifiedImage[0]),\(classifiedImage[1])"
    }
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
    tensors[TensorName.scale] = preprocessing.scale.map { Tensor($0) }
    metadata[MetadataKey.contrast] = preprocessing.contrastWindow.map { String($0) }
  }

  private func writeDecoder(
    to tensors: inout [String: Tensor], _ metadata: inout [String: String]
  ) {
    tensors[TensorName.decoderWeight] = decoder.map { Tensor($0.weight) }
    metadata[MetadataKey.lambda] = lambda.map { String($0) }
    if hasDCUnit { metadata[MetadataKey.dcUnit] = "1" }
    if let penalty, penalty != .l1 { metadata[MetadataKey.penalty] = penalty.rawValue }
    guard let problem else { return }
    metadata[MetadataKey.lipschitz] = String(problem.lipschitz)
    tensors[TensorName.lateralWeight] = problem.inhibition.map { Tensor($0) }
    metadata[MetadataKey.variational] = problem.beta.map { String($0) }
    if problem.isNonnegative { metadata[MetadataKey.nonnegative] = "1" }
  }

  /// - Parameter prefix: before the names of its tensors.
  private func write(
    _ encoder: Encoder, to tensors: inout [String: Tensor], named prefix: String = ""
  ) {
    tensors[prefix + TensorName.encoderWeight] = Tensor(encoder.weight)
    let units = encoder.codeLength
    tensors[prefix + TensorName.encoderRecurrent] = Tensor(
      steps: encoder.recurrent.map(\.elements),
      shape: [units, encoder.recurrent.first?.columns ?? units])
    tensors[prefix + TensorName.encoderThreshold] = Tensor(
      steps: encoder.threshold, shape: [encoder.function.thresholdCount(units: units)])
    tensors[prefix + TensorName.encoderGain] = encoder.gain.map { Tensor($0) }
  }

  private func write(
    _ pools: PoolLayout, to tensors: inout [String: Tensor],
    _ metadata: inout [String: String]
  ) {
    if let notation = pools.notation {
      metadata[MetadataKey.pools] = notation.text
    } else {
      tensors[TensorName.poolOffsets] = Tensor(pools.groups.offsets)
      tensors[TensorName.poolMembers] = Tensor(pools.groups.members)
      tensors[TensorName.poolWeights] = Tensor(pools.groups.weights)
    }
  }
}

extension Tensor {
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: .floats(matrix.elements))
  }

  init(_ vector: [Float]) { self.init(shape: [vector.count], values: .floats(vector)) }

  /// What all steps share, of `shape`, or what each has, one after another; nil where there is none.
  init?(steps: [[Float]], shape: [Int]) {
    guard !steps.isEmpty else { return nil }
    self.init(shape: (steps.count > 1 ? [steps.count] : []) + shape, steps.flatMap(\.self))
  }

  init(_ vector: [Int]) {
    self.init(shape: [vector.count], values: .integers(vector.map { Int32($0) }))
  }
}
