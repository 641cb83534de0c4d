extension Notes {
  private static let mark = "sparsepipe"

  /// The comment that holds these notes, from `#` on; empty where there is nothing to note.
  var comment: String { text.isEmpty ? "" : "# \(Self.mark) \(text)" }

  /// The notes as they stand in a header: `record=1 model=9f3a…`; empty where there are none.
  public var text: String {
    var words: [String] = []
    if let recordRank { words.append("record=\(recordRank)") }
    if let model { words.append("model=\(Self.escaped(model))") }
    if let pools { words.append("pools=\(Self.escaped(pools))") }
    if let poolWindow { words.append("pool-window=\(Self.escaped(poolWindow))") }
    if let source { words.append("source=\(Self.escaped(source))") }
    if let pooling { words.append("pooling=\(Self.escaped(pooling))") }
    if dcUnit { words.append("dc=1") }
    if let grid {
      words.append("image=\(grid.imageHeight)x\(grid.imageWidth) stride=\(grid.stride)")
      if grid.padding != 0 { words.append("padding=\(grid.padding)") }
      if grid.covers { words.append("cover=1") }
    }
    if isTrace { words.append("trace=1") }
    if preprocessed { words.append("domain=preprocessed") }
    if let imageName { words.append("name=\(Self.escaped(imageName))") }
    return words.joined(separator: " ")
  }

  /// The notes of a header's comments (each without its `#`); comments of others are passed over.
  /// - Parameter rank: number of axes of the array, which the record's cannot exceed.
  /// - Throws: ``StreamProblem/malformedNote(name:value:expected:)``.
  init(comments: [String], rank: Int) throws {
    self.init()
    var values: [String: String] = [:]
    for comment in comments {
      let words = comment.split { $0 == " " || $0 == "\t" }
      guard words.first.map(String.init) == Self.mark else { continue }
      for word in words.dropFirst() {
        guard let equals = word.firstIndex(of: "=") else { continue }
        let (name, value) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
        guard values.updateValue(value, forKey: name) == nil else {
          throw StreamProblem.malformedNote(name: name, value: value, expected: "it once")
        }
      }
    }
    let reader = NoteReader(values: values)
    recordRank = try reader.integer("record", in: 0...rank)
    model = try reader.text("model")
    pools = try reader.text("pools")
    poolWindow = try reader.text("pool-window")
    source = try reader.text("source")
    pooling = try reader.text("pooling")
    dcUnit = try reader.flag("dc")
    grid = try reader.grid()
    isTrace = try reader.flag("trace")
    preprocessed = try reader.word("domain", "preprocessed")
    imageName = try reader.fileName("name")
    try checkBatchAxes(rank, reader)
  }

  /// Refuses steps of a trace on batch axes that are not there.
  private func checkBatchAxes(_ rank: Int, _ reader: NoteReader) throws {
    guard let recordRank else { return }
    let batchRank = rank - recordRank - (isTrace ? 1 : 0)
    guard batchRank >= 0 else { throw reader.problem("trace", "a batch axis of steps") }
  }

  /// `text` in printable ASCII without spaces: other bytes and `%` become `%XX`.
  static func escaped(_ text: String) -> String { escaped(Array(text.utf8)) }

  private static func escaped(_ text: [UInt8]) -> String {
    precondition(!text.isEmpty, "a note says something or is left out")
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text {
      if (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text that ``escaped(_:)`` made `text` of; nil where a `%` is not followed by two digits.
  static func unescaped(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
  }
}

/// Typed values out of the `name=value` words of a comment.
private struct NoteReader {
  let values: [String: String]

  /// The number noted under `name`, nil where there is none.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = values[name] else { return nil }
    guard let number = Self.number(value), range.contains(number) else {
      let most = range.upperBound == Int.max ? "on" : "to \(range.upperBound)"
      throw problem(name, "a number from \(range.lowerBound) \(most)")
    }
    return number
  }

  /// Whether 1 is noted under `name`, not 0 or nothing.
  func flag(_ name: String) throws -> Bool { try integer(name, in: 0...1) == 1 }

  /// The text noted under `name`, nil where there is none.
  func text(_ name: String) throws -> String? {
    try bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The name of a file noted under `name`, without its folder.
  func fileName(_ name: String) throws -> [UInt8]? {
    guard let bytes = try bytes(name) else { return nil }
    guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
      throw problem(name, "the name of a file without its folder")
    }
    return bytes
  }

  private func bytes(_ name: String) throws -> [UInt8]? {
    guard let value = values[name] else { return nil }
    guard let bytes = Notes.unescaped(value), !bytes.isEmpty else {
      throw problem(name, "text with %XX escapes")
    }
    return bytes
  }

  /// Whether `only` is noted under `name`, the one thing that can be.
  func word(_ name: String, _ only: String) throws -> Bool {
    guard let value = values[name] else { return false }
    guard value == only else { throw problem(name, only) }
    return true
  }

  func grid() throws -> GridGeometry? {
    let stride = try integer("stride", in: 1...Int.max)
    let padding = try integer("padding", in: 0...Int.max)
    let covers = try flag("cover")
    guard let image = values["image"] else {
      for name in ["stride", "padding", "cover"] where values[name] != nil {
        throw problem(name, "a note of the image with it")
      }
      return nil
    }
    let sides = image.split(separator: "x", omittingEmptySubsequences: false).map(Self.number)
    guard sides.count == 2, let height = sides[0], let width = sides[1], height > 0,
      width > 0
    else {
      throw problem("image", "HEIGHTxWIDTH, each a number from 1 on")
    }
    guard let stride else { throw problem("image", "a note of the stride with it") }
    return GridGeometry(
      imageHeight: height, imageWidth: width, stride: stride, padding: padding ?? 0,
      covers: covers)
  }

  func problem(_ name: String, _ expected: String) -> StreamProblem {
    .malformedNote(name: name, value: values[name] ?? "", expected: expected)
  }

  /// A number in plain digits, without a sign.
  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
