import ByteIO
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

/// Files of several layers.
@Suite struct NetworkTests {
  private func read(_ bytes: [UInt8]) throws -> Network {
    try Network(reading: ByteReader(bytes, name: "net.bin"))
  }

  /// What is wrong with a file, in words.
  private func message(_ file: SafetensorsFile) -> String {
    do {
      _ = try read(file.encoded())
      return "no problem"
    } catch { return "\(error)".replacing("net.bin: ", with: "", maxReplacements: 1) }
  }

  // MARK: Files

  @Test("written, read and written is the same", arguments: NetworkSample.allCases)
  func roundTrip(_ sample: NetworkSample) throws {
    let network = try sample.network()
    let bytes = network.file.encoded()
    let found = try read(bytes)
    #expect(found.file.encoded() == bytes && found.card == network.card)
    #expect(found.digest == SafetensorsFile.digest(of: bytes) && found.digest == network.digest)
    #expect(found.layers.map(\.digest) == network.layers.map(\.digest))
    #expect(found.kind == "network" && Set(found.layers.map(\.digest)).count == found.layers.count)
    #expect(found.file.metadata["layers"] == "\(found.layers.count)")
    for (number, layer) in found.layers.enumerated() {
      let prefix = Network.prefix(ofLayer: number + 1)
      #expect(prefix == "layers.\(number + 1).")
      let own = Set(found.file.tensors.keys.filter { $0.hasPrefix(prefix) })
      #expect(own == Set(layer.file().tensors.keys.map { prefix + $0 }))
    }
  }

  @Test("a layer taken out is its own file", arguments: NetworkSample.allCases)
  func layers(_ sample: NetworkSample) throws {
    let network = try sample.network()
    for (index, layer) in network.layers.enumerated() {
      let one = try network.layers(index..<index + 1, card: [:])
      #expect(one.file.encoded() == layer.file().encoded())
      #expect(one.digest == layer.digest && one.kind == layer.kind.rawValue)
      #expect(try Model(one.file).digest == layer.digest)
    }
    let count = network.layers.count
    // Those after the first keep whose codes they take, and make the whole again.
    let again = try Network(
      joining: [
        network.layers(0..<1, card: [:]), network.layers(1..<count, card: [:]),
      ], card: network.card)
    #expect(again.file.encoded() == network.file.encoded())
  }

  @Test("a model by itself is a network of one layer", arguments: ModelSample.allCases)
  func oneLayer(_ sample: ModelSample) throws {
    let file = try sample.file()
    let network = try read(file.encoded())
    #expect(network.file.encoded() == file.encoded() && network.layers.count == 1)
    #expect(network.digest == network.layers[0].digest)
    #expect(network.poolings(after: 0) == nil)
  }

  @Test func otherWeights() throws {
    let network = try NetworkSample.classified.network()
    var models = network.layers
    models[0] = .convolution(channels: 1, kernel: 3, units: 4, seed: 40)
    let other = try network.replacing(models, card: [:])
    #expect(other.layers[1].features?.model == other.layers[0].digest)
    #expect(other.layers[0].digest != network.layers[0].digest)
    #expect(other.poolings(after: 1) == network.poolings(after: 1))
  }

  // MARK: What is no network

  private static let first = Model.convolution(channels: 1, kernel: 3, units: 4, seed: 1)
  private static let second = Model.convolution(channels: 4, kernel: 2, units: 6, seed: 3)

  private func problem(_ models: [Model], _ poolings: [String]) -> NetworkProblem? {
    #expect(throws: NetworkProblem.self) { try Network(models, poolings) }
  }

