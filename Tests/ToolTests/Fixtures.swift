import Foundation
import TestSupport
import Testing

/// Small models and data that many tests share, made once by the programs themselves.
enum Fixtures {
  /// 40 records [4,4,1] of numbers between 0 and 1 that look random.
  static let records = array([40, 4, 4, 1], note: "record=3")
  /// A label of 0 to 2 for each of the records.
  static let labels = (0..<40).map { "\(($0 * 7 + $0 / 3) % 3)\n" }.joined()

  /// Holds `d.bin`, a dictionary of 16 units and a DC unit, `w.bin`, a whitening, `c.bin`, a
  /// classifier of the records, and `labels.txt`.
  static let folder: TemporaryFolder = {
    do {
      let folder = try TemporaryFolder()
      try folder.write(labels, to: "labels.txt")
      for line in [
        "dictionary --code 16 --epochs 2 --dc -q -o d.bin",
        "dictionary --code 16 --epochs 1 --dc -q -s 7 -o other.bin", "whiten -q -o w.bin",
        "classifier --labels labels.txt -q -o c.bin",
      ] {
        let outcome = try Child.shell(
          "fit \(line)", input: records.bytes, options: .init(folder: folder.path))
        #expect(outcome.succeeded, "\(outcome.errors)")
      }
      return folder
    } catch {
      preconditionFailure("the models of the tests: \(error)")
    }
  }()

  /// The codes of the records.
  static let codes: NPY = {
    guard let bytes = try? run("encode -m d.bin", input: records.bytes).output,
      let codes = NPY.stream(bytes)?.first
    else { preconditionFailure("the codes of the tests") }
    return codes
  }()

  /// Numbers between 0 and 1, the same at every run.
  static func array(_ shape: [Int], note: String = "", seed: UInt32 = 1) -> NPY {
    var state = seed
    let count = shape.reduce(1, *)
    let values = (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24)
    }
    var array = NPY(shape: shape, values)
    if !note.isEmpty { array.comment = "# sparsepipe \(note)" }
    return array
  }

  /// A raw PGM of so many pixels, of bytes that differ.
  static func pgm(height: Int, width: Int, seed: Int = 0) -> [UInt8] {
    Array("P5 \(width) \(height) 255\n".utf8)
      + (0..<height * width).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7 &+ seed) }
  }

  /// An IDX file of bytes [N,H,W]; all pixels of image i are 10·i.
  static func idx(_ count: Int, _ height: Int, _ width: Int) -> [UInt8] {
    let header = [count, height, width].flatMap { size in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
    }
    let pixels = (0..<count).flatMap { [UInt8](repeating: UInt8(10 * $0), count: height * width) }
    return [0, 0, 8, 3] + header + pixels
  }

  /// Runs a line of shell in the folder of the models.
  static func run(
    _ script: String, input: [UInt8] = [], options: Child.Options = .init()
  ) throws -> Child.Outcome {
    var options = options
    options.folder = options.folder ?? folder.path
    return try Child.shell(script, input: input, options: options)
  }
}

/// A program with options under which it takes a certain input.
struct Program: Sendable, CustomStringConvertible {
  let command: String
  /// What it reads and is content with.
  let input: [UInt8]
  /// What it says of zero bytes.
  var wanted = "expected a tensor stream"
  /// Whether its output is a tensor stream.
  var isFilter = true

  var description: String { command }
  var name: String { command.split(separator: " ").first.map(String.init) ?? "" }

  /// Every program, `fit` and `classify` in each of their ways; outputs go to standard output but
  /// for those of `fit`.
  static let all: [Program] = {
    let records = Fixtures.records.bytes
    let codes = Fixtures.codes.bytes
    return [
      Program(
        command: "patches --size 3", input: Fixtures.pgm(height: 5, width: 6),
        wanted: "expected an image"),
      Program(
        command: "patches --size full", input: Fixtures.idx(3, 4, 4), wanted: "expected an image"),
      Program(
        command: "patches --size 3 --sample 5", input: Fixtures.pgm(height: 5, width: 6),
        wanted: "expected an image"),
      Program(command: "patches -r", input: windows, isFilter: false),
      Program(command: "encode -m d.bin", input: records),
      Program(command: "encode -m w.bin", input: records),
      Program(command: "encode -m d.bin --solver fista", input: records),
      Program(command: "decode -m d.bin", input: codes),
      Program(command: "pool", input: codes),
      Program(command: "pool -m d.bin --mode max", input: codes),
      Program(command: "pool --pools consecutive:1 --window 2", input: maps),
      Program(command: "classify -m c.bin --scores", input: records),
      Program(command: "classify -m c.bin", input: records, isFilter: false),
      Program(command: "classify -m c.bin --labels labels.txt", input: records, isFilter: false),
      Program(command: "mosaic", input: records, isFilter: false),
      Program(command: "inspect", input: records, isFilter: false),
      Program(command: "inspect --json", input: records, isFilter: false),
    ]
  }()

  static let fits = ["dictionary --code 4 --epochs 1", "whiten", "classifier --labels labels.txt"]
    .map { Program(command: "fit \($0) -q", input: Fixtures.records.bytes, isFilter: false) }

  private static let windows = Fixtures.array(
    [3, 4, 3, 3, 1], note: "record=3 image=5x6 stride=1"
  ).bytes
  private static let maps = Fixtures.array([2, 4, 4, 3], note: "record=3").bytes
}

/// Expects a failure as all programs fail: the exit code, one line, nothing of a crash.
func expectFailure(
  _ outcome: Child.Outcome, code: Int32 = 1, from name: String, saying part: String = "",
  _ what: String, at location: SourceLocation = #_sourceLocation
) {
  #expect(
    outcome.status == .exited(code), "\(what): \(outcome.errors)", sourceLocation: location)
  #expect(
    outcome.errors.hasPrefix("\(name): ") && outcome.errors.hasSuffix("\n")
      && outcome.errors.filter { $0 == "\n" }.count == 1, "\(what): \(outcome.errors)",
    sourceLocation: location)
  #expect(
    part.isEmpty || outcome.errors.contains(part), "\(what): \(outcome.errors)",
    sourceLocation: location)
}
