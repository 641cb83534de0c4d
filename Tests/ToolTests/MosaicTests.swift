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

/// Units in the places that their pools give them.
@Suite struct MosaicPlaceTests {
  /// Models of records [4,4,1]: `torus.bin` and `grid.bin` of a sheet, `tree.bin`, `forest.bin` and `runs.bin`
  /// of nested pools, `d.bin` of none; and `flat.bin`, whose records [16] are no pictures.
  static let folder: TemporaryFolder? = {
    guard let folder = try? TemporaryFolder(), let model = try? Fixtures.folder.read("d.bin"),
      (try? folder.write(model, to: "d.bin")) != nil,
      (try? folder.write(Fixtures.records.bytes, to: "x.npy")) != nil,
      (try? folder.write(Fixtures.array([440, 4, 4, 1], note: "record=3").bytes, to: "many.npy"))
        != nil,
      (try? folder.write(Fixtures.array([40, 16], note: "record=1").bytes, to: "flat.npy")) != nil
    else { return nil }
    let outcome = try? Child.shell(
      """
      fit() { command fit autoencoder --epochs 1 -q --penalty "$@"; }
      fit group --pools torus:4x4:2:1 -o torus.bin <x.npy &&
      fit group --pools torus:21x20:1:1 -o large.bin <many.npy &&
      fit group --pools torus:4x4:2:1 -o flat.bin <flat.npy &&
      fit group --pools grid:3x5:2:1 --dc -o grid.bin <x.npy &&
      fit tree --pools tree:1,3,2 -o tree.bin <x.npy &&
      fit tree --pools tree:1,3+1,2,2+1 -o forest.bin <x.npy &&
      fit group --pools consecutive:4 --code 12 -o runs.bin <x.npy
      """, options: .init(folder: folder.path))
    return outcome?.succeeded == true ? folder : nil
  }()

  func run(_ line: String) throws -> Child.Outcome {
    let folder = try #require(Self.folder)
    return try Child.shell(line, options: .init(folder: folder.path))
  }

