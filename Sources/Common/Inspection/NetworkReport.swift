import ByteIO
import CommandLineSupport
import ModelFile

/// What is said of a model file: of a model by itself, or of a network, layer by layer.
struct NetworkReport: Encodable {
  private let file: String
  private let network: Network
  private let layers: [ModelReport]

  init(_ bytes: ByteReader) throws {
    file = bytes.name.withVisibleBytes
    network = try Network(reading: bytes)
    layers = zip(network.layers, network.files).map { ModelReport($0, $1) }
  }

  private enum CodingKeys: String, CodingKey { case file, kind, digest, metadata, layers }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(file, forKey: .file)
    guard layers.count > 1 else { return try layers[0].encode(to: encoder) }
    try fields.encode(network.kind, forKey: .kind)
    try fields.encode(network.digest, forKey: .digest)
    try fields.encode(network.card, forKey: .metadata)
    try fields.encode(layers, forKey: .layers)
  }

  var text: String {
    let lines =
      layers.count == 1
      ? layers[0].lines
      : ["\(network.kind) \(network.digest)", "  \(overview)"]
        + cardLines(network.card)
        + layers.enumerated().flatMap {
          ["layer \($0.offset + 1)"] + $0.element.lines.map { "  " + $0 }
        }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The way from records to the last layer, in a line.
  private var overview: String {
    network.layers.indices.map { index in
      let layer = network.layers[index]
      let size =
        layer.codeLength.map { "\($0) units" }
        ?? layer.classifier.map { "\($0.classCount) classes" }
      let pooling = (network.poolings(after: index) ?? []).map { " > pool \($0.text)" }.joined()
      return "\(layer.kind.rawValue) of \(size ?? "no units")" + pooling
    }.joined(separator: " > ")
  }
}
