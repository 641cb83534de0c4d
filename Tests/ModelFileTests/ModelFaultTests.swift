import ByteIO
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

@Suite struct ModelFaultTests {
  @Test func metadataOfOtherFormats() throws {
    var file = try ModelSample.dictionary.file()
    file.metadata["format"] = "pt"
    #expect(modelProblem(in: file) == .notAModel)
    file.metadata["format"] = nil
    #expect(
      message(file)
        == "a safetensors file but no sparsepipe model, expected metadata \"format\" = \"sparsepipe\""
    )
    file.metadata["format"] = "sparsepipe-checkpoint"
    #expect(message(file) == "a checkpoint and no model")
    file.metadata["format"] = "sparsepipe"
    file.metadata["version"] = "2"
    #expect(message(file) == "model format version 2, this program reads version 1")
  }

  @Test(arguments: [
    (
      ModelSample.dictionary, ["version", "kind", "record", "lambda", "iterations", "nonlinearity"]
    ),
    (.group, ["version", "kind", "record", "lambda", "iterations", "nonlinearity"]),
    (.classifier, ["version", "kind", "record"]), (.whitening, ["version", "kind", "record"]),
  ])
  func missingKeys(sample: ModelSample, keys: [String]) throws {
    for key in keys {
      var file = try sample.file()
      file.metadata[key] = nil
      #expect(message(file) == "metadata \"\(key)\" is missing", "\(sample)")
    }
  }

  @Test(arguments: [
    (
      ModelSample.dictionary, "kind", ["", "Dictionary", "lasso"],
      "one of dictionary, lista, psd, autoencoder, drsae, whitening, classifier"
    ),
    (
      .dictionary, "record",
      [
        "", "2,", "2x3", "0,6", "-2,-3", "1,1,1,1,1,1,1,2,3", "9999999999999999999", "67108864,2",
        "4294967296,4294967296",
      ],
      "a shape such as 12,12,1"
    ),
    (.dictionary, "lambda", ["", "x", "-0.1", "nan", "inf", "1e99"], "a number of at least 0.0"),
    (
      .dictionary, "lipschitz", ["", "0", "-1", "nan", "inf"],
      "a number of at least 1.1754944e-38"
    ),
    (.dictionary, "lipschitz", ["0.001"], "at least 1.0000001, the squared norm of an atom"),
    (.dictionary, "iterations", ["", "-1", "2.5", "10001"], "a whole number from 0 to 10000"),
    (
      .dictionary, "nonlinearity", ["", "ReLU"],
      "one of relu, shrink, tanh, smooth-shrink, linear, proximal"
    ),
    (.dictionary, "dc", ["", "yes", "2"], "0 or 1"),
    (.dictionary, "nonnegative", ["", "true"], "0 or 1"),
    (
      .variational, "variational", ["", "x", "0", "-1", "nan", "inf", "1e200"],
      "\(CodingProblem.betas)"
    ),
    (.variational, "lambda", ["0"], "above 0, as codes are variational"),
    (
      .preprocessed, "preprocessing", ["", "center,,mean", "zca", "mean,whitening,"],
      "some of center, normalize, mean, whitening, contrast, scale, separated by commas"
    ),
    (
      .preprocessed, "preprocessing", ["mean,whitening,whitening", "center,center"],
      "each step once"
    ),
    (.preprocessed, "preprocessing", ["whitening,mean"], "mean before whitening"),
    (.whitening, "preprocessing", ["mean"], "whitening among the steps"),
    (.lista, "encoder", ["", "lcod"], "one of parallel, coordinate"),
    (.coordinate, "nonlinearity", ["tanh"], "relu or shrink, as the encoder is coordinate"),
    (.smooth, "sharpness", ["", "0", "-1", "nan"], "a number of at least 1.1754944e-38"),
    (.group, "penalty", ["", "l2"], "one of l1, group, tree, lateral"),
  ])
  func badValues(sample: ModelSample, key: String, values: [String], expected: String) throws {
    for value in values {
      var file = try sample.file()
      file.metadata[key] = value
      #expect(
        message(file) == "metadata \"\(key)\": expected \(expected), found \"\(value)\"",
        "\(sample)")
    }
  }

  @Test(arguments: ModelSample.allCases) func missingTensors(sample: ModelSample) throws {
    // Without these the model is another good one.
    let optional = ["encoder.gain"]
    let file = try sample.file()
    #expect(message(file) == "no problem")
    for name in file.tensors.keys where !optional.contains(name) {
      var cut = file
      cut.tensors[name] = nil
      switch name {
      case "encoder.weight" where sample.followsFromDictionary || sample == .trained:
        // Taken for a file without an encoder, in which the encoder's other tensors mean nothing.
        #expect(modelProblem(in: cut) != nil, "\(sample) \(name)")
      case "pools.offsets":
        #expect(
          message(cut)
            == (sample == .storedGroups
              ? "metadata \"penalty\" is group, and the model has no pools"
              : "tensor pools.members is not one that a dictionary of format version 1 has"))
      default: #expect(message(cut) == "tensor \(name) is missing", "\(sample)")
      }
    }
  }

  @Test(arguments: ModelSample.allCases) func misshapenTensors(sample: ModelSample) throws {
    let file = try sample.file()
    for (name, tensor) in file.tensors {
      let flat = Tensor(shape: tensor.shape + [1], values: tensor.values)
      var cut = file
      cut.tensors[name] = flat
      let expected = try Self.expectedShape(name, tensor.shape, sample)
      #expect(
        message(cut)
          == "tensor \(name): expected shape \(shapeText(expected)), found \(shapeText(flat.shape))",
        "\(sample)")
      cut.tensors[name] = Tensor(shape: tensor.shape.map { _ in 0 }, [])
      #expect(message(cut).hasPrefix("tensor \(name): expected shape ["), "\(sample)")
      #expect(message(cut).hasSuffix(", found \(shapeText(tensor.shape.map { _ in 0 }))"))
      // One row more than all others agree on; there may be any number of classes.
      if name != TensorName.classifierWeight || sample == .classifier,
        case .floats(let values) = tensor.values
      {
        let width = tensor.shape.dropFirst().reduce(1, *)
        let longer = [tensor.shape[0] + 1] + tensor.shape.dropFirst()
        cut.tensors[name] = Tensor(
          shape: longer, values + [Float](repeating: 0, count: width))
        #expect(modelProblem(in: cut) != nil, "\(sample) \(name)")
      }
    }
  }

  /// What is expected of a tensor that has one axis too many: S and θ may have one for the steps.
  private static func expectedShape(
    _ name: String, _ shape: [Int], _ sample: ModelSample
  ) throws -> [Int] {
    let units = try sample.model().codeLength ?? 0
    let (form, passes) =
      try sample.model().encoder.map { ($0.form, $0.iterations) } ?? (.parallel, 0)
    switch name {
    case "encoder.recurrent" where shape.count == 2 && form == .parallel:
      return [passes, units, units]
    case "encoder.recurrent": return [units, units]
    case "encoder.threshold" where shape.count == 1 && form == .parallel:
      return [passes + 1, units]
    // Of each step there are as many already.
    case "encoder.threshold": return shape.count == 2 ? Array(shape.suffix(1)) : [units]
    default: return shape
    }
  }

  @Test func weightsOfTheWrongNumberOfSteps() throws {
    let file = try ModelSample.lista.file()
    for passes in [1, 3] {
      var other = file
      other.metadata["iterations"] = String(passes)
      #expect(
        message(other) == "tensor encoder.recurrent: expected shape [\(passes),8,8], found [2,8,8]")
      other.tensors["encoder.recurrent"] = Tensor(Matrix(zeros: 8, 8))
      #expect(
        message(other) == "tensor encoder.threshold: expected shape [\(passes + 1),8], found [3,8]")
      other.tensors["encoder.threshold"] = Tensor(shape: [8], [Float](repeating: 0, count: 8))
      #expect(message(other) == "no problem")
    }
    var coordinate = try ModelSample.coordinate.file()
    coordinate.tensors["encoder.recurrent"] = Tensor(
      shape: [7, 9, 9], [Float](repeating: 0, count: 567))
    #expect(
      message(coordinate) == "tensor encoder.recurrent: expected shape [9,9], found [7,9,9]")
  }

  /// A learned encoder does not follow from its dictionary; norms of groups need groups.
  @Test func partsThatMustBeThere() throws {
    for sample in [ModelSample.lista, .psd, .group] {
      let file = try sample.model().file(storesEncoder: false)
      #expect(message(file) == "tensor encoder.weight is missing", "\(sample)")
    }
    var file = try ModelSample.group.file()
    file.metadata["pools"] = nil
    #expect(message(file) == "metadata \"penalty\" is group, and the model has no pools")
    file = try ModelSample.group.file()
    file.metadata["penalty"] = "l1"
    #expect(message(file) == "no problem")
    #expect(try model(file.encoded()).problem?.lambda == 0.2)
  }

  @Test(arguments: ModelSample.allCases) func tensorsOfTheWrongType(sample: ModelSample) throws {
    let file = try sample.file()
    for (name, tensor) in file.tensors {
      var wrong = file
      let expected: String
      switch tensor.values {
      case .floats(let values):
        expected = "floating-point values"
        wrong.tensors[name] = Tensor(
          shape: tensor.shape, integers: [Int32](repeating: 0, count: values.count))
      case .integers(let values):
        expected = "whole numbers"
        wrong.tensors[name] = Tensor(
          shape: tensor.shape, [Float](repeating: 0, count: values.count))
      case .doubles: continue
      }
      #expect(message(wrong) == "tensor \(name): expected \(expected)", "\(sample)")
    }
  }

  @Test(arguments: ModelSample.allCases) func tensorsThatAreNotFinite(sample: ModelSample) throws {
    let file = try sample.file()
    for (name, tensor) in file.tensors {
      guard case .floats(var values) = tensor.values else { continue }
      values[values.count - 1] = .nan
      var broken = file
      broken.tensors[name] = Tensor(shape: tensor.shape, values)
      #expect(
        problem(in: broken.encoded()) == .tensor(name, .notFinite(element: values.count - 1)),
        "\(sample)")
      #expect(throws: FileProblem.self) { try model(broken.encoded()) }
    }
  }

  @Test(arguments: ModelSample.allCases) func tensorsNobodyAskedFor(sample: ModelSample) throws {
    let all = try ModelSample.allCases.flatMap { try $0.file().tensors.keys }
    let file = try sample.file()
    for name in Set(all + ["decoder.wieght", "layers.0.decoder.weight"])
    where file.tensors[name] == nil && name != "encoder.gain" && name != "encoder.recurrent" {
      var more = file
      more.tensors[name] = Tensor(shape: [1], [0])
      let kind = try #require(file.metadata["kind"])
      let refused = message(more)
      // Pools that are begun must be whole.
      if name == "pools.offsets" && kind != "whitening" && kind != "classifier" {
        #expect(refused == "tensor pools.members is missing", "\(sample)")
      } else {
        #expect(
          refused == "tensor \(name) is not one that a \(kind) of format version 1 has", "\(sample)"
        )
      }
    }
  }

  @Test(arguments: [
    (ModelSample.classifier, "lambda"), (.classifier, "dc"), (.classifier, "pools"),
    (.whitening, "iterations"), (.storedPools, "pools"),
    (.whitening, "encoder"), (.classifier, "penalty"),
    (.group, "variational"), (.nonnegative, "variational"), (.whitening, "variational"),
  ])
  func keysThatMeanNothing(sample: ModelSample, key: String) throws {
    var file = try sample.file()
    file.metadata[key] = "1"
    #expect(message(file) == "metadata \"\(key)\" means nothing in this model", "\(sample)")
  }

  @Test func theNonlinearityOfADerivedEncoder() throws {
    var file = try ModelSample.dictionary.model().file(storesEncoder: false)
    file.metadata["nonlinearity"] = "relu"
    #expect(
      message(file)
        == "metadata \"nonlinearity\": expected shrink, as no encoder is stored, found \"relu\"")
    file.metadata["nonlinearity"] = nil
    #expect(message(file) == "no problem")
  }

  /// Thresholds are those of the pools: 8 where there are 9 units.
  @Test func proximalStepsOfNoPools() throws {
    let file = try ModelSample.proximal.file()
    #expect(file.tensors["encoder.threshold"]?.shape == [3, 8])
    var other = file
    other.tensors["encoder.threshold"] = Tensor(Matrix(zeros: 3, 9))
    #expect(message(other) == "tensor encoder.threshold: expected shape [3,8], found [3,9]")
    other.metadata["nonlinearity"] = "shrink"
    #expect(message(other) == "no problem")
    other = file
    other.metadata["penalty"] = "l1"
    #expect(
      message(other)
        == "metadata \"nonlinearity\": expected a function of units, as the penalty is not one of "
        + "pools, found \"proximal\"")
    other.metadata["pools"] = nil
    #expect(message(other).hasPrefix("metadata \"nonlinearity\": expected a function of units"))
    other = file
    other.metadata["penalty"] = "group"
    other.metadata["pools"] = "torus:2x4:2:1"
    #expect(
      message(other)
        == "pools 7 and 6 share units and neither holds the other, expected a tree")
    other = try ModelSample.namedPools.file()
    other.metadata["nonlinearity"] = "proximal"
    #expect(message(other).hasPrefix("metadata \"nonlinearity\": expected a function of units"))
    other = file
    other.metadata["encoder"] = "coordinate"
    #expect(
      message(other)
        == "metadata \"nonlinearity\": expected relu or shrink, as the encoder is coordinate, found "
        + "\"proximal\"")
  }

  @Test func windowsOfPools() throws {
    let atoms = normalMatrix(8, 9, seed: 1)
    let pools = try PoolLayout.consecutive(2, of: 8)
    var model = Model(
      kind: .autoencoder, recordShape: [3, 3, 1], Tiling(height: 3, width: 3, channels: 1),
      encoder: Encoder(
        weight: atoms, threshold: [Float](repeating: 0, count: 8), nonlinearity: .relu,
        iterations: 0),
      problem: CodingProblem(
        atoms: atoms, lambda: 0.1, penalty: try GroupPenalty(pools, unitCount: 8)))
    #expect(try Model(model.file()).poolWindows == nil)
    model.poolWindows = MapWindows(height: 2, width: 3, rowStride: 1, columnStride: 3)
    let file = model.file()
    #expect(try Model(file).poolWindows == model.poolWindows)
    var other = file
    for bad in ["", "2", "2x2", "0x1:1x1"] {
      other.metadata["pool-window"] = bad
      #expect(
        message(other)
          == "metadata \"pool-window\": expected windows of places such as 2x2:2x2, found \"\(bad)\""
      )
    }
    for key in ["geometry", "penalty"] {
      other = file
      other.metadata[key] = nil
      #expect(
        message(other)
          == "metadata \"pool-window\": expected none, as the penalty is not one of pools of maps, "
          + "found \"2x3:1x3\"", "\(key)")
    }
  }

  @Test func poolsThatDoNotFit() throws {
    var file = try ModelSample.namedPools.file()
    file.metadata["pools"] = "consecutive:3"
    #expect(
      message(file)
        == "pools consecutive:3 do not fit 8 units, 3 does not divide 8; 6 or 9 would fit")
    file.metadata["pools"] = "rings:3"
    #expect(message(file) == "pools \"rings:3\": expected \(PoolNotation.forms)")
    var stored = try ModelSample.storedPools.file()
    // The DC unit is no member.
    stored.tensors["pools.members"] = Tensor(shape: [5], integers: [0, 1, 8, 1, 2])
    #expect(message(stored) == "tensor pools.members: expected units below 8, found 8")
    stored.tensors["pools.members"] = Tensor(shape: [5], integers: [0, 1, -1, 1, 2])
    #expect(message(stored).hasPrefix("pools are inconsistent"))
    stored = try ModelSample.storedPools.file()
    stored.tensors["pools.offsets"] = Tensor(shape: [3], integers: [0, 6, 5])
    #expect(message(stored).hasPrefix("pools are inconsistent"))
  }

  @Test func unitsThatCannotBe() throws {
    var file = try ModelSample.dcUnit.model().file(storesEncoder: false)
    let weight = Matrix(zeros: 6, 9)
    file.tensors["decoder.weight"] = Tensor(weight)
    #expect(message(file) == "tensor decoder.weight: the DC unit, column 8, is all zeros")
    file.tensors["decoder.weight"] = Tensor(Matrix(zeros: 6, 1))
    #expect(message(file) == "tensor decoder.weight: expected shape [6,2], found [6,1]")
    file.tensors["decoder.weight"] = Tensor(Matrix(zeros: 6, 40_000))
    #expect(message(file) == "tensor decoder.weight: expected at most 32768 units, found 40000")
  }
}
