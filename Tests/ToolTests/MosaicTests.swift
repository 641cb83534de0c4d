import Foundation
import TestSupport
import Testing

/// Order, numbers and names of pictures.
@Suite struct MosaicTests {
  /// Codes of 17 units, the DC unit last, of which 5 and 3 are active, twice and once; as `z.npy`.
  static let folder: TemporaryFolder? = {
    var values = [Float](repeating: 0, count: 3 * 17)
    for place in [5, 17 + 5, 17 + 3] { values[place] = -1 }
    guard let folder = try? TemporaryFolder(), let model = try? Fixtures.folder.read("d.bin"),
      (try? folder.write(model, to: "d.bin")) != nil,
      (try? folder.write(NPY(shape: [3, 17], values).bytes, to: "z.npy")) != nil
    else { return nil }
    return folder
  }()

  func run(_ line: String, input: [UInt8] = []) throws -> Child.Outcome {
    let folder = try #require(Self.folder)
    return try Child.shell(line, input: input, options: .init(folder: folder.path))
  }

  /// The pixels of a picture.
  func pixels(_ line: String, input: [UInt8] = []) throws -> NPY {
    let outcome = try run("\(line) | patches --size full --no-notes", input: input)
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first)
  }

  @Test func unitsThatAreUsedMostComeFirst() throws {
    let plain = try pixels("mosaic d.bin --columns 1 --gap 0 --scale 1").floats
    func tile(_ unit: Int) -> [Float] { Array(plain[16 * unit..<16 * unit + 16]) }
    let ordered = try pixels(
      "mosaic d.bin --order use --codes z.npy --columns 1 --gap 0 --scale 1 --count 4 2>/dev/null")
    #expect(ordered.floats == [5, 3, 0, 1].flatMap(tile))
    let piped = try run("mosaic d.bin --order use --codes - <z.npy >piped.png; cat piped.png")
    #expect(try piped.output == run("mosaic d.bin --order use --codes z.npy").output)
  }

  /// Of maps [y,x,K] those that are zero at the fewest places.
  @Test func mapsThatAreUsedMostComeFirst() throws {
    let maps = NPY(shape: [1, 3, 3], [0, 1, 0.25, 0, 0, 0.25, 0, 0, 0.25])
    let line = "mosaic --maps --order use --gap 0 --scale 1 --contrast pixels --columns 1"
    let found = try pixels(line, input: maps.bytes)
    let expected: [Float] = [0.25, 0.25, 0.25, 1, 0, 0, 0, 0, 0]
    #expect(zip(found.floats, expected).allSatisfy { abs($0 - $1) < 0.01 })
    let two = try run("\(line) --count 2 | cat >m.png", input: maps.bytes)
    #expect(two.errors.contains("drew the first 2 tiles, --count 2 leaves out 1"))
  }

  @Test func numbersNeedRoom() throws {
    let plain = try pixels("mosaic d.bin --scale 2 --gap 0 --columns 17")
    let numbered = try pixels("mosaic d.bin --scale 2 --gap 0 --columns 17 --labels")
    #expect(plain.shape == [1, 8, 136, 1] && numbered.shape == [1, 15, 136, 1])
    #expect(Array(numbered.floats.prefix(8 * 136)) == plain.floats)
    #expect(numbered.floats.dropFirst(8 * 136).contains(1))
    let outcome = try run("mosaic d.bin --scale 1 --labels -o x.png")
    expectFailure(
      outcome, from: "mosaic", saying: "numbers of 2 digits need tiles 7 pixels wide, found 4",
      "tiles of 4 pixels")
  }

  @Test(arguments: [
    ("mosaic d.bin --order use", "needs --codes"),
    ("mosaic d.bin --codes z.npy", "--codes has no effect without --order use"),
    ("mosaic --maps --order use --codes z.npy", "--codes has no effect with --maps"),
    ("mosaic --order use --codes -", "can be read once"),
    ("mosaic --order use --record 3 <z.npy", "--order use has no effect on records"),
    ("mosaic --order size d.bin", "--order"),
    ("mosaic d.bin -o x.jpg", "-o x.jpg: pictures are written as PNG, not jpg"),
    ("patches -r -o x.JPEG", "not jpeg"),
  ])
  func refused(_ line: String, _ part: String) throws {
    let name = String(line.prefix { $0 != " " })
    expectFailure(try run("\(line) > out.png"), code: 2, from: name, saying: part, line)
  }

  @Test func codesOfOthersAreRefused() throws {
    let outcome = try run(
      "mosaic d.bin --order use --codes - -o x.png",
      input: NPY(shape: [2, 3], [1, 2, 3, 4, 5, 6]).bytes)
    expectFailure(
      outcome, from: "mosaic", saying: "<stdin>: d.bin expects records of [17], stream has [2,3]",
      "codes of three units")
  }

  /// `%d` is the number, `%%` a per cent sign, of every program that writes pictures.
  @Test func percentInNames() throws {
    let windows = "patches --size 2 --stride 2 a.pgm a.pgm | patches -r -o '50%%-%d.png'"
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 4, width: 4), to: "a.pgm")
    try folder.write(try Fixtures.folder.read("d.bin"), to: "d.bin")
    let outcome = try Child.shell(
      "\(windows) && mosaic d.bin -o 'a%%d.png' && mosaic d.bin -o b%d.png",
      options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(
      try Set(folder.names()) == ["a.pgm", "d.bin", "50%-0.png", "50%-1.png", "a%d.png", "b0.png"])
  }

  /// Nothing gives nothing; a picture of nothing there is not.
  @Test(arguments: [[2, 0, 5, 8], [2, 5, 0, 8], [0, 5, 5, 8], [2, 5, 5, 0]])
  func axesOfZero(_ shape: [Int]) throws {
    let pooled = try run("pool --window 2", input: NPY(shape: shape, []).bytes)
    #expect(pooled.succeeded, "\(shape): \(pooled.errors)")
    let array = try #require(NPY.stream(pooled.output)?.first)
    #expect(array.shape == [shape[0], shape[1] / 2, shape[2] / 2, shape[3] / 4])
    for line in ["mosaic --record 3 -o x.png", "mosaic --maps -o x.png"] {
      let outcome = try run(line, input: NPY(shape: shape, []).bytes)
      expectFailure(outcome, from: "mosaic", saying: "holds no picture", "\(line) \(shape)")
    }
  }
}
