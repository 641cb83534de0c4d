/// A plain NPY array, written and read by hand, for tests that must not trust the stream they test.
///
/// As small as it can be: version 1.0, C order, `<f4` and `<i4`.
public struct NPY: Equatable, Sendable {
  /// Axis lengths, the slowest first.
  public var shape: [Int]
  /// The numbers as bits of 4 bytes each.
  public var words: [UInt32]
  /// Whether the words are integers and not floats.
  public var isInteger = false
  /// What follows the header's dictionary, `#` included: a comment with notes; empty without.
  public var comment = ""

  /// An array of `<f4`.
  public init(shape: [Int], _ floats: [Float]) {
    self.shape = shape
    words = floats.map(\.bitPattern)
  }

  /// An array of `<i4`.
  public init(shape: [Int], integers: [Int32]) {
    self.shape = shape
    words = integers.map { UInt32(bitPattern: $0) }
    isInteger = true
  }

  /// The words as floats.
  public var floats: [Float] { words.map { Float(bitPattern: $0) } }
  /// The words as integers.
  public var integers: [Int32] { words.map { Int32(bitPattern: $0) } }

  /// The bytes that `numpy.save` writes.
  public var bytes: [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header =
      "{'descr': '\(isInteger ? "<i4" : "<f4")', 'fortran_order': False, 'shape': (\(axes)), }"
    if !comment.isEmpty { header += " \(comment)" }
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let count = header.utf8.count
    return Self.magic + [UInt8(count & 0xff), UInt8(count >> 8)] + Array(header.utf8)
      + words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// All arrays of a stream; nil where it is not one of whole arrays of the kind above.
  public static func stream(_ bytes: [UInt8]) -> [NPY]? {
    var arrays: [NPY] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let array = next(&rest) else { return nil }
      arrays.append(array)
    }
    return arrays
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]

  private static func next(_ rest: inout ArraySlice<UInt8>) -> NPY? {
    guard rest.count >= 10, rest.starts(with: magic) else { return nil }
    let start = rest.startIndex + 10
    let length = Int(rest[start - 2]) | Int(rest[start - 1]) << 8
    guard rest.count >= 10 + length, (10 + length) % 64 == 0 else { return nil }
    let header = String(decoding: rest[start..<start + length], as: UTF8.self)
    guard header.hasSuffix("\n"), header.contains("'fortran_order': False"),
      let shape = shape(header), let end = header.firstIndex(of: "}")
    else { return nil }
    let isInteger = header.contains("'descr': '<i4'")
    guard isInteger || header.contains("'descr': '<f4'") else { return nil }
    let count = shape.reduce(1, *)
    let data = rest.dropFirst(10 + length).prefix(4 * count)
    guard data.count == 4 * count else { return nil }
    var array = NPY(shape: shape, [])
    array.isInteger = isInteger
    array.comment = trimmed(header[header.index(after: end)...])
    array.words = stride(from: data.startIndex, to: data.endIndex, by: 4).map { index in
      (0..<4).reduce(0) { $0 | UInt32(data[index + $1]) << (8 * $1) }
    }
    rest = rest.dropFirst(10 + length + 4 * count)
    return array
  }

  private static func shape(_ header: String) -> [Int]? {
    let parts = header.split(separator: "'shape': (", maxSplits: 1)
    guard parts.count == 2, let end = parts[1].firstIndex(of: ")") else { return nil }
    let axes = parts[1][..<end].split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    let lengths = axes.compactMap { Int($0) }
    return lengths.count == axes.count && lengths.allSatisfy { $0 >= 0 } ? lengths : nil
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
