import Testing

@testable import ModelFile

/// One test a fault.
@Suite struct SafetensorsFaultTests {
  private let limits = SafetensorsFile.Limits(headerBytes: 1000, dataBytes: 64, tensors: 3)
  private let eight: [UInt8] = Array(repeating: 0, count: 8)

  private func syntax(_ header: String) -> (byte: Int, expected: String, found: String)? {
    guard case .headerSyntax(let byte, let expected, let found)? = problem(in: fileBytes(header))
    else { return nil }
    return (byte, expected, found)
  }

  // MARK: Length and header

  @Test func emptyFile() {
    #expect(problem(in: []) == .empty)
  }

  @Test(arguments: 1...7) func shorterThanALength(count: Int) {
    #expect(problem(in: Array(eight.prefix(count))) == .lengthCut(found: count))
  }

  @Test func headerBeyondTheLimit() {
    let bytes = fileBytes("{" + String(repeating: " ", count: 999) + "}")
    #expect(problem(in: bytes, limits) == .headerTooLong(bytes: 1001, limit: 1000))
    #expect(
      problem(in: lengthBytes(.max)) == .headerTooLong(bytes: .max, limit: 1 << 20))
  }

  @Test func headerBeyondTheFile() {
    #expect(
      problem(in: lengthBytes(100) + [UInt8(ascii: "{")]) == .headerCut(expected: 100, found: 1))
  }

  @Test(arguments: [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]])
  func invalidUTF8(bytes: [UInt8]) {
    let header = Array("{\"".utf8) + bytes + Array("\":{}}".utf8)
    #expect(problem(in: fileBytes(headerBytes: header)) == .headerNotUTF8)
  }

  @Test(arguments: ["", "tensors", "[]", "1", "null", "\"text\"", " {}"])
  func notAnObject(header: String) throws {
    let fault = try #require(syntax(header))
    #expect(fault.byte == 0 && fault.expected == "`{`")
  }

  @Test(arguments: ["{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":{\"dtype\":\"F32\"", "{]"])
  func unfinishedHeader(header: String) {
    #expect(syntax(header) != nil)
  }

  @Test(arguments: [
    "{}x", "{} {}", "{}\0", "{,}", "{\"a\" {}}", "{\"__metadata__\":{},}", "{'a':{}}", "{a:{}}",
    "{}//",
    "{\"a\":{\"shape\":[1,]}}", "{\"a\":{\"shape\":[,1]}}", "{\"a\":{\"shape\":[1 2]}}",
    "{\"a\":{\"shape\":[01]}}", "{\"a\":{\"shape\":[-1]}}", "{\"a\":{\"shape\":[1.0]}}",
    "{\"a\":{\"shape\":[1e1]}}", "{\"a\":{\"shape\":[+1]}}", "{\"a\":{\"shape\":[null]}}",
    "{\"a\":{\"shape\":[\"1\"]}}", "{\"a\":{\"shape\":1}}", "{\"a\":{\"shape\":{}}}",
    "{\"a\":{\"dtype\":32}}", "{\"a\":[]}", "{\"a\":null}", "{\"__metadata__\":\"x\"}",
  ])
  func malformedHeader(header: String) {
    #expect(syntax(header) != nil, "\(header)")
  }

  @Test(arguments: [
    "\\x", "\\", "\\u12", "\\u12g4", "\\ud800", "\\ud800x", "\\ud800\\n", "\\ud800\\u0041",
    "\\udc00", "\n", "\u{1}",
  ])
  func malformedString(text: String) {
    #expect(syntax("{\"\(text)\":{}}") != nil, "\(text)")
  }

  @Test func nestedTooDeep() throws {
    for deep in ["[", "{\"a\":", "{\"a\":{\"shape\":["] {
      let header = "{" + String(repeating: deep, count: 20_000)
      #expect(syntax(header) != nil, "\(deep)")
    }
    let fault = try #require(syntax("{\"a\":{\"shape\":[[1]]}}"))
    #expect(fault == (15, "a non-negative integer", "`[`"))
  }

  @Test func trailingGarbage() throws {
    #expect(try #require(syntax("{}  \n x")) == (6, "the end of the header", "`x`"))
  }

  @Test func numberTooLarge() {
    let bytes = fileBytes("{\"a\":{\"shape\":[1,9223372036854775808]}}")
    #expect(problem(in: bytes) == .numberTooLarge(byte: 17))
  }

  // MARK: Fields

  @Test func duplicates() {
    let a = member("a", "F32", [2], 0, 8)
    #expect(problem(in: fileBytes("{\(a),\(a)}", eight)) == .duplicate(key: "a"))
    let escaped = member("\\u0061", "F32", [2], 8, 16)
    #expect(problem(in: fileBytes("{\(a),\(escaped)}", eight)) == .duplicate(key: "a"))
    #expect(
      problem(in: fileBytes("{\"a\":{\"shape\":[],\"shape\":[]}}")) == .duplicate(key: "shape"))
    #expect(
      problem(in: fileBytes("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}")) == .duplicate(key: "k"))
    #expect(
      problem(in: fileBytes("{\"__metadata__\":{},\"__metadata__\":{}}"))
        == .duplicate(key: "__metadata__"))
  }

  @Test(arguments: ["dtype", "shape", "data_offsets"]) func missingField(field: String) {
    let fields = ["dtype": "\"F32\"", "shape": "[2]", "data_offsets": "[0,8]"]
    let rest = fields.filter { $0.key != field }.map { "\"\($0)\":\($1)" }
    let bytes = fileBytes("{\"a\":{\(rest.joined(separator: ","))}}", eight)
    #expect(problem(in: bytes) == .tensor("a", .missingField(field)))
  }

  @Test func unknownField() {
    let bytes = fileBytes("{\"a\":{\"strides\":[1]}}")
    #expect(problem(in: bytes) == .tensor("a", .unknownField("strides")))
  }

  @Test(arguments: ["BOOL", "I8", "I16", "U16", "U32", "U64", "F8_E4M3", "C64", "f32", ""])
  func unsupportedType(type: String) {
    let bytes = fileBytes("{\(member("a", type, [0], 0, 0))}")
    #expect(problem(in: bytes) == .tensor("a", .unsupportedType(type)))
  }

  @Test(arguments: ["1", "1.5", "null", "true", "[]", "{}"]) func metadataNotText(value: String) {
    let bytes = fileBytes("{\"__metadata__\":{\"epochs\":\(value)}}")
    #expect(problem(in: bytes) == .metadataNotText(key: "epochs"))
  }

  @Test func tooManyTensors() {
    func header(_ count: Int) -> String {
      "{" + (0..<count).map { member("t\($0)", "U8", [0], 0, 0) }.joined(separator: ",") + "}"
    }
    #expect(problem(in: fileBytes(header(3)), limits) == nil)
    #expect(problem(in: fileBytes(header(4)), limits) == .tooManyTensors(limit: 3))
    #expect(problem(in: fileBytes(header(10_001))) == .tooManyTensors(limit: 10_000))
  }

  // MARK: Layout

  @Test(arguments: [[1 << 62, 4], [0, 1 << 62, 4], [1 << 62, 4, 0], [Int.max]])
  func shapeOverflow(shape: [Int]) {
    let bytes = fileBytes("{\(member("a", "F32", shape, 0, 0))}")
    #expect(problem(in: bytes) == .tensor("a", .shapeOverflow(shape: shape)))
  }

  @Test(arguments: [[], [0], [0, 8, 8]]) func offsetsNotPair(offsets: [Int]) {
    let bytes = fileBytes("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":\(offsets)}}")
    #expect(problem(in: bytes) == .tensor("a", .offsetsNotPair(found: offsets.count)))
  }

  @Test func offsetsReversed() {
    let bytes = fileBytes("{\(member("a", "F32", [2], 8, 0))}", eight)
    #expect(problem(in: bytes) == .tensor("a", .offsetsReversed(begin: 8, end: 0)))
  }

  @Test(arguments: [[3], [], [2, 2], [0], [1, 1]]) func sizeMismatch(shape: [Int]) {
    let bytes = fileBytes("{\(member("a", "F32", shape, 0, 8))}", eight)
    let expected = 4 * shape.reduce(1, *)
    #expect(problem(in: bytes) == .tensor("a", .sizeMismatch(expected: expected, found: 8)))
  }

  @Test func overlap() {
    let a = member("a", "F32", [2], 0, 8)
    let b = member("b", "F32", [2], 4, 12)
    #expect(
      problem(in: fileBytes("{\(b),\(a)}", eight + eight)) == .tensor("b", .overlap(with: "a")))
    let same = member("b", "F32", [2], 0, 8)
    #expect(problem(in: fileBytes("{\(a),\(same)}", eight)) == .tensor("b", .overlap(with: "a")))
    let inside = member("b", "F32", [0], 4, 4)
    #expect(problem(in: fileBytes("{\(a),\(inside)}", eight)) == .tensor("b", .overlap(with: "a")))
  }

  @Test func gap() {
    let a = member("a", "F32", [2], 0, 8)
    let b = member("b", "F32", [1], 12, 16)
    #expect(problem(in: fileBytes("{\(a),\(b)}", eight + eight)) == .tensor("b", .gap(bytes: 4)))
    let late = fileBytes("{\(member("a", "F32", [1], 4, 8))}", eight)
    #expect(problem(in: late) == .tensor("a", .gap(bytes: 4)))
  }

  @Test func dataBeyondTheLimit() {
    let bytes = fileBytes("{\(member("a", "U8", [65], 0, 65))}")
    #expect(problem(in: bytes, limits) == .dataTooLong(bytes: 65, limit: 64))
    let absurd = fileBytes("{\(member("a", "U8", [Int.max], 0, Int.max))}")
    #expect(problem(in: absurd) == .dataTooLong(bytes: .max, limit: 4 << 30))
  }

  // MARK: Data

  @Test func dataBeyondTheFile() {
    // The header asks for 4 GiB, of which nothing is allocated that does not arrive.
    let bytes = fileBytes("{\(member("a", "F32", [1 << 30], 0, 4 << 30))}", eight)
    #expect(problem(in: bytes) == .tensor("a", .dataCut(expected: 4 << 30, found: 8)))
  }

  @Test func bytesAfterTheLastTensor() {
    let bytes = fileBytes("{\(member("a", "F32", [2], 0, 8))}", eight)
    #expect(problem(in: bytes + [0]) == .trailingBytes(after: bytes.count))
    #expect(problem(in: fileBytes("{}") + [0]) == .trailingBytes(after: 10))
  }

  @Test func notFinite() {
    let expected = SafetensorsProblem.tensor("t", .notFinite(element: 1))
    for value in [Float.nan, .infinity, -.infinity, .signalingNaN] {
      #expect(problem(in: oneTensor("F32", [0, value])) == expected, "\(value)")
      #expect(problem(in: oneTensor("F64", [0, Double(value)])) == expected, "\(value)")
    }
    for bits: UInt16 in [0x7c00, 0xfc00, 0x7e00, 0x7c01] {
      #expect(problem(in: oneTensor("F16", [0, bits])) == expected, "\(bits)")
    }
    for bits: UInt16 in [0x7f80, 0xff80, 0x7fc0] {
      #expect(problem(in: oneTensor("BF16", [0, bits])) == expected, "\(bits)")
    }
  }

  @Test func doubleBeyondFloat() {
    #expect(
      problem(in: oneTensor("F64", [0, 0, -1e39]))
        == .tensor("t", .floatOverflow(element: 2, value: -1e39)))
  }

  @Test(arguments: [Int64(Int32.max) + 1, Int64(Int32.min) - 1, .max, .min])
  func int64BeyondInt32(value: Int64) {
    #expect(
      problem(in: oneTensor("I64", [value]))
        == .tensor("t", .integerOverflow(element: 0, value: value)))
  }
}
