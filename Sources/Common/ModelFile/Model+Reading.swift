import ByteIO
import LinearAlgebra
import SparseCoding

extension Model {
  /// The format's version, metadata `version`.
  public static let formatVersion = "1"

  /// Reads the model file at `path`.
  /// - Throws: ``SafetensorsProblem`` or ``ModelProblem`` with the file's name; nothing of a file
  ///   with a fault is used.
  public init(path: String) throws {
    try self.init(reading: try ByteReader(path: path))
  }

  /// Reads a model to the end of `bytes`.
  public init(reading bytes: ByteReader) throws {
    self = try naming(bytes.name) {
      let file = try SafetensorsFile(reading: bytes)
      return try Model(file)
    }
  }

  /// Checks every tensor and every key against the schema of `sparse-model(5)`.
  public init(_ file: SafetensorsFile) throws {
    let contents = try Contents(file)
    if file.metadata[MetadataKey.kind] == Network.kind { throw ModelProblem.isNetwork }
    let kind: Kind = try contents.choice("kind", of: Kind.self)
    let recordShape = try contents.recordShape()
    let length = recordShape.reduce(1, *)
    let preprocessing = try contents.preprocessing(recordShape: recordShape)
    let inputLength = preprocessing.whitening?.rows ?? length
    switch kind {
    case .dictionary, .lista, .psd, .autoencoder, .drsae:
      self = try contents.modelWithDecoder(
        kind, inputLength: inputLength, recordShape, preprocessing)
      if tiling != nil { try contents.checkServesImages(self) }
      poolWindows = try contents.poolWindows(of: self)
    case .classifier:
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing,
        classifier: try contents.classifier(inputLength: inputLength, hasBias: true),
        card: contents.card)
    case .whitening:
      guard preprocessing.whitening != nil else {
        throw ModelProblem.badValue(
          key: MetadataKey.preprocessing, expected: "whitening among the steps",
          found: try contents.text(MetadataKey.preprocessing))
      }
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing, card: contents.card)
    }
    if tiling == nil { try contents.checkServesRecords(self) }
    try contents.checkFeatures()
    try contents.refuseUnused(in: kind)
    digest = SafetensorsFile.digest(of: file.encoded())
  }
}

/// The names of tensors, fixed by `sparse-model(5)`.
public enum TensorName {
  public static let encoderWeight = "encoder.weight"
  public static let encoderRecurrent = "encoder.recurrent"
  public static let encoderThreshold = "encoder.threshold"
  public static let encoderGain = "encoder.gain"
  public static let varianceWeight = "variance.encoder.weight"
  public static let varianceThreshold = "variance.encoder.threshold"
  public static let decoderWeight = "decoder.weight"
  public static let classifierWeight = "classifier.weight"
  public static let classifierBias = "classifier.bias"
  public static let inputMean = "input.mean"
  public static let whitening = "input.whitening"
  public static let unwhitening = "input.unwhitening"
  public static let scale = "input.scale"
  public static let lateralWeight = "lateral.weight"
  public static let poolOffsets = "pools.offsets"
  public static let poolMembers = "pools.members"
  public static let poolWeights = "pools.weights"
}

extension TensorName {
  /// Before the names of an encoder that gives log σ².
  public static let variancePrefix = "variance."
}

/// The keys of the metadata that the parts of a model need; all others are its card.
enum MetadataKey {
  static let format = "format"
  static let version = "version"
  static let kind = "kind"
  static let record = "record"
  static let preprocessing = "preprocessing"
  static let contrast = "contrast"
  static let nonlinearity = "nonlinearity"
  static let sharpness = "sharpness"
  static let iterations = "iterations"
  static let lambda = "lambda"
  static let lipschitz = "lipschitz"
  static let dcUnit = "dc"
  static let nonnegative = "nonnegative"
  static let variational = "variational"
  static let pools = "pools"
  static let encoder = "encoder"
  static let penalty = "penalty"
  static let classifier = "classifier"
  static let geometry = "geometry"
  static let stride = "stride"
  static let padding = "padding"
  static let period = "period"
  static let image = "image"
  static let poolWindows = "pool-window"

  static let all: Set = [
    format, version, kind, record, preprocessing, nonlinearity, sharpness, iterations, lambda,
    lipschitz, dcUnit, nonnegative, pools, encoder, penalty, classifier, geometry, stride, padding,
    period, image, poolWindows, contrast, variational,
  ]
}
