/// A program with options under which it takes a certain input.
public struct Program: Sendable, CustomStringConvertible {
  /// Its name and options.
  public let command: String
  /// What it reads and is content with.
  public let input: [UInt8]
  /// What it says of zero bytes.
  public var wanted: String
  /// Whether its output is a tensor stream.
  public var isFilter: Bool

  /// A program that is content with `input`.
  public init(
    command: String, input: [UInt8], wanted: String = "expected a tensor stream",
    isFilter: Bool = true
  ) {
    self.command = command
    self.input = input
    self.wanted = wanted
    self.isFilter = isFilter
  }

  /// The command.
  public var description: String { command }
  /// The program alone.
  public var name: String { command.split(separator: " ").first.map(String.init) ?? "" }

  /// Every program, `fit` and `classify` in each of their ways; outputs go to standard output but
  /// for those of `fit`.
  public static let all: [Program] = {
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
      Program(command: "encode -m d.bin --solver lcod", input: records),
      Program(command: "decode -m d.bin", input: codes),
      Program(command: "pool", input: codes),
      Program(command: "pool -m d.bin --mode max", input: codes),
      Program(command: "pool --pools consecutive:1 --window 2", input: maps),
      Program(command: "classify -m c.bin --scores", input: records),
      Program(command: "classify -m c.bin", input: records, isFilter: false),
      Program(command: "classify -m c.bin --top 2", input: records, isFilter: false),
      Program(command: "classify -m c.bin --labels labels.txt", input: records, isFilter: false),
      Program(
        command: "classify -m c.bin --labels labels.txt --json", input: records, isFilter: false),
      Program(command: "mosaic", input: records, isFilter: false),
      Program(command: "inspect", input: records, isFilter: false),
      Program(command: "inspect --json", input: records, isFilter: false),
    ]
  }()

  /// Every way of `fit`, without `-o`.
  public static let fits = [
    "dictionary --code 4 --epochs 1", "lateral --learn --code 4 --epochs 1",
    "lista -m d.bin --iterations 1 --epochs 1",
    "psd --code 4 --epochs 1", "autoencoder --code 4 --epochs 1",
    "drsae --labels labels.txt --code 4 --iterations 1 --unsupervised-epochs 1 --epochs 1",
    "whiten", "classifier --labels labels.txt", "prune -m d.bin --prune-quantile 0.3",
    "stack -m net.bin --labels labels.txt --epochs 1",
  ]
  .map { Program(command: "fit \($0) -q", input: Fixtures.records.bytes, isFilter: false) }

  /// Every `fit` that reads models and no stream, and learns nothing; without `-o`.
  public static let joins = [
    Program(command: "fit join -m w.bin -m d.bin --pooling none", input: [], isFilter: false)
  ]

  private static let windows = Fixtures.array(
    [3, 4, 3, 3, 1], note: "record=3 image=5x6 stride=1"
  ).bytes
  private static let maps = Fixtures.array([2, 4, 4, 3], note: "record=3").bytes
}