  @Test func countsAndOrder() throws {
    let (first, second) = (Self.first, Self.second)
    #expect(problem([first], []) == .layerCount(1))
    #expect(problem([Model](repeating: first, count: 65), []) == .layerCount(65))
    #expect(problem([first, second], []) == .poolingCount(0, layers: 2))
    #expect(
      problem([first, second], ["none", "none"])?.description
        == "2 poolings for 2 layers, expected one between each two, 1")
    #expect(problem([first, first], ["none"]) == .twice(layer: 1, and: 2))
    #expect(
      problem([.classifier([4], seed: 1), second], ["none"])?.description
        == "layer 1 of 2 is a classifier, expected it last")
  }

  @Test func sources() throws {
    let (first, second) = (try Self.first.network(), try Self.second.network())
    #expect(throws: NetworkProblem.noSource(layer: 2)) {
      try Network(joining: [first, second], card: [:])
    }
    var named = Self.second
    named.card["source"] = "0123456789abcdef"
    #expect(
      throws: NetworkProblem.otherSource(
        layer: 2, expected: "0123456789abcdef", found: first.digest)
    ) { try Network(joining: [first, named.network()], card: [:]) }
    named.card["source"] = first.digest
    let network = try Network(joining: [first, named.network()], card: [:])
    #expect(network.poolings(after: 0) == [])
    // What the card says and what is said have to agree.
    let pooling = try #require(Pooling("l2,consecutive:1"))
    #expect(
      throws: NetworkProblem.otherPooling(layer: 2, noted: [], given: [pooling])
    ) { try Network(joining: [first, named.network()], poolings: [[pooling]], card: [:]) }
    named.card["pooling"] = "l2,sets"
    #expect(throws: NetworkProblem.poolsOfFile(layer: 2)) {
      try Network(joining: [first, named.network()], card: [:])
    }
  }

  @Test func meeting() throws {
    let first = Self.first
    #expect(
      problem([first, Self.second], ["l2,consecutive:2"])?.description
        == "layer 2 takes windows of [2,2,4], layer 1 gives maps of 2 units")
    #expect(
      problem([.dense([4], units: 6, seed: 1), .dense([5], units: 3, seed: 2)], ["none"])
        == .doNotMeet(layer: 2, expected: [5], isImages: false, found: 6, areMaps: false))
    #expect(
      problem([first, .dense([2, 2, 5], units: 3, seed: 2)], ["none"])
        == .doNotMeet(layer: 2, expected: [2, 2, 5], isImages: false, found: 4, areMaps: true))
    #expect(
      problem([first, Self.second], ["l2,consecutive:3"])
        == .badPools(layer: 2, .doesNotDivide(size: 3, units: 4)))
    #expect(
      problem([first, Self.second], ["l2,consecutive:2;l2,consecutive:4"])
        == .badPools(layer: 2, .doesNotDivide(size: 4, units: 2)))
    // A DC unit is in no pool, and a unit of codes that are taken as they are.
    let dc = Model.dense([4], units: 6, hasDCUnit: true, seed: 1)
    _ = try Network([dc, .dense([6], units: 3, seed: 2)], ["l2,consecutive:1"])
    _ = try Network([dc, .dense([7], units: 3, seed: 2)], ["none"])
    // Places of records of a dense layer may be maps.
    _ = try Network(
      [dc, .convolution(channels: 3, kernel: 2, units: 2, seed: 2)], ["l2,consecutive:2"])
  }

  /// Pools of the model that codes do not have are found out before anything is pooled.
  @Test func poolsOfTheModel() throws {
    let local = Model.convolution(
      channels: 1, kernel: 3, units: 8, period: .init(rows: 2, columns: 2), seed: 1)
    #expect(
      problem([local, .dense([2], units: 3, seed: 2)], ["l2,model"])
        == .badPools(layer: 2, .otherUnitCount(notation: "model", expected: 8, found: 2)))
    #expect(
      problem([Self.first, .dense([1], units: 3, seed: 2)], ["l2,consecutive:2;l2,model"])
        == .badPools(layer: 2, .otherUnitCount(notation: "model", expected: 4, found: 2)))
  }

  @Test func allProblemsNameTheirLayers() {
    let all: [NetworkProblem] = [
      .layerCount(1), .poolingCount(1, layers: 3), .classifierInside(layer: 2, of: 3),
      .twice(layer: 2, and: 3), .noCodes(layer: 2), .noSource(layer: 3),
      .otherSource(layer: 3, expected: "a", found: "b"),
      .otherPooling(layer: 3, noted: [], given: []), .poolsOfFile(layer: 3),
      .badPools(layer: 3, .inconsistent),
      .doNotMeet(layer: 3, expected: [1], isImages: false, found: 2, areMaps: false),
    ]
    for problem in all {
      for layer in problem.layers where !"\(problem)".contains("\(layer)") {
        // The layer before is known by the one that takes its codes.
        #expect(layer == 2 && "\(problem)".contains("layer 3"), "\(problem)")
      }
      #expect(!"\(problem)".hasSuffix("."), "\(problem)")
    }
  }

  // MARK: Files that were changed

  @Test func counts() throws {
    var file = try NetworkSample.convolutions.network().file
    for bad in ["1", "0", "65", "-2", "2.0", "", "two", "99999999999999999999"] {
      file.metadata["layers"] = bad
      #expect(
        message(file)
          == "metadata \"layers\": expected a whole number from 2 to 64, found \"\(bad)\"")
    }
    file.metadata["layers"] = nil
    #expect(message(file) == "metadata \"layers\" is missing")
    // A layer that is not there has nothing.
    file.metadata["layers"] = "3"
    #expect(message(file) == "layer 3: metadata \"kind\" is missing")
  }

  @Test func namesOfNoLayer() throws {
    let file = try NetworkSample.convolutions.network().file
    let tensor = try #require(file.tensors["layers.1.encoder.weight"])
    for name in [
      "layers.3.encoder.weight", "layers.0.encoder.weight", "layers.01.encoder.weight",
      "layers.+1.encoder.weight", "layers.encoder.weight", "encoder.weight", "layers.x.y",
    ] {
      var other = file
      other.tensors[name] = tensor
      #expect(
        message(other)
          == "tensor \(name) is not one that a network of 2 layers of format version 1 has")
    }
    for key in [
      "layers.3.kind", "layers.1.format", "layers.2.version", "record", "lambda", "geometry",
    ] {
      var other = file
      other.metadata[key] = file.metadata[key] ?? "1"
      #expect(message(other) == "metadata \"\(key)\" means nothing in this model")
    }
    // Any other key is of the card.
    var other = file
    other.metadata["layers.best"] = "2"
    #expect(try read(other.encoded()).card == ["layers.best": "2"])
  }

  @Test func badLayersAreNamed() throws {
    let file = try NetworkSample.classified.network().file
    func changed(_ change: (inout SafetensorsFile) -> Void) -> String {
      var other = file
      change(&other)
      return message(other)
    }
    #expect(
      changed { $0.tensors["layers.2.encoder.weight"] = nil }
        == "layer 2: tensor encoder.weight is missing")
    let bias = Tensor(shape: [3, 1], [0, 1, 2])
    #expect(
      changed { $0.tensors["layers.3.classifier.bias"] = bias }
        == "layer 3: tensor classifier.bias: expected shape [3], found [3,1]")
    #expect(
      changed { $0.tensors["layers.1.nonsense"] = $0.tensors["layers.1.encoder.weight"] }
        == "layer 1: tensor nonsense is not one that a autoencoder of format version 1 has")
    #expect(changed { $0.metadata["layers.2.kind"] = "network" }.hasPrefix("layer 2: a network"))
    #expect(
      changed { $0.metadata["layers.2.source"] = nil }
        == "layer 2 does not say how the codes of layer 1 become what it takes")
    #expect(
      changed { $0.metadata["layers.2.pooling"] = "l2,consecutive:0" }
        == "layer 2: metadata \"pooling\": expected \(Pooling.form), found \"l2,consecutive:0\"")
    #expect(
      changed { $0.metadata["layers.2.pooling"] = nil }
        == "layer 2 takes windows of [2,2,2], layer 1 gives maps of 4 units")
    // Any change of a layer is another layer than that whose codes the next was learned from.
    #expect(
      changed { $0.metadata["layers.1.figure.energy"] = "0" }.hasPrefix(
        "layer 2 was learned from codes of model "))
  }

  @Test("a model that says how features were pooled in words that do not")
  func badCard() throws {
    var file = try ModelSample.dictionary.file()
    file.metadata["source"] = "0123456789abcdef"
    file.metadata["pooling"] = "l2,consecutive:1;max,consecutive:2"
    #expect(try model(file.encoded()).features?.poolings.count == 2)
    for bad in ["garbage", "", "l2,consecutive:1;", ";", "none"] {
      file.metadata["pooling"] = bad
      #expect(
        ModelFileTests.message(file)
          == "metadata \"pooling\": expected \(Pooling.form), found \"\(bad)\"")
    }
  }

  @Test func oneModelWhereSeveralAre() throws {
    #expect(
      ModelFileTests.message(try NetworkSample.convolutions.network().file)
        == "a network of several layers, expected a model of one")
  }
}
