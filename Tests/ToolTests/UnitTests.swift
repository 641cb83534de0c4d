import Foundation
import TestSupport
import Testing

/// What `inspect` says and `mosaic` draws of units with an encoder and a decoder of their own.
@Suite struct UnitTests {
  /// Holds `p.bin`, 16 units with two passes, and `s.bin`, the same with an S for each pass.
  static let folder: TemporaryFolder? = {
    guard let folder = try? TemporaryFolder(), let dictionary = try? Fixtures.folder.read("d.bin"),
      (try? folder.write(dictionary, to: "d.bin")) != nil
    else { return nil }
    for line in [
      "psd --iterations 2 --lambda 0.05 --code 16 --epochs 1 --center -q -o p.bin",
      "lista -m d.bin --iterations 2 --per-step --epochs 1 -q -o s.bin",
    ] {
      let outcome = try? Child.shell(
        "fit \(line)", input: Fixtures.records.bytes, options: .init(folder: folder.path))
      guard outcome?.succeeded == true else { return nil }
    }
    return folder
  }()

  func run(_ line: String) throws -> Child.Outcome {
    let folder = try #require(Self.folder)
    return try Child.shell(line, options: .init(folder: folder.path))
  }

  struct Report: Decodable {
    struct Units: Decodable {
      let part: Int
      let between: Int
      let categorical: Int
      let withoutAngle: Int
      let histogram: [Int]
      let angles: [String: Double]
      let spectralRadius: [Double]
      let density: [Double]?
    }
    let units: Units?
  }

  func report(_ file: String) throws -> Report {
    let outcome = try run("inspect --json \(file)")
    #expect(outcome.succeeded, "\(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output))
  }

  @Test(arguments: [("p.bin", 1), ("s.bin", 2)])
  func unitsAreCounted(_ file: String, passes: Int) throws {
    let units = try #require(report(file).units)
    #expect(units.part + units.between + units.categorical + units.withoutAngle == 16)
    #expect(units.histogram.reduce(0, +) == 16 - units.withoutAngle)
    let figures = ["least", "lowerQuartile", "median", "upperQuartile", "greatest"].compactMap {
      units.angles[$0]
    }
    #expect(figures.count == 5 && figures == figures.sorted() && figures[4] <= .pi)
    #expect(units.spectralRadius.count == passes && units.spectralRadius.allSatisfy { $0 > 0 })
    #expect(units.density == nil)
    let text = try run("inspect \(file)").text
    #expect(text.contains("\n  part-units, below 0.5 rad  \(units.part) of 16  "))
  }

  /// A dictionary's encoder follows from its decoder: there is nothing to tell.
  @Test func nothingOfADictionary() throws {
    #expect(try report("d.bin").units == nil)
    #expect(try !run("inspect d.bin").text.contains("part-units"))
  }

  /// The card of DrSAE models tells the densities; what is not a list of shares is a card like any other.
  @Test(arguments: [("0.25,0.5", [0.25, 0.5] as [Double]?), ("0.25,2", nil), ("0.2,,1", nil)])
  func densities(_ text: String, _ expected: [Double]?) throws {
    let folder = try #require(Self.folder)
    let bytes = try folder.read("p.bin")
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let longer = header.replacing(
      "\"kind\":\"psd\"", with: "\"density\":\"\(text)\",\"kind\":\"psd\"")
    try #require(longer != header)
    let trimmed = longer.trimmingCharacters(in: .whitespaces)
    let padded = trimmed + String(repeating: " ", count: (8 - trimmed.utf8.count % 8) % 8)
    let count = withUnsafeBytes(of: UInt64(padded.utf8.count).littleEndian) { Array($0) }
    let name = "density-\(text.replacing(",", with: "-")).bin"
    try folder.write(count + Array(padded.utf8) + bytes[(8 + length)...], to: name)
    #expect(try report(name).units?.density == expected)
    let said = try run("inspect \(name)").text.contains("after each pass  25.0 %  50.0 %")
    #expect(said == (expected != nil))
  }

  /// The picture of `options` as pixels, [height, width].
  func picture(_ options: String) throws -> NPY {
    let outcome = try run(
      "mosaic \(options) --gap 0 --scale 1 | patches --size full --no-notes")
    #expect(outcome.succeeded, "\(options): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first)
  }

  @Test func pairsAreTheEncoderBesideTheDecoder() throws {
    let pairs = try picture("p.bin --filters pairs --columns 1")
    let sides = try ["encoder", "decoder"].map { try picture("p.bin --filters \($0) --columns 1") }
    #expect(pairs.shape == [1, 64, 8, 1] && sides[0].shape == [1, 64, 4, 1])
    for (index, value) in pairs.floats.enumerated() {
      let (y, x) = (index / 8, index % 8)
      #expect(value == sides[x / 4].floats[y * 4 + x % 4], "\(y),\(x)")
    }
  }

  @Test func aRowForEachUnitOfAKind() throws {
    let units = try #require(report("p.bin").units)
    let kinds = [
      ("part", units.part), ("between", units.between), ("categorical", units.categorical),
    ]
    #expect(kinds.contains { $0.1 > 0 })
    let decoder = try picture("p.bin --filters decoder --columns 1").floats
    let atoms = Set((0..<16).map { Array(decoder[$0 * 16..<$0 * 16 + 16]) })
    for (kind, count) in kinds where count > 0 {
      let table = try picture("p.bin --units \(kind) --strongest 3")
      let width = table.shape[2]
      // The unit, two gaps, and at most three columns of others on either side.
      #expect(table.shape[1] == 4 * count && (24...36).contains(width), "\(kind) \(width)")
      func tile(_ row: Int, _ column: Int) -> [Float] {
        (0..<16).map { table.floats[(4 * row + $0 / 4) * width + 4 * column + $0 % 4] }
      }
      for row in 0..<count {
        let tiles = (0..<width / 4).map { tile(row, $0) }
        #expect(atoms.contains(tiles[0]) && tiles[1].allSatisfy { $0 == 0 })
        #expect((3...6).contains(tiles.dropFirst().count { atoms.contains($0) }), "\(kind) \(row)")
      }
    }
  }

  @Test func whatIsLeftOutIsSaid() throws {
    let pairs = try run("mosaic --built-in --filters pairs --count 7 -o /dev/null")
    #expect(
      pairs.errors
        == "mosaic: built-in model: drew the first 7 pairs, --count 7 leaves out 250\n")
    let units = try run("mosaic --built-in --units part --count 2 -o /dev/null")
    #expect(units.errors.contains("drew the first 2 units, --count 2 leaves out"))
  }

  @Test func modelsWithoutUnits() throws {
    let outcome = try Fixtures.run("mosaic --units part w.bin -o /dev/null")
    expectFailure(
      outcome, from: "mosaic", saying: "w.bin: a whitening has not both an encoder and a decoder",
      "a whitening")
  }
}
