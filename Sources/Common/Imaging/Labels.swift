import ByteIO

/// What can be wrong with a file of labels.
public enum LabelProblem: Problem, Equatable {
  case empty
  /// NPY labels are read as a tensor stream.
  case array
  case countDiffers(labels: Int, images: Int)
  /// A line of a text file is no integer.
  case notAnInteger(line: Int, found: String)
  /// A line's integer does not fit 32 bits.
  case outOfRange(line: Int, found: String)

  public var description: String {
    switch self {
    case .empty: "empty, expected labels"
    case .array: "an NPY array, expected labels as IDX or as text"
    case .countDiffers(let labels, let images):
      "holds \(labels) labels, expected \(images), one an image"
    case .notAnInteger(let line, let found): "line \(line): expected an integer, found \(found)"
    case .outOfRange(let line, let found): "line \(line): \(found) does not fit a label of 32 bits"
    }
  }
}

/// Reads labels, `[N]`: an IDX array of integers of rank 1, or text of one integer a line (blank
/// lines only at the end). Either may be gzipped.
///
/// - Throws: ``LabelProblem``, ``IDXProblem`` or ``GzipProblem``, with the file's name.
public func readLabels(_ bytes: ByteReader) throws -> [Int32] {
  try naming(bytes.name) {
    let start = Array(try bytes.peek(6))
    if start.starts(with: GzipSource.magic) {
      return try readPlainLabels(ByteReader(GzipSource(bytes)))
    }
    return try readPlainLabels(bytes)
  }
}

private func readPlainLabels(_ bytes: ByteReader) throws -> [Int32] {
  let start = Array(try bytes.peek(6))
  if start.isEmpty { throw LabelProblem.empty }
  if start == ImageFormat.npyMagic { throw LabelProblem.array }
  return start[0] == 0 ? try readIDXLabels(bytes) : try readTextLabels(bytes)
}

private func readIDXLabels(_ bytes: ByteReader) throws -> [Int32] {
  let header = try IDXHeader(bytes)
  guard header.shape.count == 1 else { throw IDXProblem.labelRank(found: header.shape.count) }
  guard header.type.isInteger else { throw IDXProblem.labelType(found: header.type.rawValue) }
  let count = header.shape[0]
  let data = try bytes.read(upTo: count * header.type.byteCount)
  guard data.count == count * header.type.byteCount else {
    throw IDXProblem.truncated(expected: count, found: data.count / header.type.byteCount)
  }
  guard try bytes.isAtEnd() else { throw IDXProblem.trailingBytes(count: count) }
  return (0..<count).map { header.type.integer(in: data, at: $0) }
}

private func readTextLabels(_ bytes: ByteReader) throws -> [Int32] {
  var labels: [Int32] = []
  var line: [UInt8] = []
  var isTooLong = false
  var lineNumber = 1
  var firstBlank: Int?

  func endLine() throws {
    if let label = try label(line, lineNumber, isCut: isTooLong) {
      if let firstBlank { throw LabelProblem.notAnInteger(line: firstBlank, found: "a blank line") }
      labels.append(label)
    } else if firstBlank == nil {
      firstBlank = lineNumber
    }
    line.removeAll(keepingCapacity: true)
    isTooLong = false
    lineNumber += 1
  }

  while true {
    let part = try bytes.read(upTo: 64 * 1024)
    if part.isEmpty { break }
    for byte in part {
      if byte == 0x0A {
        try endLine()
      } else if line.count < 64 {
        // What is longer is no label; its beginning is enough to say so.
        line.append(byte)
      } else {
        isTooLong = true
      }
    }
  }
  if !line.isEmpty { try endLine() }
  if labels.isEmpty { throw LabelProblem.empty }
  return labels
}

/// The label on a line, nil for a blank one.
/// - Parameter isCut: whether there was more of the line than `line` holds.
private func label(_ line: [UInt8], _ number: Int, isCut: Bool) throws -> Int32? {
  let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D })
  guard let word = words.first ?? (isCut ? [] : nil) else { return nil }
  let digits = word.first == 0x2D || word.first == 0x2B ? word.dropFirst() : word
  let shown = line.filter { $0 != 0x0D }.prefix(24).map { byte in
    (0x20...0x7E).contains(byte) ? Character(UnicodeScalar(byte)) : "?"
  }
  guard !isCut && words.count == 1 && !digits.isEmpty && digits.allSatisfy(PNMText.isDigit) else {
    throw LabelProblem.notAnInteger(line: number, found: "\"\(String(shown))\"")
  }
  guard let label = Int32(String(decoding: word, as: UTF8.self)) else {
    throw LabelProblem.outOfRange(line: number, found: String(shown))
  }
  return label
}
