import Foundation
import TestSupport
import Testing

/// `inspect --compare`.
@Suite struct CompareTests {
  private struct Comparisons: Decodable {
    struct Comparison: Decodable, Equatable {
      var shape: [Int]
      var rmse: Double?
      var relativeSquaredError: Double?
      var largestDifference: Double?
      var psnr: Double?
      var meanSquaredDistance: Double?
    }
    var arrays: [Comparison]
  }

  /// Two records of [2], the differences 3, 0 and 0, 1.
  private func pair(_ note: String = "") -> [UInt8] {
    let values: [[Float]] = [[1, 2, 2, 0], [4, 2, 2, 1]]
    return values.flatMap { values in
      var array = NPY(shape: [2, 2, 1], values)
      if !note.isEmpty { array.comment = "# sparsepipe \(note)" }
      return array.bytes
    }
  }

  private func comparisons(_ outcome: Child.Outcome) throws -> [Comparisons.Comparison] {
    #expect(outcome.succeeded, "\(outcome.errors)")
    return try JSONDecoder().decode(Comparisons.self, from: Data(outcome.output)).arrays
  }

  @Test func figures() throws {
    let found = try comparisons(
      Fixtures.run("inspect --compare --json", input: pair("record=2") + pair()))
    try #require(found.count == 2)
    #expect(found[0].shape == [2, 2, 1])
    #expect(found[0].rmse == 2.5.squareRoot())
    #expect(found[0].relativeSquaredError == 10.0 / 9)
    #expect(found[0].largestDifference == 3)
    #expect(found[0].psnr.map { abs($0 + 10 * log10(2.5)) < 1e-12 } == true)
    // 9 and 1 of records [2,1]; without notes the last axis is the record.
    #expect(found[0].meanSquaredDistance == 5)
    #expect(found[1].meanSquaredDistance == 2.5)
    let text = try Fixtures.run("inspect --compare", input: pair("record=2"))
    #expect(
      text.text
        == "[2,2,1]  rmse 1.581  relative squared error 1.111  squared distance 5  "
        + "largest difference 3  PSNR -3.98 dB\n")
  }

  /// The compared on standard input, the reference in a file; and the other way about.
  @Test func standardInputIsAFile() throws {
    let folder = try TemporaryFolder()
    let arrays = [NPY(shape: [1, 2], [1, 0]), NPY(shape: [1, 2], [4, 0])]
    try folder.write(arrays[1].bytes, to: "z.npy")
    for (files, error) in [("- z.npy", 9.0 / 16), ("z.npy -", 9.0)] {
      let outcome = try Child.shell(
        "inspect --compare --json \(files)", input: arrays[0].bytes,
        options: .init(folder: folder.path))
      #expect(try comparisons(outcome).map(\.relativeSquaredError) == [error], "\(files)")
    }
  }

  @Test func equalAndEmptyArrays() throws {
    let equal = try Fixtures.run(
      "inspect --compare --json",
      input: Fixtures.array([3, 2]).bytes + Fixtures.array([3, 2]).bytes)
    let found = try comparisons(equal)
    #expect(found.map(\.rmse) == [0] && found.map(\.psnr) == [nil])
    let empty = NPY(shape: [0, 2], []).bytes + NPY(shape: [0, 2], []).bytes
    #expect(
      try comparisons(Fixtures.run("inspect --compare --json", input: empty)) == [
        .init(shape: [0, 2])
      ]
    )
    #expect(try Fixtures.run("inspect --compare", input: empty).text == "[0,2]  empty\n")
  }

  @Test func arraysThatCannotBeCompared() throws {
    let other = try Fixtures.run(
      "inspect --compare --json", input: NPY(shape: [1], [1]).bytes + NPY(shape: [2], [1, 1]).bytes)
    expectFailure(
      other, from: "inspect", saying: "compares an array of [2], the reference has [1]", "shapes")
    let alone = try Fixtures.run("inspect --compare", input: NPY(shape: [1], [1]).bytes)
    expectFailure(alone, from: "inspect", saying: "the last one is alone", "alone")
  }
}
