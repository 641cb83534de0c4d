import ByteIO
import Imaging
import Testing

/// An IDX file: type, shape, data.
func idx(_ type: UInt8, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)] + shape.flatMap(bigEndian) + data
}

@Suite struct IDXReading {
  static let bytes = idx(8, [3, 2, 2], [0, 255, 51, 102, 1, 2, 3, 4, 5, 6, 7, 8])

  @Test func imagesComeOneAtATime() throws {
    let file = try ImageFile(ByteReader(Self.bytes, name: "test"))
    #expect(file.format == .idx)
    #expect(file.declaredCount == 3)
    #expect(try file.nextInfo() == ImageInfo(height: 2, width: 2, channels: 1))
    #expect(try file.next()?.pixels == [0, 1, 0.2, 0.4])
    #expect(file.bytes.position == 20)
    try file.skip()
    #expect(try file.next()?.pixels == [5, 6, 7, 8].map { $0 / 255 })
    #expect(try file.nextInfo() == nil)
    #expect(try file.next() == nil)
    try file.skip()
    #expect(file.declaredCount == 3)
  }

  @Test func ranksTwoAndFour() throws {
    let one = try images(idx(8, [2, 3], [0, 51, 102, 153, 204, 255]))
    #expect(one.map(\.info) == [ImageInfo(height: 2, width: 3, channels: 1)])
    #expect(one[0].pixels == [0, 0.2, 0.4, 0.6, 0.8, 1])
    let color = try images(idx(8, [2, 1, 1, 3], [0, 51, 102, 153, 204, 255]))
    #expect(
      color.map(\.info) == Array(repeating: .init(height: 1, width: 1, channels: 3), count: 2))
    #expect(color.map(\.pixels) == [[0, 0.2, 0.4], [0.6, 0.8, 1]])
  }

  static let types: [(type: UInt8, data: [UInt8], pixels: [Float])] = [
    (0x08, [0, 255], [0, 1]),
    (0x09, [127, 0x81], [1, -1]),
    (0x0B, [0x7F, 0xFF, 0x80, 0x01], [1, -1]),
    (0x0C, [0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 1], [1, -1]),
    (0x0D, [0x40, 0x48, 0xF5, 0xC3, 0xBF, 0x80, 0, 0], [3.14, -1]),
    (
      0x0E, [0x40, 0x09, 0x1E, 0xB8, 0x51, 0xEB, 0x85, 0x1F, 0x80, 0, 0, 0, 0, 0, 0, 0], [3.14, 0]
    ),
  ]

  @Test(arguments: types.indices) func elementTypes(_ index: Int) throws {
    let (type, data, pixels) = Self.types[index]
    #expect(try images(idx(type, [1, 1, 2], data))[0].pixels == pixels)
  }

  @Test func noImagesAreFine() throws {
    let file = try ImageFile(ByteReader(idx(8, [0, 28, 28], []), name: "test"))
    #expect(file.declaredCount == 0)
    #expect(try file.next() == nil)
  }

  @Test func truncationAtEveryByteIsAnError() {
    for count in 0..<Self.bytes.count {
      let found = problem(Array(Self.bytes.prefix(count)))
      let expected: any Problem =
        switch count {
        case 0: ImageFormatProblem.empty
        case 1: ImageFormatProblem.unknown(start: [0])
        case 2..<4: IDXProblem.truncatedHeader(expected: 4, found: count)
        case 4..<16: IDXProblem.truncatedHeader(expected: 16, found: count)
        default: IDXProblem.truncated(expected: 3, found: (count - 16) / 4)
        }
      #expect(found?.description == expected.description, "\(count) bytes")
      let skipped = unnamed {
        let file = try ImageFile(ByteReader(Array(Self.bytes.prefix(count)), name: "test"))
        while try file.nextInfo() != nil { try file.skip() }
      }
      #expect(skipped?.description == expected.description, "\(count) bytes")
    }
  }

  static let faults: [(file: [UInt8], problem: IDXProblem)] = [
    (idx(0x07, [1, 1, 1], [0]), .unknownType(found: 7)),
    (idx(0x0A, [1, 1, 1], [0]), .unknownType(found: 10)),
    (idx(0x08, [], [0]), .imageRank(found: 0)),
    (idx(0x08, [1], [0]), .imageRank(found: 1)),
    (idx(0x08, [1, 1, 1, 1, 1], [0]), .imageRank(found: 5)),
    (idx(0x08, [1, 0, 1], []), .zeroSize(shape: [1, 0, 1])),
    (idx(0x08, [1, 1, 1, 0], []), .zeroSize(shape: [1, 1, 1, 0])),
    (
      idx(0x08, [1, 60000, 60000], []),
      .tooLarge(shape: [1, 60000, 60000], limit: Image.pixelLimit)
    ),
    (
      idx(0x08, [1, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []),
      .tooLarge(shape: [1, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], limit: Image.pixelLimit)
    ),
    (
      idx(0x08, [1, 1, (1 << 22) + 1], []),
      .rowTooLong(shape: [1, 1, (1 << 22) + 1], limit: 1 << 22)
    ),
    (
      idx(0x08, [1, 4, 2, 1 << 22], []), .rowTooLong(shape: [1, 4, 2, 1 << 22], limit: 1 << 22)
    ),
    (idx(0x08, [1, 2, 1 << 22], [1]), .truncated(expected: 1, found: 0)),
    (idx(0x0E, [9, 16384, 16384], [1, 2]), .truncated(expected: 9, found: 0)),
    (idx(0x0D, [2, 1, 1], [0, 0, 0, 0, 0x7F, 0xC0, 0, 0]), .notFinite(image: 1, index: 0)),
    (idx(0x0E, [1, 1, 1], [0x7F, 0, 0, 0, 0, 0, 0, 0]), .notFinite(image: 0, index: 0)),
    (idx(0x08, [1, 1, 1], [0, 0]), .trailingBytes(count: 1)),
  ]

  @Test(arguments: faults.indices) func everyFaultHasItsProblem(_ index: Int) {
    let (file, expected) = Self.faults[index]
    #expect(problem(file) as? IDXProblem == expected)
  }

  @Test func wordsOfProblems() {
    #expect(
      IDXProblem.unknownType(found: 10).description
        == "IDX element type 0a, expected one of 08 09 0b 0c 0d 0e")
    #expect(
      IDXProblem.zeroSize(shape: [1, 0, 1]).description
        == "an IDX array [1, 0, 1], images have at least one pixel")
  }
}

