import ByteIO
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

/// Files of Tests/Reference/models.py: what was once written must stay readable, and mean the same.
@Suite struct GoldenModelTests {
  @Test(arguments: ["dictionary", "encoder", "whitening", "steps", "coordinate", "group", "drsae"])
  func codesOfVersionOne(name: String) throws {
    let model = try Model(path: referencePath("models/\(name)-1.bin"))
    let expected = try referenceMatrix("models/\(name)-codes.npy")
    let code = model.encode(try referenceMatrix("models/records.npy"))
    #expect(code.columns == expected.columns)
    #expect(model.codeLength == expected.columns)
    #expect(agree(code.elements, expected.elements, within: 1e-5), "\(name)")
    #expect(model.card["seed"] == "20240520")
  }

  @Test(arguments: [
    ("classifier", "records", "classifier-codes"), ("drsae", "drsae-codes", "drsae-scores"),
  ])
  func scoresOfVersionOne(name: String, input: String, output: String) throws {
    let model = try Model(path: referencePath("models/\(name)-1.bin"))
    let classifier = try #require(model.classifier)
    let scores = classifier(try referenceMatrix("models/\(input).npy"))
    let expected = try referenceMatrix("models/\(output).npy")
    #expect(agree(scores.elements, expected.elements, within: 1e-5))
  }

  /// What a class looks for: the decoder of its weights, C Dᵀ.
  @Test func classesInTheInput() throws {
    let model = try Model(path: referencePath("models/drsae-1.bin"))
    let filters = try #require(model.filters(.classifier))
    let expected = try referenceMatrix("models/drsae-filters.npy")
    #expect(filters.rows == 3 && filters.columns == 12)
    #expect(agree(filters.elements, expected.elements, within: 1e-5))
  }

  @Test func partsOfVersionOne() throws {
    let dictionary = try Model(path: referencePath("models/dictionary-1.bin"))
    #expect(dictionary.recordShape == [2, 6, 1])
    #expect(dictionary.hasDCUnit)
    #expect(dictionary.pools?.notation?.text == "consecutive:2")
    #expect(dictionary.pools?.poolCount == 4)
    #expect(dictionary.problem?.lambda == 0.1)
    let encoder = try Model(path: referencePath("models/encoder-1.bin"))
    #expect(encoder.pools?.groups.members == [0, 1, 7, 1, 2])
    #expect(encoder.pools?.groups.weights == [1, 0.5, 1, 1, 0.25])
    #expect(encoder.problem?.lipschitz == 4)
    #expect(encoder.encoder?.iterations == 2)
    let steps = try Model(path: referencePath("models/steps-1.bin"))
    #expect(steps.kind == .lista && steps.penalty == .l1)
    #expect(steps.encoder?.recurrent.count == 2 && steps.encoder?.threshold.count == 3)
    let coordinate = try Model(path: referencePath("models/coordinate-1.bin"))
    #expect(coordinate.encoder?.form == .coordinate)
    let group = try Model(path: referencePath("models/group-1.bin"))
    #expect(group.penalty == .group && group.lambda == 0.1 && group.problem?.penalty.kind == .group)
    #expect(group.decoder?.weight.columns == 8)
    // It was written when such models did not say the sign of their codes.
    #expect(group.problem?.isNonnegative == (group.encoder?.nonlinearity == .relu))
  }
}
