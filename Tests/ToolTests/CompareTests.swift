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
    // Of no images, as `patches --size full` writes it.
    let none: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 4]
    let file = try TemporaryFolder()
    try file.write(none, to: "none.idx")
    let pictures = try Child.shell(
      "patches --size full none.idx | inspect --compare none.idx -",
      options: .init(folder: file.path))
    #expect(pictures.text == "[0,5,4,1]  empty\n", "\(pictures.errors)")
  }

  @Test func arraysThatCannotBeCompared() throws {
    let other = try Fixtures.run(
      "inspect --compare --json", input: NPY(shape: [1], [1]).bytes + NPY(shape: [2], [1, 1]).bytes)
    expectFailure(
      other, from: "inspect", saying: "compares an array of [2], the reference has [1]", "shapes")
    let alone = try Fixtures.run("inspect --compare", input: NPY(shape: [1], [1]).bytes)
    expectFailure(alone, from: "inspect", saying: "the last one is alone", "alone")
  }

  /// Pictures themselves, of any format, beside one another and beside a stream.
  @Test func pictures() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("P2 3 2 4 0 1 2 3 4 0".utf8), to: "a.pgm")
    try folder.write(Array("P2 3 2 4 0 1 2 3 4 1".utf8), to: "b.pgm")
    try folder.write(Array("P3 1 1 4 0 1 2".utf8), to: "c.ppm")
    let cutting = try Child.shell(
      "patches --size full a.pgm -o a.npy; gzip -k b.pgm", options: .init(folder: folder.path))
    #expect(cutting.succeeded, "\(cutting.errors)")
    for files in ["b.pgm a.pgm", "b.pgm a.npy", "b.pgm.gz - < a.pgm"] {
      let outcome = try Child.shell(
        "inspect --compare --json \(files)", options: .init(folder: folder.path))
      let found = try comparisons(outcome)
      #expect(
        found.map(\.shape) == [[1, 2, 3, 1]] && found[0].largestDifference == 0.25, "\(files)")
      #expect(outcome.errors.isEmpty)
    }
    let color = try Child.shell(
      "inspect --compare c.ppm a.pgm", options: .init(folder: folder.path))
    expectFailure(color, from: "inspect", saying: "c.ppm: compares an array of [1,1,1,3]", "colour")
  }

  /// Images cut off by what a stride leaves over are compared where they overlap; a word says so.
  @Test func whatAStrideLeavesOver() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<7).map { y in (0..<9).map { "\(9 * y + $0)" }.joined(separator: " ") }
    try folder.write(Array("P2 9 7 99 \(rows.joined(separator: " "))".utf8), to: "whole.pgm")
    let cutting = try Child.shell(
      """
      patches --size 4 --stride 2 whole.pgm -q | patches -q -r -o cut.png
      patches --size full whole.pgm cut.png -o both.npy
      patches --size full cut.png -o cut.npy
      """, options: .init(folder: folder.path))
    #expect(cutting.succeeded && cutting.errors.isEmpty, "\(cutting.errors)")
    for (files, sizes) in [
      ("cut.png whole.pgm", "cut.png: images of 6x8, the reference has 7x9"),
      ("whole.pgm cut.npy", "whole.pgm: images of 7x9, the reference has 6x8"),
      ("both.npy", "both.npy: images of 6x8, the reference has 7x9"),
    ] {
      let outcome = try Child.shell(
        "inspect --compare --json \(files)", options: .init(folder: folder.path))
      let found = try comparisons(outcome)
      #expect(found.map(\.shape) == [[1, 6, 8, 1]], "\(files)")
      #expect((found.first?.largestDifference ?? 1) < 0.003, "\(files)")
      #expect(
        outcome.errors
          == "inspect: \(sizes); compared where they overlap, from the upper left corner on\n")
    }
    // Neither a half nor a turned picture is what a stride leaves over.
    try folder.write(
      Array("P2 4 7 1 \(rows.map { _ in "0 0 0 1" }.joined(separator: " "))".utf8), to: "half.pgm")
    try folder.write(
      Array("P2 8 8 1 \([String](repeating: "1", count: 64).joined(separator: " "))".utf8),
      to: "turned.pgm")
    for file in ["half.pgm", "turned.pgm"] {
      let outcome = try Child.shell(
        "inspect --compare \(file) whole.pgm", options: .init(folder: folder.path))
      expectFailure(outcome, from: "inspect", saying: "the reference has [1,7,9,1]", file)
    }
  }
}
