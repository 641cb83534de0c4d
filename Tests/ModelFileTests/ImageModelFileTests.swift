import ByteIO
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

/// Files of models whose units see windows of images.
@Suite struct ImageModelFileTests {
  /// 3 × 2 windows of 2 channels, two units at each of 2 × 2 places: S is of 3 × 3 places.
  private func sample(hasOwnSteps: Bool = false, iterations: Int = 2) -> Model {
    let tiling = Tiling(
      height: 3, width: 2, channels: 2, stride: 2, padding: 1, period: .init(rows: 2, columns: 2))
    let feeding = 3 * 1 * 2
    let steps = hasOwnSteps ? iterations : 1
    return Model(
      kind: .autoencoder, recordShape: [3, 2, 2], tiling,
      encoder: Encoder(
        weight: normalMatrix(8, 12, seed: 1),
        recurrent: (0..<steps).map { normalMatrix(8, feeding, seed: 2 + UInt64($0)) },
        threshold: (0..<(hasOwnSteps ? steps + 1 : 1)).map {
          normalMatrix(1, 8, seed: 5 + UInt64($0)).elements
        }, nonlinearity: .relu, iterations: iterations),
      problem: CodingProblem(
        atoms: normalMatrix(8, 12, seed: 9), lambda: 0.2, isNonnegative: true))
  }

  private func read(_ file: SafetensorsFile) throws -> Model {
    try Model(reading: ByteReader(file.encoded()))
  }

  @Test("written, read and written is the same", arguments: [false, true])
  func roundTrip(hasOwnSteps: Bool) throws {
    let model = sample(hasOwnSteps: hasOwnSteps)
    let file = model.file()
    #expect(
      file.tensors["encoder.recurrent"]?.shape == (hasOwnSteps ? [2, 8, 6] : [8, 6]))
    let found = try read(file)
    #expect(found.file().encoded() == file.encoded())
    #expect(found.tiling == model.tiling)
    let windows = try #require(model.tiling?.windows(imageHeight: 9, imageWidth: 6))
    let x = normalMatrix(2, windows.imageLength, seed: 10)
    func codes(_ model: Model) throws -> Matrix {
      TiledEncoder(
        try #require(model.encoder), try #require(model.tiling), windows)(x)
    }
    #expect(try codes(found) == codes(model))
  }

