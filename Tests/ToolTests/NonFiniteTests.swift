import TestSupport
import Testing

/// NaN never passes unnoticed: refused with its record named, and with `--allow-nonfinite` NaN in is NaN
/// out. So are records that leave the range of Float32 on their way.
@Suite struct NonFiniteTests {
  private static let large: Float = 3.4e38

  /// Models beside those of the fixtures: `wd.bin`, a dictionary of whitened records, `cd.bin` of
  /// centred ones, `nd.bin` of centred ones of norm 1.
  private static let folder: TemporaryFolder = {
    do {
      let folder = try TemporaryFolder()
      let outcome = try Child.shell(
        """
        set -e; cat > x; ln -s \(Fixtures.folder.path)/* .
        fit whiten -q -o wb.bin --epsilon 0.0001 < x
        for steps in "w --whitening wb.bin" "c --center" "n --center --normalize"; do
          fit dictionary --code 16 --epochs 1 --lambda 0.01 -q -o ${steps%% *}d.bin ${steps#* } < x
        done
        fit dictionary --code 16 --epochs 1 -q -o raw.bin < x
        """, input: Fixtures.records.bytes, options: .init(folder: folder.path))
      precondition(outcome.succeeded, outcome.errors)
      return folder
    } catch {
      preconditionFailure("the models of the tests: \(error)")
    }
  }()

  private func run(_ command: String, _ input: NPY) throws -> Child.Outcome {
    try Child.shell(command, input: input.bytes, options: .init(folder: Self.folder.path))
  }

  /// Every way to a code.
  private static let ways =
    ["", "--trace", "--iterations 3"].map { "encode -m d.bin \($0)" }
    + ["lcod", "ista", "fista", "sparsa", "cd", "homotopy"].flatMap { solver in
      ["d", "wd", "cd", "nd"].map { "encode -m \($0).bin --solver \(solver)" }
    }
    + ["fista", "sparsa", "cd"].map {
      "encode -m d.bin --solver \($0) --warm-start --nonnegative --lambda 0.05"
    }
    + ["encode -m w.bin", "encode -m wd.bin", "encode -m nd.bin --solver cd --stats"]

