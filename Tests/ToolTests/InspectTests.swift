import Foundation
import TestSupport
import Testing

/// What `inspect` says of codes and dictionaries.
@Suite struct InspectTests {
  struct Report: Decodable {
    struct Array: Decodable {
      struct Units: Decodable {
        let count: Int
        let hasDCUnit: Bool
        let records: Int
        let activeInRecord: Double
        let use: [String: Double]
        let shares: [Double]
        let dead: [Int]
      }
      struct Tree: Decodable {
        let depths: [Int?]
        let active: [Double?]
        let heads: [Int]
        let use: [Double]
        let rare: Int
      }
      let units: Units?
      let tree: Tree?
    }
    let arrays: [Array]?
    let changeByShift: [Double]?
    let codeLength: Int?
    let coherence: Double?
  }

  func report(_ line: String, input: [UInt8] = []) throws -> Report {
    let outcome = try Fixtures.run(line, input: input)
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output))
  }

  /// Counted here from the values.
  @Test func useOfUnits() throws {
    let codes = Fixtures.codes
    let units = try #require(report("inspect --json", input: codes.bytes).arrays?.first?.units)
    let records = codes.shape[0]
    let counts = (0..<16).map { unit in
      (0..<records).count { codes.floats[$0 * 17 + unit] != 0 }
    }
    #expect(units.count == 16 && units.hasDCUnit && units.records == records)
    #expect(units.shares == counts.map { Double($0) / Double(records) })
    #expect(units.dead == counts.indices.filter { counts[$0] == 0 })
    #expect(abs(units.activeInRecord - Double(counts.reduce(0, +)) / Double(records)) < 1e-9)
    #expect(units.use["greatest"] == units.shares.max() && units.use["least"] == units.shares.min())
    let text = try Fixtures.run("inspect", input: codes.bytes).text
    #expect(text.contains("\n  16 units and a DC unit  active in a record "))
    #expect(text.contains("\n  dead units  \(units.dead.count)"))
  }

  @Test func onlyOfCodes() throws {
    let plain = NPY(shape: [2, 3], [0, 1, 0, 0, 2, 3]).bytes
    #expect(try report("inspect --json", input: plain).arrays?.first?.units == nil)
    let units = try #require(report("inspect --json --codes", input: plain).arrays?.first?.units)
    #expect(units.shares == [0, 1, 0.5] && units.dead == [0] && !units.hasDCUnit)
    for shape in [[0, 3], [2, 0], [0]] {
      let nothing = try report("inspect --json --codes", input: NPY(shape: shape, []).bytes)
      #expect(nothing.arrays?.first?.units == nil, "\(shape)")
    }
    for (line, part) in [
      ("inspect --codes d.bin", "--codes has no effect on a model"),
      ("inspect --codes --compare", "--codes has no effect on --compare"),
      ("inspect --model-out x.bin d.bin", "--model-out has no effect without --built-in"),
      ("inspect --built-in --model-out -", "--model-out needs the name of a file, not -"),
      ("inspect --built-in --model-out x -o x", "need files of their own, both are x"),
    ] {
      expectFailure(
        try Fixtures.run(line, input: plain), code: 2, from: "inspect", saying: part, line)
    }
  }

  /// Codes of the tree 0 – (1 – (3, 4), 2 – (5, 6)), and perhaps a DC unit.
  private static func codesOfATree(note: String, hasDCUnit: Bool = false) -> [UInt8] {
    let codes: [[Float]] = (0..<200).map { record in
      [1, record < 150 ? 2 : 0, 0, record < 20 ? 1 : 0, 0, 0, record == 199 ? -3 : 0]
        + (hasDCUnit ? [9] : [])
    }
    var array = NPY(shape: [200, codes[0].count], codes.flatMap(\.self))
    array.comment = note
    return array.bytes
  }

  /// By the notes, by the option, and by the pools of a model.
  @Test func useByDepth() throws {
    let note = "# sparsepipe record=1 model=9f3a pools=tree:1,2,2"
    let noted = Self.codesOfATree(note: note)
    let plain = Self.codesOfATree(note: "")
    for (line, input) in [
      ("inspect --json", noted), ("inspect --json --pools tree:1,2,2", plain),
      ("inspect --json --codes", Self.codesOfATree(note: note + " dc=1", hasDCUnit: true)),
    ] {
      let array = try #require(report(line, input: input).arrays?.first)
      let tree = try #require(array.tree, "\(line)")
      #expect(array.units?.count == 7)
      #expect(tree.depths == [0, 1, 1, 2, 2, 2, 2])
      let shares = tree.active.map { $0 ?? -1 }
      #expect(zip(shares, [1, 0.375, 0.02625]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(shares)")
      #expect(shares.count == 3)
      #expect(tree.heads == [1, 2] && tree.use == [0.75, 0.005] && tree.rare == 1)
    }
    let text = try Fixtures.run("inspect", input: noted).text
    #expect(text.contains("\n  active by depth  1.000  0.375  0.026\n"), "\(text)")
    let branches =
      "\n  records that use a branch, %  least, from unit 2 0.50  greatest, from unit 1 75.00  "
      + "below 1 % 1 of 2\n"
    #expect(text.contains(branches), "\(text)")
    // Other pools than the notes say; of pools that are apart each is a tree.
    let flat = try #require(
      report("inspect --json --pools consecutive:7", input: noted).arrays?.first?.tree)
    #expect(flat.active.count == 1 && flat.use.isEmpty)
    #expect(try report("inspect --json", input: plain).arrays?.first?.tree == nil)
    let none = try report("inspect --json --pools tree:1,2,2", input: NPY(shape: [0, 7], []).bytes)
    #expect(none.arrays?.first?.tree == nil)
    // A stream of a wrong note is told of all the same.
    let wrong = try Fixtures.run("inspect", input: Self.codesOfATree(note: note + ",2")).text
    #expect(wrong.contains("\n  pools tree:1,2,2,2 are of 15 units, found 7\n"), "\(wrong)")
  }

  @Test(arguments: [
    ("--pools tree:1,2,2,2", 1, "<stdin>: pools tree:1,2,2,2 are of 15 units, found 7"),
    ("--pools sets.txt", 1, "share units and neither holds the other, expected a tree"),
    ("--pools tree:none.txt", 1, "none.txt"), ("--pools ring:3", 2, "--pools: pools \"ring:3\""),
    ("--pools tree:1,2,2 --codes", 2, "--codes has no effect beside --pools"),
    ("--pools tree:1,2,2 --compare", 2, "--pools has no effect on --compare"),
    ("--pools tree:1,2,2 --built-in", 2, "--pools has no effect on --built-in"),
    ("--pools tree:1,2,2 d.bin", 2, "--pools has no effect on a model"),
  ])
  func poolsThatDoNotFit(_ options: String, _ code: Int32, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("0 1 2\n2 3\n", to: "sets.txt")
    try folder.write(try Fixtures.folder.read("d.bin"), to: "d.bin")
    let outcome = try Child.shell(
      "inspect \(options)", input: Self.codesOfATree(note: ""),
      options: .init(folder: folder.path))
    expectFailure(outcome, code: code, from: "inspect", saying: message, options)
  }

  /// Of all arrays of the stream, and of the features without the DC unit.
  @Test func changeByShift() throws {
    // Of rows 0 1 0 1 …: steps of one change all, steps of two nothing, and rows are alike.
    func stripes(_ rows: Int, _ columns: Int, dc: Float? = nil, note: String = "") -> [UInt8] {
      let row: [Float] = (0..<columns).flatMap { x -> [Float] in
        let features = [Float(x % 2), 5]
        return dc.map { features + [$0 * Float(x)] } ?? features
      }
      var array = NPY(
        shape: [rows, columns, dc == nil ? 2 : 3], (0..<rows).flatMap { _ in row })
      array.comment = note
      return array.bytes
    }
    // Mean of 6 pairs along y without a change and 4 along x of 1, by twice the variance 1/4.
    let one = stripes(4, 2)
    let found = try #require(report("inspect --json --shifts 1", input: one).changeByShift)
    #expect(found.count == 1 && abs(found[0] - 4 / 10.0 * 2) < 1e-12, "\(found)")
    let both = one + stripes(1, 4)
    let two = try #require(report("inspect --json --shifts 2", input: both).changeByShift)
    #expect(two == [2 * 7 / 13.0, 0], "\(two)")
    let line = try Fixtures.run("inspect --codes --shifts 2", input: both).text
    #expect(line.hasSuffix("\nchange by shift  1: 1.077  2: 0.000\n"), "\(line)")
    let noted = stripes(4, 2, dc: 100, note: "# sparsepipe record=1 dc=1 image=9x7 stride=2")
    #expect(try report("inspect --json --shifts 1", input: noted + one).changeByShift == found)
    // Maps of one feature that stays, of places but no features, and of none.
    for bytes in [
      NPY(shape: [3, 3, 1], [Float](repeating: 0.1, count: 9)).bytes,
      NPY(shape: [3, 3, 0], []).bytes, NPY(shape: [0, 3, 3, 2], []).bytes,
    ] {
      let outcome = try Fixtures.run("inspect --shifts 1", input: bytes)
      #expect(outcome.text.hasSuffix("\nchange by shift  none: the features do not vary\n"))
      #expect(outcome.succeeded)
      #expect(try report("inspect --json --shifts 1", input: bytes).changeByShift == nil)
    }
    let broken = NPY(shape: [2, 2, 1], [1, 2, .nan, 3]).bytes
    for options in ["--shifts 1", "--shifts 1 --json"] {
      let outcome = try Fixtures.run("inspect \(options)", input: broken)
      expectFailure(outcome, code: 1, from: "inspect", saying: "1 values that are NaN", options)
      #expect(
        options.hasSuffix("json")
          ? !outcome.text.contains("changeByShift")
          : outcome.text.hasSuffix("  none: there are values that are not finite\n"))
    }
  }

  @Test(
    arguments: [
      ("--shifts 0", [4, 4, 2], "", 2, "--shifts must be at least 1, got 0"),
      ("--shifts -1", [4, 4, 2], "", 2, "--shifts must be at least 1, got -1"),
      ("--shifts 1 --compare", [4, 4, 2], "", 2, "--shifts has no effect on --compare"),
      ("--shifts 1 --built-in", [4, 4, 2], "", 2, "--shifts has no effect on --built-in"),
      ("--shifts 1 d.bin", [4, 4, 2], "", 2, "--shifts has no effect on a model"),
      ("--shifts 1", [4, 8], "", 1, "<stdin>: expected maps […,y,x,K], stream has [4,8]"),
      (
        "--shifts 1", [2, 4, 4], "# sparsepipe record=1 trace=1", 1,
        "expected maps […,y,x,K], stream has the codes of every step, [2,4,4]"
      ),
      (
        "--shifts 4", [2, 4, 4, 1], "", 1,
        "expected maps with places 4 apart, stream has maps of 4x4 places"
      ),
      (
        "--shifts 9223372036854775807", [4, 4, 2], "", 1,
        "expected maps with places 9223372036854775807 apart"
      ),
      ("--shifts 3", [4, 4, 2], "", 1, "expected 2 features as in the arrays before, found 4"),
    ] as [(String, [Int], String, Int32, String)])
  func noMaps(
    _ options: String, _ shape: [Int], _ note: String, _ code: Int32, _ message: String
  ) throws {
    var array = NPY(shape: shape, (0..<32).map { Float($0) })
    array.comment = note
    let other = NPY(shape: [4, 2, 4], (0..<32).map { Float($0) })
    let outcome = try Fixtures.run("inspect \(options)", input: array.bytes + other.bytes)
    expectFailure(outcome, code: code, from: "inspect", saying: message, options)
    #expect(outcome.output.isEmpty)
  }

  @Test func coherenceOfADictionary() throws {
    let found = try report("inspect --json d.bin")
    #expect(found.codeLength == 17)
    let coherence = try #require(found.coherence)
    #expect(coherence > 0 && coherence <= 1)
    let text = try Fixtures.run("inspect d.bin").text
    #expect(text.contains("\n  16 units and a DC unit\n") && text.contains("\n  coherence  "))
    let whitening = try report("inspect --json w.bin")
    #expect(whitening.coherence == nil)
  }

  /// The file is the model that programs use without one.
  @Test func theBuiltInModelAsAFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 20, width: 20), to: "a.pgm")
    let line = """
      inspect --built-in --model-out w.bin >a.txt && inspect w.bin >b.txt && cmp a.txt b.txt &&
      patches a.pgm >x.npy && encode <x.npy >a.npy && encode -m w.bin <x.npy >b.npy && cmp a.npy b.npy
      """
    let outcome = try Child.shell(line, options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(outcome.text)\(outcome.errors)")
  }

  /// As JSON has them: none is left as it is, and a reader finds them again.
  @Test func whatSteersTextIsEscaped() throws {
    let folder = try TemporaryFolder()
    let name = "a\u{202e}b\u{2066}\u{200f}\u{85}\u{9b}31m\u{7f}\u{feff}\u{2028}\u{e0041}é.npy"
    try folder.write(NPY(shape: [1], [1]).bytes, to: name)
    let outcome = try Child.run("inspect", ["--json", folder.file(name)])
    #expect(outcome.succeeded, "\(outcome.errors)")
    for part in [
      #"a\u202eb\u2066\u200f\u0085\u009b31m\u007f\ufeff\u2028\udb40\udc41é.npy"#
    ] {
      #expect(outcome.text.contains(part), "\(outcome.text)")
    }
    try folder.write(NPY(shape: [1], [.nan]).bytes, to: "nan\u{1b}[31m")
    let text = try Child.shell(
      "inspect nan* [!n]*; test $? = 1", options: .init(folder: folder.path))
    // The second is told of though the first is not finite.
    #expect(text.succeeded && text.text.contains("range 1…1"), "\(text.text)\(text.errors)")
    #expect(
      !text.text.contains("\u{1b}") && text.text.hasPrefix("nan\\u{1b}[31m:\n"), "\(text.text)")
  }
}