  @Test("an L that is not told is that of all images")
  func bound() throws {
    let model = sample()
    var file = model.file()
    file.metadata["lipschitz"] = nil
    let (tiling, problem) = (try #require(model.tiling), try #require(model.problem))
    let found = try #require(try read(file).problem)
    #expect(found.lipschitz == tiling.squaredNormBound(of: problem.atoms))
    #expect(found.lipschitz != problem.lipschitz)
  }

  /// Images of 7×6 have 4 × 4 places; the 5 × 4 of 9×6 are no whole periods.
  private func classifying() throws -> Model {
    var model = sample()
    model.kind = .drsae
    model.classifier = Classifier(weight: normalMatrix(3, 4 * 4 * 2, seed: 11), input: .normalized)
    model.classifiedImage = [7, 6]
    return model
  }

  @Test("a classifier of the codes of images of one size")
  func classifier() throws {
    let model = try classifying()
    let found = try read(model.file())
    #expect(found.file().encoded() == model.file().encoded())
    #expect(found.classifiedImage == [7, 6] && found.classifiedShape == [4, 4, 2])
    #expect(found.filters(.classifier) == nil)
    let file = model.file()
    #expect(file.metadata["image"] == "7,6")
    #expect(
      message(of: file) { $0.metadata["image"] = nil } == "metadata \"image\" is missing")
    for value in ["", "7", "7,6,1", "0,6", "7,x"] {
      #expect(
        message(of: file) { $0.metadata["image"] = value }
          == "metadata \"image\": expected height and width such as 28,28, found \"\(value)\"")
    }
    for value in ["9,6", "1,1"] {
      #expect(
        message(of: file) { $0.metadata["image"] = value }.hasPrefix(
          "metadata \"image\": expected an image whose windows make up whole periods"))
    }
    #expect(
      message(of: file) { $0.metadata["image"] = "7,10" }
        == "tensor classifier.weight: expected shape [3,48], found [3,32]")
    #expect(
      message(of: sample().file()) { $0.metadata["image"] = "7,6" }
        == "metadata \"image\" means nothing in this model")
  }

  private func message(
    of file: SafetensorsFile, _ change: (inout SafetensorsFile) -> Void
  ) -> String {
    var file = file
    change(&file)
    do {
      _ = try read(file)
      return "no problem"
    } catch let problem as FileProblem {
      return "\(problem.problem)"
    } catch {
      return "\(error)"
    }
  }

  @Test("faults")
  func faults() throws {
    func message(_ change: (inout SafetensorsFile) -> Void) -> String {
      self.message(of: sample().file(), change)
    }
    #expect(message { _ in } == "no problem")
    #expect(
      message { $0.tensors["encoder.recurrent"] = Tensor(Matrix(zeros: 8, 8)) }
        == "tensor encoder.recurrent: expected shape [8,6], found [8,8]")
    #expect(
      message {
        $0.tensors["encoder.recurrent"] = Tensor(
          shape: [3, 8, 6], [Float](repeating: 0, count: 144))
      }
        == "tensor encoder.recurrent: expected shape [2,8,6], found [3,8,6]")
    #expect(
      message { $0.tensors["encoder.recurrent"] = nil } == "tensor encoder.recurrent is missing")
    // Windows that are further apart than they are high overlap no others.
    #expect(
      message { $0.metadata["stride"] = "3" }
        == "tensor encoder.recurrent: expected shape [8,2], found [8,6]")
    #expect(
      message { $0.metadata["period"] = "3,1" }
        == "metadata \"period\": expected one that divides 8 units, found \"3,1\"")
    #expect(message { $0.metadata["encoder"] = "coordinate" }.contains("encoder is of coordinates"))
  }

  /// Contrast over windows of 5, then a scale for each of two channels.
  private func prepared() -> Model {
    var model = sample()
    model.preprocessing = Preprocessing(
      steps: [.contrast, .scale], contrastWindow: 5, scale: [0.5, 4])
    return model
  }

  @Test("contrast and scale: written, read and written is the same")
  func preparation() throws {
    let file = prepared().file()
    #expect(file.metadata["preprocessing"] == "contrast,scale" && file.metadata["contrast"] == "5")
    #expect(file.tensors["input.scale"]?.shape == [2])
    let found = try read(file)
    #expect(found.preprocessing == prepared().preprocessing)
    #expect(found.file().encoded() == file.encoded())
  }

  @Test("filters are drawn for images that are not scaled")
  func filters() throws {
    let (plain, scaled) = (sample(), prepared())
    let (atoms, rows) = (
      try #require(plain.filters(.decoder)), try #require(plain.filters(.encoder))
    )
    let scale = try #require(scaled.preprocessing.scale)
    let up: [Float] = atoms.elements.enumerated().map { $0.element * scale[$0.offset % 2] }
    let down: [Float] = rows.elements.enumerated().map { $0.element / scale[$0.offset % 2] }
    #expect(scaled.filters(.decoder)?.elements == up)
    #expect(scaled.filters(.encoder)?.elements == down)
  }

  @Test("faults of contrast and scale")
  func preparationFaults() throws {
    func message(_ change: (inout SafetensorsFile) -> Void) -> String {
      self.message(of: prepared().file(), change)
    }
    #expect(message { _ in } == "no problem")
    for value in ["4", "6"] {
      #expect(
        message { $0.metadata["contrast"] = value }
          == "metadata \"contrast\": expected an odd side of windows, found \"\(value)\"")
    }
    for value in ["1", "4097", "x", ""] {
      #expect(
        message { $0.metadata["contrast"] = value }
          == "metadata \"contrast\": expected a whole number from 3 to 4095, found \"\(value)\"")
    }
    #expect(message { $0.metadata["contrast"] = nil } == "metadata \"contrast\" is missing")
    #expect(message { $0.tensors["input.scale"] = nil } == "tensor input.scale is missing")
    #expect(
      message { $0.tensors["input.scale"] = Tensor([1, 2, 3] as [Float]) }
        == "tensor input.scale: expected shape [2], found [3]")
    for value in [0, -0.0, -1] as [Float] {
      #expect(
        message { $0.tensors["input.scale"] = Tensor([2, value]) }
          == "tensor input.scale: expected numbers above 0, found \(value) for map 1")
    }
    for value in [Float.nan, .infinity] {
      #expect(message { $0.tensors["input.scale"] = Tensor([2, value]) } != "no problem")
    }
    #expect(
      message { $0.metadata["preprocessing"] = "scale,contrast" }
        == "metadata \"preprocessing\": expected contrast before scale, found \"scale,contrast\"")
    #expect(
      message { $0.metadata["preprocessing"] = "scale" }
        == "metadata \"contrast\" means nothing in this model")
    #expect(message { $0.metadata["preprocessing"] = "contrast" }.contains("input.scale"))
    #expect(
      message { $0.metadata["preprocessing"] = "contrast,scale,center" }.contains("geometry"))
    var dense = Model(
      kind: .autoencoder, recordShape: [2, 2, 2],
      encoder: Encoder(
        weight: normalMatrix(3, 8, seed: 1), threshold: [0, 0, 0], nonlinearity: .relu,
        iterations: 0),
      problem: CodingProblem(atoms: normalMatrix(3, 8, seed: 2), lambda: 0.1))
    dense.preprocessing = Preprocessing(steps: [.scale], scale: [1, 2])
    #expect(
      self.message(of: dense.file()) { _ in }
        == "metadata \"preprocessing\": expected no scale, as no units see windows of images, "
        + "found \"scale\"")
  }

  @Test("an encoder that is not stored follows from the atoms that lie over windows")
  func derived() throws {
    var file = sample().file(storesEncoder: false)
    file.metadata["kind"] = "dictionary"
    let model = try read(file)
    let problem = try #require(model.problem)
    let encoder = try #require(model.encoder)
    let expected = Encoder.unrolling(
      atoms: problem.atoms, try #require(model.tiling), lambda: problem.lambda, isNonnegative: true,
      lipschitz: problem.lipschitz, iterations: 2)
    #expect(encoder.recurrent == expected.recurrent && encoder.weight == expected.weight)
    #expect(encoder.recurrent[0].columns == 6)
  }

  @Test("what feeds a unit from other places is in no table")
  func connections() throws {
    #expect(throws: UnitProblem.self) { try sample().connections(of: .part, strongest: 3) }
  }
}
