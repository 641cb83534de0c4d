import ByteIO
import SparseCoding

/// Layers one after another: each takes the codes of the one before, pooled as its card says. A model by itself is
/// a network of one layer.
///
/// In a file of several, the names of tensors and keys of each begin with `layers.N.`, N from 1; what is left of
/// them is that layer's own file (`sparse-model(5)`).
public struct Network: Sendable {
  public let layers: [Model]
  /// What stands in its file beside the layers; that of one layer is with the layer.
  public let card: [String: String]
  /// Tells networks apart.
  public let digest: String
  /// Of each layer.
  public let files: [SafetensorsFile]

  /// What a file of several says that it is.
  static let kind = "network"
  static let countKey = "layers"
  /// Most layers.
  public static let layerLimit = 64

  /// Reads a network, or a model of one layer.
  /// - Throws: as ``Model/init(path:)``, and ``NetworkProblem`` where layers do not follow each other.
  public init(path: String) throws {
    try self.init(reading: try ByteReader(path: path))
  }

  public init(reading bytes: ByteReader) throws {
    self = try naming(bytes.name) { try Network(try SafetensorsFile(reading: bytes)) }
  }

  /// A network, or a model of one layer.
  public init(_ file: SafetensorsFile) throws {
    guard file.metadata[MetadataKey.kind] == Self.kind else {
      try self.init(files: [file], card: [:], digest: SafetensorsFile.digest(of: file.encoded()))
      return
    }
    _ = try Contents(file)
    let (files, card) = try Self.split(file)
    try self.init(files: files, card: card, digest: SafetensorsFile.digest(of: file.encoded()))
  }

  private init(files: [SafetensorsFile], card: [String: String], digest: String) throws {
    layers = try files.enumerated().map { index, file in
      guard files.count > 1 else { return try Model(file) }
      do { return try Model(file) } catch let problem as ModelProblem {
        throw ModelProblem.inLayer(index + 1, problem)
      }
    }
    self.files = files
    self.card = card
    self.digest = digest
    try check()
  }

  /// The file of each layer, and what is beside them.
  private static func split(
    _ file: SafetensorsFile
  ) throws -> (files: [SafetensorsFile], card: [String: String]) {
    guard let text = file.metadata[countKey] else { throw ModelProblem.missingKey(countKey) }
    guard let count = Int(text), (2...layerLimit).contains(count) else {
      throw ModelProblem.badValue(
        key: countKey, expected: "a whole number from 2 to \(layerLimit)", found: text)
    }
    let own: [String: String] = [
      MetadataKey.format: FileFormat.model, MetadataKey.version: Model.formatVersion,
    ]
    var files = [SafetensorsFile](
      repeating: SafetensorsFile(tensors: [:], metadata: own), count: count)
    var card = file.metadata
    for key in own.keys + [MetadataKey.kind, countKey] { card[key] = nil }
    for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) {
      guard let (layer, name) = place(of: key) else { continue }
      guard layer <= count, own[name] == nil else { throw ModelProblem.unusedKey(key) }
      files[layer - 1].metadata[name] = value
      card[key] = nil
    }
    if let key = MetadataKey.all.filter({ card[$0] != nil }).min() {
      throw ModelProblem.unusedKey(key)
    }
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
      guard let (layer, own) = place(of: name), layer <= count else {
        throw ModelProblem.unknownTensor(name, kind: "network of \(count) layers")
      }
      files[layer - 1].tensors[own] = tensor
    }
    return (files, card)
  }

  /// Layer, from 1, and name in its file; nil of what belongs to no layer.
  private static func place(of name: String) -> (layer: Int, name: String)? {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == countKey, let layer = Int(parts[1]), layer >= 1,
      String(layer) == parts[1]
    else { return nil }
    return (layer, String(parts[2]))
  }

  /// What names of a layer begin with.
  /// - Parameter layer: from 1.
  public static func prefix(ofLayer layer: Int) -> String { "\(countKey).\(layer)." }

  /// All layers in one file; of a single layer its own.
  public var file: SafetensorsFile {
    files.count > 1 ? Self.file(of: files, card: card) : files[0]
  }

  static func file(of files: [SafetensorsFile], card: [String: String]) -> SafetensorsFile {
    var metadata = card
    metadata[MetadataKey.format] = FileFormat.model
    metadata[MetadataKey.version] = Model.formatVersion
    metadata[MetadataKey.kind] = Self.kind
    metadata[Self.countKey] = String(files.count)
    var tensors: [String: Tensor] = [:]
    for (index, file) in files.enumerated() {
      let prefix = Self.prefix(ofLayer: index + 1)
      for (key, value) in file.metadata
      where key != MetadataKey.format && key != MetadataKey.version {
        metadata[prefix + key] = value
      }
      for (name, tensor) in file.tensors { tensors[prefix + name] = tensor }
    }
    return SafetensorsFile(tensors: tensors, metadata: metadata)
  }

  /// Writes the network and finishes the file.
  /// - Throws: ``SafetensorsProblem`` where a number is not finite.
  public func write(to bytes: ByteWriter) throws {
    let file = file
    try naming(bytes.name) { try file.requireFinite() }
    try file.write(to: bytes)
    try bytes.finish()
  }
}

extension Network {
  /// What it is: that of a model by itself, or a network.
  public var kind: String { layers.count > 1 ? Self.kind : layers[0].kind.rawValue }

  /// The last layer that makes codes, from 0; nil where none does.
  public var lastCoding: Int? { layers.lastIndex { $0.codeLength != nil } }

  /// How the codes of a layer become what the next one takes; nil of the last.
  /// - Parameter index: from 0.
  public func poolings(after index: Int) -> [Pooling]? {
    index + 1 < layers.count ? layers[index + 1].features?.poolings ?? [] : nil
  }

  /// The layer whose codes those of a digest are, from 0.
  public func layer(of digest: String?) -> Int? { layers.firstIndex { $0.digest == digest } }
}