@Suite struct Labels {
  func labels(_ bytes: [UInt8]) throws -> [Int32] {
    try readLabels(ByteReader(bytes, name: "test"))
  }

  func labelProblem(_ bytes: [UInt8]) -> (any Problem)? { unnamed { _ = try labels(bytes) } }

  @Test func idxLabels() throws {
    #expect(try labels(idx(0x08, [4], [0, 7, 9, 255])) == [0, 7, 9, 255])
    #expect(try labels(idx(0x09, [2], [1, 0xFF])) == [1, -1])
    #expect(try labels(idx(0x0B, [2], [1, 0, 0xFF, 0xFE])) == [256, -2])
    #expect(try labels(idx(0x0C, [1], [0x80, 0, 0, 0])) == [.min])
    #expect(try labels(idx(0x08, [0], [])) == [])
    #expect(try labels(stored(gzip: idx(0x08, [2], [3, 4]))) == [3, 4])
  }

  @Test(arguments: ["3\n-1\n+4\n", "3\n-1\n4", " 3 \r\n-1\r\n4\r\n\r\n", "3\n-1\n4\n\n  \n\n"])
  func textLabels(_ text: String) throws {
    #expect(try labels(Array(text.utf8)) == [3, -1, 4])
  }

  @Test func manyLines() throws {
    let expected = (0..<100_000).map { Int32($0) &* 7919 }
    let text = expected.map { "\($0)\n" }.joined()
    #expect(try labels(Array(text.utf8)) == expected)
    #expect(try labels(stored(gzip: Array("1\n2\n".utf8))) == [1, 2])
  }

  @Test func faultsOfText() {
    let cases: [(String, LabelProblem)] = [
      ("", .empty), ("\n\n", .empty),
      ("1\nx\n", .notAnInteger(line: 2, found: "\"x\"")),
      ("1\n2.5\n", .notAnInteger(line: 2, found: "\"2.5\"")),
      ("1 2\n", .notAnInteger(line: 1, found: "\"1 2\"")),
      ("-\n", .notAnInteger(line: 1, found: "\"-\"")),
      ("1\n\n2\n", .notAnInteger(line: 2, found: "a blank line")),
      ("1\n2147483648\n", .outOfRange(line: 2, found: "2147483648")),
      ("\u{7}\n", .notAnInteger(line: 1, found: "\"?\"")),
      // What stands behind the part of a line that is looked at.
      (
        "5" + String(repeating: " ", count: 70) + "6\n",
        .notAnInteger(line: 1, found: "\"5" + String(repeating: " ", count: 23) + "\"")
      ),
    ]
    for (text, expected) in cases {
      #expect(labelProblem(Array(text.utf8)) as? LabelProblem == expected, "\(text)")
    }
    #expect(labelProblem([0x93] + Array("NUMPY".utf8)) as? LabelProblem == .array)
  }

  @Test func faultsOfIDX() {
    let cases: [([UInt8], IDXProblem)] = [
      ([0], .truncatedHeader(expected: 4, found: 1)),
      ([0, 1, 8, 1], .magic(found: [0, 1, 8, 1])),
      (idx(0x08, [1, 1], [0]), .labelRank(found: 2)),
      (idx(0x0D, [1], [0, 0, 0, 0]), .labelType(found: 0x0D)),
      (idx(0x0B, [3], [0, 0, 0, 0, 0]), .truncated(expected: 3, found: 2)),
      (idx(0x08, [0xFFFF_FFFF], [0]), .truncated(expected: 0xFFFF_FFFF, found: 1)),
      (idx(0x08, [1], [0, 0]), .trailingBytes(count: 1)),
    ]
    for (bytes, expected) in cases { #expect(labelProblem(bytes) as? IDXProblem == expected) }
  }
}
