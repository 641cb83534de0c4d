import Foundation
import TestSupport
import Testing

/// What `fit` says while it works: on a terminal, elsewhere, and in its log.
@Suite struct ProgressTests {
  private static let labels = (0..<300).map { "\($0 * 7 % 3)\n" }

  private static let folder: TemporaryFolder = {
    do {
      let folder = try TemporaryFolder()
      try folder.write(Fixtures.array([300, 4, 4, 1], note: "record=3").bytes, to: "x.npy")
      try folder.write(labels.joined(), to: "y")
      return folder
    } catch {
      preconditionFailure("the records: \(error)")
    }
  }()

  private func run(_ line: String, onTerminal: Bool = false) throws -> Child.Outcome {
    let outcome = try Child.run(
      "fit", line.split(separator: " ").map(String.init),
      options: .init(
        folder: Self.folder.path, standardInput: .file(Self.folder.file("x.npy")),
        standardError: onTerminal ? .terminal : .captured))
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return outcome
  }

  private static let drsae =
    "drsae --labels y --code 16 --iterations 1 --unsupervised-epochs 2 --epochs 2 --validation 120"

  /// The terminal of the tests has 80 columns.
  @Test func nothingIsLostOnATerminal() throws {
    let text = try run("\(Self.drsae) -o o", onTerminal: true).terminal
    let rows = text.replacing("\u{1B}[K", with: "").replacing("\u{1B}[J", with: "")
      .split(whereSeparator: { $0 == "\r" || $0 == "\n" || $0 == "\r\n" })
    #expect(rows.allSatisfy { $0.count < 80 }, "\(rows)")
    let last = try #require(text.range(of: "fit: 4/4", options: .backwards))
    for name in ["energy ", "error ", "rate ", "validation ", "read ", "computed ", "s left"] {
      #expect(text[last.lowerBound...].contains(name), "\(name): \(text)")
    }
    #expect(text.contains("fit: judging records held out"), "\(text)")
    #expect(text.hasSuffix("\n"))
  }

  @Test func linesElsewhereAreWhole() throws {
    let lines = try run("\(Self.drsae) -o o").errors.split(separator: "\n")
    #expect(lines.count == 6, "\(lines)")
    for (line, start) in zip(
      lines.dropFirst(2),
      ["1/4  unsupervised  energy ", "2/4  unsupervised  energy ", "3/4  energy ", "4/4  energy "]
    ) {
      #expect(line.hasPrefix("fit: \(start)"), "\(line)")
      #expect(line.contains("validation ") && line.contains("computed "), "\(line)")
    }
  }

  @Test func theLogTellsSpeedAndKindOfEpoch() throws {
    _ = try run("\(Self.drsae) -q --log l.tsv -o o")
    let rows = String(decoding: try Self.folder.read("l.tsv"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(rows[0].prefix(2) == ["epoch", "energy"])
    #expect(rows[0].suffix(4) == ["unsupervised", "read", "computed", "seconds"])
    let column = rows[0].count - 4
    #expect(rows.dropFirst().map { $0[column] } == ["1", "1", "0", "0"])
    for row in rows.dropFirst() {
      #expect(row.count == rows[0].count && row.suffix(3).allSatisfy { (Double($0) ?? 0) > 0 })
    }
    _ = try run("dictionary --code 8 --epochs 1 -q --log d.tsv -o o")
    let other = String(decoding: try Self.folder.read("d.tsv"), as: UTF8.self)
    #expect(other.hasPrefix("epoch\tenergy\t"), "\(other)")
  }

  @Test func codesAreComputedInSight() throws {
    _ = try run("dictionary --code 8 --epochs 1 -q -o d.bin")
    let line = "lista -m d.bin --epochs 1 -o o"
    let text = try run(line, onTerminal: true).terminal
    #expect(text.contains("fit: computing codes  ") && text.contains("/300 records  "), "\(text)")
    #expect(try !run(line).errors.contains("/300"))
  }

  // MARK: Classifier

  @Test func classifierSaysLittle() throws {
    let outcome = try run("classifier --labels y --decay 0 -o o --log c.tsv")
    let steps =
      String(decoding: try Self.folder.read("c.tsv"), as: UTF8.self)
      .split(separator: "\n").count - 1
    let lines = outcome.errors.split(separator: "\n")
    #expect(steps > 5 && lines.count == 3, "\(steps) steps: \(lines)")
    #expect(lines[1].hasPrefix("fit: \(steps)/200  loss "), "\(lines)")
    #expect(lines[2].contains("% wrong"))
  }

  /// A record without a label is as good as none.
  @Test func unlabelledRecordsAreLeftOut() throws {
    let some = Self.labels.enumerated().map { $0 < 100 ? $1 : "-1\n" }.joined()
    try Self.folder.write(some, to: "some")
    let outcome = try run("classifier --labels some -o some.bin")
    #expect(outcome.errors.contains("200 of 300 records have no label\n"), "\(outcome.errors)")
    let records = try #require(NPY.stream(try Self.folder.read("x.npy"))?.first)
    try Self.folder.write(
      arrayBytes([100, 4, 4, 1], Array(records.floats.prefix(1600)), notes: "record=3"),
      to: "first.npy")
    try Self.folder.write(Self.labels.prefix(100).joined(), to: "first")
    let alone = try Child.shell(
      """
      fit classifier --labels first -q -o first.bin <first.npy
      for m in some first; do classify -m $m.bin --scores <x.npy -o $m.scores; done
      """, options: .init(folder: Self.folder.path))
    #expect(alone.succeeded, "\(alone.errors)")
    func scores(_ name: String) throws -> [Float] {
      try #require(NPY.stream(try Self.folder.read(name))?.first).floats
    }
    #expect(try scores("some.scores") == scores("first.scores"))
    let held = try run("classifier --labels some --validation 30 -o o")
    #expect(held.errors.contains("of the records held out have labels: their error"))
    try Self.folder.write("0\n1\n2\n" + String(repeating: "-1\n", count: 297), to: "three")
    let none = try Child.shell(
      "fit classifier --labels three --validation 2 -s 1 -q -o o <x.npy",
      options: .init(folder: Self.folder.path))
    expectFailure(
      none, from: "fit", saying: "three: none of the records held out has a label, all are -1", "")
  }
}
