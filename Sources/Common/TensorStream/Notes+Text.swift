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
    if dcUnit { words.append("dc=1") }
    if let grid {
      words.append("image=\(grid.imageHeight)x\(grid.imageWidth) stride=\(grid.stride)")
      if grid.padding != 0 { words.append("padding=\(grid.padding)") }
    }
    if isTrace { words.append("trace=1") }
    if preprocessed { words.append("domain=preprocessed") }
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
    dcUnit = try reader.flag("dc")
    grid = try reader.grid()
    isTrace = try reader.flag("trace")
    preprocessed = try reader.word("domain", "preprocessed")
  }

  /// `text` in printable ASCII without spaces: other bytes and `%` become `%XX`.
  static func escaped(_ text: String) -> String {
    precondition(!text.isEmpty, "a note says something or is left out")
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text that ``escaped(_:)`` made `text` of; nil where a `%` is not followed by two digits.
  static func unescaped(_ text: String) -> String? {
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
    return String(decoding: bytes, as: UTF8.self)
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
    guard let value = values[name] else { return nil }
    guard let text = Notes.unescaped(value), !text.isEmpty else {
      throw problem(name, "text with %XX escapes")
    }
    return text
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
    guard let image = values["image"] else {
      if stride != nil { throw problem("stride", "a note of the image with it") }
      if padding != nil { throw problem("padding", "a note of the image with it") }
      return nil
    }
    let sides = image.split(separator: "x", omittingEmptySubsequences: false).map(Self.number)
    guard sides.count == 2, let height = sides[0], let width = sides[1] else {
      throw problem("image", "HEIGHTxWIDTH")
    }
    guard let stride else { throw problem("image", "a note of the stride with it") }
    return GridGeometry(
      imageHeight: height, imageWidth: width, stride: stride, padding: padding ?? 0)
  }

  private func problem(_ name: String, _ expected: String) -> StreamProblem {
    .malformedNote(name: name, value: values[name] ?? "", expected: expected)
  }

  /// A number in plain digits, without a sign.
  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