  @Test(arguments: ways) func codes(_ command: String) throws {
    let clean = try run(command, Fixtures.records)
    let expected = try #require(NPY.stream(clean.output)?.first)
    let length = expected.words.count / 40
    for (value, place) in [(Float.nan, 0), (.infinity, 5), (-.infinity, 15)] {
      var bad = Fixtures.records
      for record in [0, 17, 39] { bad.words[record * 16 + place] = value.bitPattern }
      expectFailure(
        try run(command, bad), from: "encode", saying: "of array 0 holds", "\(command) \(value)")
      let outcome = try run("\(command) --allow-nonfinite", bad)
      let found = try #require(NPY.stream(outcome.output)?.first, "\(command): \(outcome.errors)")
      #expect(found.shape == expected.shape)
      for record in 0..<40 {
        let words = record * length..<(record + 1) * length
        if [0, 17, 39].contains(record) {
          #expect(
            found.floats[words].allSatisfy { $0.isNaN }, "\(command), \(value), record \(record)")
        } else {
          #expect(found.words[words] == expected.words[words], "\(command), record \(record)")
        }
      }
      #expect(!outcome.errors.contains("inf") && !outcome.errors.contains("nan"))
    }
  }

  /// Records that are finite and leave the range of Float32 in preprocessing.
  @Test(arguments: ["encoder", "lcod", "ista", "fista", "sparsa", "cd", "homotopy"])
  func overflowInPreprocessing(_ solver: String) throws {
    for (model, values) in [
      ("wd", [Self.large, -Self.large]), ("wd", [1e38, 3e38]), ("cd", [Self.large, -Self.large]),
      ("nd", [Self.large, -Self.large]),
    ] {
      var bad = Fixtures.records
      for place in 0..<16 {
        bad.words[23 * 16 + place] = values[place < 13 ? 0 : 1].bitPattern
      }
      let command = "encode -m \(model).bin --solver \(solver)"
      for options in ["", " --stats"] {
        expectFailure(
          try run(command + options, bad), from: "encode",
          saying: "<stdin>: what comes of record 23 is beyond the range of Float32", command)
      }
      let outcome = try run("\(command) --allow-nonfinite", bad)
      let found = try #require(NPY.stream(outcome.output)?.first)
      #expect(found.floats[23 * 16..<24 * 16].allSatisfy { $0.isNaN }, "\(command)")
      #expect(found.floats.filter(\.isNaN).count == 16, "\(command)")
    }
  }

  /// Records so large that their squares are not finite, raw: refused, or codes that are no worse than
  /// zeros, told by how well they decode.
  @Test(
    arguments: ["lcod", "ista", "fista", "sparsa", "cd", "homotopy"], [1e15, 1e25, 1e37, 3.4e38])
  func hugeRecords(_ solver: String, _ scale: Double) throws {
    var huge = Fixtures.records
    huge.words = huge.floats.map { Float(Double($0) * scale).bitPattern }
    let model = scale > 1e38 ? "raw.bin" : "d.bin"
    let command = "encode -m \(model) --solver \(solver) --iterations 200"
    let outcome = try run(command, huge)
    guard outcome.succeeded, scale < 1e38 else {
      expectFailure(outcome, from: "encode", saying: "record 0", "\(command), \(scale)")
      return
    }
    let codes = try #require(NPY.stream(outcome.output)?.first)
    let decoded = try #require(NPY.stream(try run("decode -m d.bin", codes).output)?.first)
    for record in 0..<40 {
      let (error, square) = (0..<16).reduce((0.0, 0.0)) { sums, place in
        let x = Double(huge.floats[record * 16 + place])
        let rest = x - Double(decoded.floats[record * 16 + place])
        return (sums.0 + rest * rest, sums.1 + x * x)
      }
      #expect(error < 0.9 * square, "\(command), \(scale), record \(record)")
    }
  }

  @Test func decoded() throws {
    var codes = Fixtures.codes
    codes.words[3 * 17 + 5] = Float.nan.bitPattern
    let outcome = try run("decode -m d.bin --allow-nonfinite", codes)
    let found = try #require(NPY.stream(outcome.output)?.first)
    #expect(found.floats.indices.allSatisfy { found.floats[$0].isNaN == ($0 / 16 == 3) })
  }

  @Test(arguments: ["l2", "max", "mean"]) func pooled(_ mode: String) throws {
    let maps = Fixtures.array([2, 4, 4, 8], note: "record=3")
    for (options, pools, side) in [
      ("--pools consecutive:4", 2, 4), ("--pools consecutive:1 --window 2", 8, 2),
      ("--pools consecutive:2 --window 2", 4, 2), ("--pools consecutive:8 --grid 1x1", 1, 1),
    ] {
      let command = "pool \(options) --mode \(mode) --allow-nonfinite"
      let clean = try #require(NPY.stream(try run(command, maps).output)?.first)
      // First, in the middle and last of what a pool holds: y 1, x 2, unit 5, say.
      for (y, x, unit) in [(0, 0, 0), (1, 2, 5), (3, 3, 7)] {
        var bad = maps
        bad.words[((4 + y) * 4 + x) * 8 + unit] = Float.nan.bitPattern
        let found = try #require(NPY.stream(try run(command, bad).output)?.first)
        let (row, column) = (y * side / 4, x * side / 4)
        let place = ((side + row) * side + column) * pools + unit * pools / 8
        for index in found.words.indices {
          #expect(
            index == place ? found.floats[index].isNaN : found.words[index] == clean.words[index],
            "\(command), NaN at \(y) \(x) \(unit), found at \(index)")
        }
      }
    }
  }

  /// By pools of a model's own.
  @Test(arguments: ["l2", "max", "mean"]) func pooledByAModel(_ mode: String) throws {
    var codes = Fixtures.codes
    codes.words[3 * 17 + 6] = Float.nan.bitPattern
    let outcome = try run("pool -m d.bin --mode \(mode) --allow-nonfinite", codes)
    let found = try #require(NPY.stream(outcome.output)?.first)
    #expect(found.floats.indices.filter { found.floats[$0].isNaN } == [3 * 4 + 1])
  }

  @Test func classified() throws {
    var bad = Fixtures.records
    for record in [4, 39] { bad.words[record * 16 + 7] = Float.nan.bitPattern }
    func lines(_ options: String, _ input: NPY) throws -> [Substring] {
      let outcome = try run("classify -m c.bin \(options) --allow-nonfinite", input)
      #expect(outcome.succeeded, "\(outcome.errors)")
      return outcome.text.split(separator: "\n")
    }
    for (options, none) in [("", "-1"), ("--top 2", "-1 -1")] {
      var expected = try lines(options, Fixtures.records)
      (expected[4], expected[39]) = (none[...], none[...])
      #expect(try lines(options, bad) == expected)
    }
    let scores = try #require(
      NPY.stream(try run("classify -m c.bin --scores --allow-nonfinite", bad).output)?.first)
    #expect(
      scores.floats.indices.allSatisfy { scores.floats[$0].isNaN == [4, 39].contains($0 / 3) })
    // They are wrong, and taken for no class.
    let labels = try run("classify -m c.bin --allow-nonfinite", bad).text
    let truth = Fixtures.labels.split(separator: "\n")
    let wrong = zip(labels.split(separator: "\n"), truth).count { $0 != $1 }
    for options in ["", "--top 2"] {
      let report = try lines("--labels labels.txt \(options)", bad)
      #expect(report.count > 3)
      if options.isEmpty { #expect(report[0].contains("(\(wrong) of 40)"), "\(report[0])") }
    }
  }

  /// `fit` names the record, and leaves no model.
  @Test(arguments: [
    "dictionary --code 4 --epochs 1 --center", "dictionary --code 4 --epochs 1 --whitening wb.bin",
    "psd --code 4 --epochs 1 --center", "autoencoder --code 4 --epochs 1 --whitening wb.bin",
    "lista -m cd.bin --epochs 1", "lista -m wd.bin --epochs 1", "whiten", "whiten --center",
    "drsae --code 4 --epochs 1 --labels labels.txt --center",
  ]) func fits(_ command: String) throws {
    var bad = Fixtures.records
    for place in 0..<16 {
      bad.words[23 * 16 + place] = (place < 13 ? Self.large : -Self.large).bitPattern
    }
    let outcome = try run("fit \(command) -q -o none.bin; s=$?; test ! -e none.bin && exit $s", bad)
    let what =
      command == "whiten"
      ? "takes the variance of the records beyond" : "once prepared, is beyond"
    expectFailure(outcome, from: "fit", saying: "<stdin>: record 23", command)
    #expect(outcome.errors.contains(what), "\(command): \(outcome.errors)")
  }
}
