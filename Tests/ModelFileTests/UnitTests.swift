import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

/// What is said of a model's units.
@Suite struct UnitTests {
  /// 2 units and a DC unit on records of [2]: unit 0 in line with its atom, unit 1 at a right angle;
  /// the DC unit at one, too, and it feeds all others the most.
  static func model(recurrent: [Matrix]? = nil) -> Model {
    let s = Matrix(rows: 3, columns: 3, elements: [1, 0.2, 5, -0.3, 1, 5, 0, 0, 1])
    var model = Model(
      kind: .psd, recordShape: [2],
      encoder: Encoder(
        weight: Matrix(rows: 3, columns: 2, elements: [2, 0, 1, 0, 0, 1]),
        recurrent: recurrent ?? [s], threshold: [[0, 0, 0]], nonlinearity: .relu,
        iterations: recurrent?.count ?? 4))
    model.decoder = Decoder(weight: Matrix(rows: 2, columns: 3, elements: [3, 0, 1, 0, 1, 0]))
    model.hasDCUnit = true
    return model
  }

  @Test func aDCUnitIsLeftOut() throws {
    let model = Self.model()
    #expect(model.unitAngles?.values == [0, .pi / 2])
    let found = try model.connections(of: .categorical, strongest: 3)
    #expect(found.map(\.unit) == [1])
    #expect(found[0].excitatory.isEmpty && found[0].inhibitory == [0])
    #expect(try model.connections(of: .part, strongest: 3)[0].excitatory == [1])
  }

  @Test func theLastPassIsShown() throws {
    let passes = [1, -1].map {
      Matrix(rows: 3, columns: 3, elements: [Float](repeating: $0, count: 9))
    }
    let found = try Self.model(recurrent: passes).connections(of: .part, strongest: 1)
    #expect(found[0].inhibitory == [1])
  }

  @Test func pairsAreRowsThenColumns() throws {
    let pairs = try #require(Self.model().filters(.pairs))
    #expect(pairs == Matrix(rows: 6, columns: 2, elements: [2, 0, 3, 0, 1, 0, 0, 1, 0, 1, 1, 0]))
    #expect(try ModelSample.classifier.model().filters(.pairs) == nil)
  }

  @Test func whatCannotBeSaid() throws {
    func problem(_ model: Model, _ kind: UnitKind) -> String {
      do {
        _ = try model.connections(of: kind, strongest: 1)
        return "no problem"
      } catch { return "\(error)" }
    }
    #expect(
      problem(try ModelSample.whitening.model(), .part)
        == "a whitening has not both an encoder and a decoder")
    #expect(
      problem(Self.model(recurrent: []), .part)
        == "the encoder has no passes through S, so no unit feeds another")
    #expect(
      problem(Self.model(), .between)
        == "no unit with an angle from 0.5 to 0.7 rad, found 1 part, 0 between, 1 categorical")
  }
}
