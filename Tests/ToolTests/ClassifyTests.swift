import Foundation
import TestSupport
import Testing

/// `classify` as a shell runs it: labels, the best N of them, what they are worth, and codes.
@Suite struct ClassifyTests {
  static let drsae = referencePath("models/drsae-1.bin")

  /// What a line that has to succeed writes of the records.
  func output(
    _ line: String, input: [UInt8] = Fixtures.records.bytes,
    at location: SourceLocation = #_sourceLocation
  ) throws -> Child.Outcome {
    let outcome = try Fixtures.run(line, input: input)
    #expect(
      outcome.succeeded && outcome.errors.isEmpty, "\(line): \(outcome.errors)",
      sourceLocation: location)
    return outcome
  }

  /// The classes of each record by falling score, as the scores say.
  func ranking() throws -> [[Int]] {
    let outcome = try output("classify -m c.bin --scores")
    let scores = try #require(NPY.stream(outcome.output)?.first)
    #expect(scores.shape == [40, 3])
    return stride(from: 0, to: 120, by: 3).map { start in
      let row = Array(scores.floats[start..<start + 3])
      return (0..<3).sorted { (row[$0], -$0) > (row[$1], -$1) }
    }
  }

  static let truth = Fixtures.labels.split(separator: "\n").compactMap { Int($0) }

  // MARK: Labels

  @Test(arguments: 1...3) func theBestLabels(top: Int) throws {
    let expected = try ranking().map { row in
      row.prefix(top).map(String.init).joined(separator: " ") + "\n"
    }
    #expect(try output("classify -m c.bin --top \(top)").text == expected.joined())
    if top == 1 { #expect(try output("classify -m c.bin").text == expected.joined()) }
  }

  @Test(arguments: 1...3) func theErrorAmongTheBest(top: Int) throws {
    let wrong = try zip(ranking(), Self.truth).count { !$0.prefix(top).contains($1) }
    let outcome = try output("classify -m c.bin --labels labels.txt --top \(top)")
    let name = top == 1 ? "error" : "top-\(top) error"
    #expect(outcome.text.hasPrefix(name) && outcome.text.contains("(\(wrong) of 40)\n"))
    #expect(outcome.text.contains("true\\as") == (top == 1))
    if top == 3 { #expect(wrong == 0) }
  }

  @Test func moreLabelsThanClasses() throws {
    for line in ["--top 4", "--top 4 --labels labels.txt"] {
      let outcome = try Fixtures.run("classify -m c.bin \(line)", input: Fixtures.records.bytes)
      expectFailure(
        outcome, from: "classify", saying: "c.bin: has 3 classes, --top asks for 4", line)
    }
  }

  // MARK: Reports

  struct Report: Decodable {
    struct OfClass: Decodable {
      let records: Int
      let wrong: Int
      let recall: Double?
      let precision: Double?
      let f1: Double?
    }
    let records: Int
    let wrong: Int
    let unlabelled: Int
    let error: Double?
    let top: Int
    let classes: [OfClass]
    let confusion: [[Int]]?
  }

  func report(_ options: String) throws -> Report {
    let outcome = try output("classify -m c.bin --json \(options)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output))
  }

  @Test func json() throws {
    let predicted = try ranking().map { $0[0] }
    let report = try report("--labels labels.txt")
    let pairs = Array(zip(Self.truth, predicted))
    let wrong = pairs.count { $0 != $1 }
    #expect(report.records == 40 && report.wrong == wrong && report.unlabelled == 0)
    #expect(report.error == Double(wrong) / 40 && report.top == 1)
    let confusion = (0..<3).map { actual in
      (0..<3).map { taken in pairs.count { $0 == actual && $1 == taken } }
    }
    #expect(report.confusion == confusion)
    for (label, counts) in report.classes.enumerated() {
      let right = confusion[label][label]
      let of = confusion[label].reduce(0, +)
      let taken = confusion.reduce(0) { $0 + $1[label] }
      #expect(counts.records == of && counts.wrong == of - right)
      #expect(counts.recall == Double(right) / Double(of))
      #expect(counts.precision == Double(right) / Double(taken))
      #expect(counts.f1 == Double(2 * right) / Double(of + taken))
    }
    let top = try self.report("--labels labels.txt --top 2")
    let missed = zip(Self.truth, try ranking()).count { !$1.prefix(2).contains($0) }
    #expect(top.top == 2 && top.confusion == nil && top.wrong == missed)
    #expect(top.classes.allSatisfy { $0.recall != nil && $0.precision == nil && $0.f1 == nil })
  }

  /// A key is there when there is nothing to say, too.
  @Test func nullsOfJSON() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "1\n-1\n", count: 20), to: "l")
    let outcome = try output("classify -m c.bin --json --labels \(folder.file("l"))")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output))
    let report = try #require(object as? [String: Any])
    let classes = try #require(report["classes"] as? [[String: Any]])
    #expect(classes.map { $0["recall"] is NSNull } == [true, false, true])
    #expect(report["unlabelled"] as? Int == 20 && report["records"] as? Int == 20)
    let keys: Set = ["class", "records", "wrong", "recall", "precision", "f1"]
    #expect(classes.allSatisfy { Set($0.keys) == keys })
    let top = try output("classify -m c.bin --json --top 2 --labels labels.txt")
    let other = try JSONSerialization.jsonObject(with: Data(top.output)) as? [String: Any]
    #expect(other?["confusion"] is NSNull)
  }

  /// A line a class, and no matrix that nobody could read.
  @Test func manyClasses() throws {
    let folder = try TemporaryFolder()
    for (largest, isReadable) in [(49, true), (50, false)] {
      try folder.write((0..<39).map { "\($0 % 3)\n" }.joined() + "\(largest)\n", to: "l")
      let text = try output("classify -m c.bin --labels \(folder.file("l"))").text
      #expect(text.contains("true\\as") == isReadable)
      let lines = text.split(separator: "\n")
      #expect(lines.count == (isReadable ? 3 + 2 * 50 : 2 + 51))
      #expect(lines[1 + 3].split(separator: " ").prefix(2) == ["2", "13"])
      let options = "--labels \(folder.file("l"))"
      #expect(try report(options).confusion?.count == largest + 1)
    }
  }

  // MARK: The file of labels

  /// Labels with -1 among them, as every kind of file has them.
  static let files: [(name: String, bytes: [UInt8])] = {
    let labels = truth.map { $0 == 2 ? -1 : $0 }
    func integers(_ size: Int, bigEndian: Bool) -> [UInt8] {
      labels.flatMap { label in
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: label >> (8 * $0)) }
        return bigEndian ? bytes.reversed() : bytes
      }
    }
    let text = Array(labels.map { "\($0)\n" }.joined().utf8)
    var files = [("text", text)]
    for size in [1, 2, 4, 8] {
      let order = size == 1 ? "|" : "<"
      files.append(
        ("i\(size)", arrayBytes("\(order)i\(size)", [40]) + integers(size, bigEndian: false)))
      files.append(
        (">i\(size)", arrayBytes(">i\(size)", [8, 5]) + integers(size, bigEndian: true)))
    }
    files.append(("IDX of int8", [0, 0, 9, 1, 0, 0, 0, 40] + integers(1, bigEndian: true)))
    files.append(("IDX of int32", [0, 0, 12, 1, 0, 0, 0, 40] + integers(4, bigEndian: true)))
    return files
  }()

  @Test(arguments: files.map(\.name)) func unlabelledRecords(_ name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.files.first { $0.name == name }?.bytes ?? [], to: "l")
    let outcome = try output("classify -m c.bin --labels \(folder.file("l"))")
    let counted = zip(try ranking(), Self.truth).filter { $1 != 2 }
    let wrong = counted.count { $0[0] != $1 }
    #expect(
      outcome.text.contains("(\(wrong) of \(counted.count), \(40 - counted.count) unlabelled)"))
  }

  static let faults: [(file: [UInt8], saying: String)] = {
    func text(_ lines: String, _ rest: Int = 39) -> [UInt8] {
      Array((lines + String(repeating: "1\n", count: rest)).utf8)
    }
    return [
      (text("-2\n"), "label -2 of record 0: expected a class from 0 on, or -1 for none"),
      (text("32768\n"), "label 32768 of record 0: expected a class below 32768"),
      (text("2147483648\n"), "line 1: 2147483648 does not fit a label of 32 bits"),
      (text("-2147483649\n"), "line 1: -2147483649 does not fit a label of 32 bits"),
      (text("1.0\n"), "line 1: expected an integer, found \"1.0\""),
      (text("cat\n"), "line 1: expected an integer, found \"cat\""),
      (text("", 39), "found 39 labels and more records"),
      (text("", 41), "found 41 labels and 40 records"),
      (text("", 0), "empty, expected labels"), (text("\n\n", 0), "empty, expected labels"),
      (Array(String(repeating: "-1\n", count: 40).utf8), "found -1, unlabelled, for all 40"),
      (NPY(shape: [40], [Float](repeating: 1, count: 40)).bytes, "expected integers"),
      (NPY(shape: [0], integers: []).bytes, "found 0 labels and more records"),
      (NPY(shape: [40], integers: [Int32](repeating: 1, count: 39)).bytes, "cut short"),
      (
        NPY(shape: [20], integers: [Int32](repeating: 1, count: 20)).bytes
          + NPY(shape: [20], [Float](repeating: 1, count: 20)).bytes, "expected integers"
      ),
      (
        arrayBytes("<i8", [40]) + [UInt8](repeating: 1, count: 320), "expected at least"
      ),
      (arrayBytes("<u8", [40]) + [UInt8](repeating: 255, count: 320), "expected at least"),
      ([0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0], "expected"),
      ([0, 0, 8, 1, 0, 0, 0, 40, 1], "truncated IDX: the header says 40"),
      ([0, 0, 8, 1, 0, 0, 0, 0], "found 0 labels"),
      ([0x1F, 0x8B, 8, 0, 0], "truncated gzip data"),
      ([0xFF, 0xFE, 0x31, 0], "line 1: expected an integer"),
    ]
  }()

  @Test(arguments: faults.indices) func labelsThatDoNotFit(_ index: Int) throws {
    let (file, words) = Self.faults[index]
    let folder = try TemporaryFolder()
    try folder.write(file, to: "l")
    let name = folder.file("l")
    for options in ["", "--json", "--top 2"] {
      let outcome = try Fixtures.run(
        "classify -m c.bin --labels \(name) \(options)", input: Fixtures.records.bytes)
      expectFailure(outcome, from: "classify", saying: "\(name): ", "\(index) \(options)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  /// As those of images and of distorted copies of them are, with `cat`.
  @Test func labelsInSeveralArrays() throws {
    let folder = try TemporaryFolder()
    let labels = (0..<40).map { Int32($0 * 7 % 3) }
    try folder.write(NPY(shape: [40], integers: labels).bytes, to: "one")
    try folder.write(
      NPY(shape: [15], integers: Array(labels[..<15])).bytes
        + NPY(shape: [25], integers: Array(labels[15...])).bytes, to: "two")
    let outcomes = try ["one", "two"].map { name in
      try Fixtures.run(
        "classify -m c.bin --labels \(folder.file(name))", input: Fixtures.records.bytes)
    }
    #expect(outcomes.allSatisfy { $0.errors.isEmpty }, "\(outcomes.map(\.errors))")
    #expect(outcomes[0].output == outcomes[1].output)
  }

  @Test func labelsOutOfAPipe() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("l")
    let outcome = try output(
      "mkfifo \(pipe); cat labels.txt >\(pipe) & classify -m c.bin --labels \(pipe)")
    #expect(outcome.text == (try output("classify -m c.bin --labels labels.txt").text))
  }

  // MARK: A classifier on codes

  /// Five records, and the scores of their codes by another implementation.
  @Test func codesOfTheModel() throws {
    let records = try Data(contentsOf: URL(filePath: referencePath("models/records.npy")))
    let line = "encode -m \(Self.drsae) | classify -m \(Self.drsae)"
    let outcome = try output("\(line) --scores", input: Array(records))
    let scores = try #require(NPY.stream(outcome.output)?.first)
    let expected = try referenceMatrix("models/drsae-scores.npy")
    #expect(scores.shape == [5, 3] && agree(scores.floats, expected.elements, within: 1e-5))
    let labels = (0..<5).map { row in (0..<3).max { expected[row, $0] < expected[row, $1] } ?? 0 }
    let text = try output(line, input: Array(records)).text
    #expect(text == labels.map { "\($0)\n" }.joined())
  }

  @Test func codesOfAnotherModel() throws {
    var codes = Fixtures.array([4, 8])
    let good = try output("classify -m \(Self.drsae)", input: codes.bytes)
    #expect(good.text.count == 8)
    codes.comment = "# sparsepipe record=1 model=0123456789abcdef"
    let outcome = try Fixtures.run("classify -m \(Self.drsae)", input: codes.bytes)
    expectFailure(outcome, from: "classify", saying: "<stdin>: ", "other codes")
    #expect(outcome.errors.contains("0123456789abcdef"))
    let records = try Fixtures.run(
      "classify -m \(Self.drsae)", input: Fixtures.array([4, 3, 4, 1], note: "record=3").bytes)
    expectFailure(records, from: "classify", saying: "expects records of [8]", "records")
  }

  /// A tile a class, of what the decoder makes of its weights. Scores of unit codes are Cᵀ.
  @Test func picturesOfClasses() throws {
    let units = (0..<64).map { Float($0 / 8 == $0 % 8 ? 1 : 0) }
    let outcome = try output(
      "classify -m \(Self.drsae) --scores", input: NPY(shape: [8, 8], units).bytes)
    let scores = try #require(NPY.stream(outcome.output)?.first).floats
    let weights = (0..<24).map { scores[$0 % 8 * 3 + $0 / 8] }
    let expected = try output(
      "decode -m \(Self.drsae) | mosaic --contrast tile", input: NPY(shape: [3, 8], weights).bytes)
    let picture = try output("mosaic --filters classifier \(Self.drsae)", input: [])
    #expect(picture.output == expected.output)
  }
}