  /// The pixels of a picture.
  func pixels(_ line: String, color: Bool = false) throws -> NPY {
    let outcome = try run("\(line) | patches --size full --no-notes \(color ? "--color" : "")")
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first)
  }

  @Test(arguments: [("torus", 4, 4), ("grid", 3, 5)]) func sheets(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws {
    let found = try pixels("mosaic \(name).bin --layout \(name)")
    let limit = rows * columns
    let plain = try pixels("mosaic \(name).bin --columns \(columns) --count \(limit) 2>/dev/null")
    #expect(found.shape == plain.shape && found.floats == plain.floats)
    #expect(try pixels("mosaic \(name).bin --layout sheet").floats == plain.floats)
    let pairs = try pixels("mosaic \(name).bin --layout sheet --filters pairs --gap 0 --scale 1")
    #expect(pairs.shape == [1, 4 * rows, 8 * columns, 1])
    // More units than are drawn otherwise.
    let large = try pixels("mosaic large.bin --layout sheet --gap 0 --scale 1")
    #expect(large.shape == [1, 84, 80, 1])
  }

  /// But for the frame, tiles of the opposite edges lie around the sheet.
  @Test func wrapping() throws {
    let plain = try pixels("mosaic torus.bin --layout torus --gap 0 --scale 4").floats
    let found = try pixels("mosaic torus.bin --layout torus --gap 0 --scale 4 --wrap 2")
    #expect(found.shape == [1, 8 * 16, 8 * 16, 1])
    for y in 0..<8 * 16 where 3..<13 ~= y % 16 {
      for x in 0..<8 * 16 where 3..<13 ~= x % 16 {
        let (row, column) = ((y + 32) % 64, (x + 32) % 64)
        #expect(found.floats[y * 128 + x] == plain[row * 64 + column], "\(y) \(x)")
      }
    }
  }

  @Test func trees() throws {
    for name in ["tree", "forest", "runs"] {
      let found = try pixels("mosaic \(name).bin --layout tree")
      #expect(found.shape[3] == 1 && max(found.shape[1], found.shape[2]) >= 256, "\(name)")
      let labelled = try pixels("mosaic \(name).bin --layout tree --labels --scale 12")
      #expect(labelled.floats.contains(1))
    }
  }

  @Test func orientations() throws {
    for (name, rows, columns) in [("torus", 4, 4), ("grid", 3, 5)] {
      let found = try pixels("mosaic \(name).bin --orientation --scale 16", color: true)
      #expect(found.shape == [1, 16 * rows, 16 * columns, 3])
      #expect(
        try pixels("mosaic \(name).bin --orientation --scale 16 --layout sheet", color: true)
          == found)
    }
    let wide = try pixels(
      "mosaic torus.bin --orientation --wrap 1 --gap 1 --scale 16 --filters encoder", color: true)
    #expect(wide.shape == [1, 6 * 17 - 1, 6 * 17 - 1, 3])
  }

  @Test(arguments: [
    ("torus.bin --layout tree --orientation", "--orientation and --layout tree exclude each other"),
    ("torus.bin --wrap 1", "--wrap has no effect without --layout sheet or --orientation"),
    ("tree.bin --layout tree --wrap 1", "--wrap has no effect without"),
    ("torus.bin --layout torus --wrap 0", "--wrap must be at least 1, got 0"),
    ("torus.bin --layout circle", "expected rows, sheet, tree or graph"),
    ("torus.bin --layout sheet --count 3", "--count has no effect with --layout sheet"),
    ("torus.bin --orientation --columns 3", "--columns has no effect with --orientation"),
    ("torus.bin --orientation --contrast tile", "--contrast has no effect with --orientation"),
    ("torus.bin --orientation --labels", "--labels has no effect with --orientation"),
    ("tree.bin --layout tree --order use --codes z.npy", "--order use has no effect with --layout"),
    ("tree.bin --layout tree --units part", "--units has no effect with --layout tree"),
    ("--layout tree --maps", "--maps has no effect with --layout tree"),
    ("--layout tree --record 3", "--record has no effect with --layout tree"),
    ("--layout tree x.npy", "--layout tree has no effect on a stream"),
    (
      "tree.bin --layout tree --filters pairs",
      "--filters pairs and --layout tree exclude each other"
    ),
    (
      "torus.bin --orientation --filters pairs",
      "--filters pairs and --orientation exclude each other"
    ),
    ("torus.bin --layout torus --filters whitening", "whose rows are no units"),
  ])
  func refused(_ line: String, _ part: String) throws {
    expectFailure(
      try run("mosaic \(line) > out.png"), code: 2, from: "mosaic", saying: part, line)
  }

  @Test(arguments: [
    ("d.bin --layout sheet", "d.bin: the model names no pools"),
    ("d.bin --layout tree", "d.bin: the model names no pools"),
    ("d.bin --orientation", "d.bin: the model names no pools"),
    ("tree.bin --layout sheet", "tree.bin: pools tree:1,3,2 place units on no sheet"),
    ("runs.bin --orientation", "runs.bin: pools consecutive:4 place units on no sheet"),
    ("torus.bin --layout tree", "neither holds the other, expected a tree"),
    ("grid.bin --layout grid --wrap 1", "grid.bin: --wrap has no effect on a grid"),
    ("torus.bin --layout torus --wrap 5", "--wrap must be at most 4"),
    ("flat.bin --orientation", "flat.bin: filters of shape [16] have no orientation"),
    ("tree.bin --layout tree --scale 9999999", "expected at most 268435456"),
  ])
  func impossible(_ line: String, _ part: String) throws {
    expectFailure(try run("mosaic \(line) -o out.png"), from: "mosaic", saying: part, line)
  }
}
