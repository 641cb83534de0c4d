import ByteIO
import Imaging
import Testing

@Suite struct PNMReading {
  /// One PNM file of one image.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let file: [UInt8]
    var channels = 1
    let pixels: [Float]
    /// Bytes at the end without which it is still an image, if perhaps another one.
    var optional = 0

    var testDescription: String { name }

    init(
      _ name: String, _ text: String, _ raw: [UInt8] = [], channels: Int = 1, optional: Int = 0,
      pixels: [Float]
    ) {
      self.name = name
      self.channels = channels
      self.optional = optional
      self.pixels = pixels
      file = Array(text.utf8) + raw
    }
  }

  static let checks: [Float] = [0, 1, 0, 1, 0, 1]
  static let quarters: [Float] = [0, 0.25, 0.5, 0.75, 1, 0]
  static let color: [Float] = [0, 1, 0.2, 0.2, 0, 1]
  static let cases = [
    Case("P1", "P1 3 2\n1 0 1\n0 1 0\n", optional: 1, pixels: checks),
    Case("P1 packed", "P1 3 2 101010", pixels: checks),
    Case("P2", "P2 3 2 4\n0 1 2\n3 4 0\n", optional: 1, pixels: quarters),
    Case("P2 ends in a digit", "P2 3 2 65535 0 1 2 3 4 65535", optional: 4, pixels: deep),
    Case("P3", "P3 1 2 255 0 255 51  51 0 255\n", channels: 3, optional: 3, pixels: color),
    Case("P4", "P4 3 2\n", [0b1010_0000, 0b0101_1111], pixels: [0, 1, 0, 1, 0, 1]),
    Case("P4 of 9", "P4 9 1\n", [0, 0x80], pixels: [1, 1, 1, 1, 1, 1, 1, 1, 0]),
    Case("P5", "P5 3 2 4\n", [0, 1, 2, 3, 4, 0], pixels: quarters),
    Case("P5 deep", "P5 3 2 65535\n", [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 255, 255], pixels: deep),
    Case("P6", "P6 1 2 255\n", [0, 255, 51, 51, 0, 255], channels: 3, pixels: color),
    Case("comments", "P5#a 3\n#b\r3# c\n 2 # 9\n\n4#d\n", [0, 1, 2, 3, 4, 0], pixels: quarters),
    Case("comments in pixels", "P2 2 1 4 #\n1# 3\n #\n2#3", optional: 2, pixels: [0.25, 0.5]),
  ]
  static let deep: [Float] = [0, 1, 2, 3, 4, 65535].map { $0 / 65535 }

  @Test(arguments: cases) func formats(_ test: Case) throws {
    let file = try ImageFile(ByteReader(test.file, name: "test"))
    #expect(file.format == .pnm)
    let info = try file.nextInfo()
    let image = try #require(try file.next())
    #expect(image.info == info)
    #expect(image.channels == test.channels)
    #expect(image.pixels == test.pixels)
    #expect(try file.next() == nil)
  }

  @Test func imagesFollowOneAnother() throws {
    let all = Array(Self.cases.map(\.file).joined(separator: [0x0A]))
    #expect(try images(all).map(\.pixels) == Self.cases.map(\.pixels))
    // Raw ones without a line between them too.
    let raw = Self.cases.filter { ["P4", "P5", "P6"].contains($0.name.prefix(2)) }
    #expect(try images(Array(raw.map(\.file).joined())).map(\.pixels) == raw.map(\.pixels))
  }

  @Test func skipping() throws {
    let all = Array(Self.cases.map(\.file).joined(separator: [0x0A]))
    let file = try ImageFile(ByteReader(all, name: "test"))
    for (index, test) in Self.cases.enumerated() {
      if index % 2 == 0 {
        try file.skip()
      } else {
        #expect(try file.next()?.pixels == test.pixels, "\(test.name)")
      }
    }
    #expect(try file.nextInfo() == nil)
    try file.skip()
  }

  @Test func textOfManyBlocks() throws {
    let image = noise(150, 700, 1, seed: 8)
    let samples = image.pixels.map { Int($0 * 65535) }
    let text = "P2 700 150 65535\n" + samples.map(String.init).joined(separator: "\n# x\n")
    let found = try images(Array(text.utf8))
    #expect(found[0].pixels == samples.map { Float($0) / 65535 })
  }

  @Test(arguments: cases) func truncationAtEveryByteIsAnError(_ test: Case) {
    for count in 1..<test.file.count - test.optional {
      let found = problem(Array(test.file.prefix(count)))
      #expect(found is PNMProblem || (count == 1 && found is ImageFormatProblem), "\(count) bytes")
    }
  }

  static let faults: [(file: String, problem: PNMProblem)] = [
    ("P5 3", .truncatedHeader(missing: .width)),
    ("P5 3 2", .truncatedHeader(missing: .height)),
    ("P5 3 2 255", .truncatedHeader(missing: .maximum)),
    ("P5 x 2 255\n", .notANumber(.width, found: "\"x\"")),
    ("P5 3 -2 255\n", .notANumber(.height, found: "\"-\"")),
    ("P5 3 2 2.5\n", .notANumber(.maximum, found: "\".\"")),
    ("P5 3 \u{1} 255\n", .notANumber(.height, found: "byte 1")),
    ("P5 0 2 255\n", .outOfRange(.width, found: 0, limits: 1...Image.sideLimit)),
    ("P5 3 0 255\n", .outOfRange(.height, found: 0, limits: 1...Image.sideLimit)),
    ("P5 3 2 0\n", .outOfRange(.maximum, found: 0, limits: 1...65535)),
    ("P5 3 2 65536\n", .outOfRange(.maximum, found: 65536, limits: 1...65535)),
    (
      "P5 99999999999999999999999 2 255\n",
      .outOfRange(.width, found: 4_294_967_295, limits: 1...Image.sideLimit)
    ),
    (
      "P5 1048576 1048576 255\n",
      .tooLarge(height: 1_048_576, width: 1_048_576, limit: 268_435_456)
    ),
    ("P5 16384 16384 255\nabc", .truncated(expected: 268_435_456, found: 3)),
    ("P6 16384 16384 65535\nabcd", .truncated(expected: 805_306_368, found: 2)),
    ("P2 16384 16384 255\n1 2 3", .truncated(expected: 268_435_456, found: 3)),
    ("P4 9 2\nabc", .truncated(expected: 18, found: 17)),
    ("P5 3 1 50\naaa", .sampleTooLarge(index: 0, found: 97, maximum: 50)),
    ("P2 3 1 50\n1 51 3", .sampleTooLarge(index: 1, found: 51, maximum: 50)),
    ("P1 3 1\n1 2 0", .sampleTooLarge(index: 1, found: 2, maximum: 1)),
    ("P2 3 1 50\n1 -2 3", .notASample(index: 1, found: "\"-\"")),
    ("P2 3 1 50\n1 2 3P2", .notASample(index: 2, found: "\"P\"")),
    ("P5 3 1 255\nabcd", .magic(found: "\"d\"")),
    ("P5 3 1 255\nabcP9 1 1 255\n1", .magic(found: "\"P9 \"")),
    ("P5 3 1 255\nabc\u{1}\u{2}", .magic(found: "bytes 1 2")),
  ]

  @Test(arguments: faults.indices) func everyFaultHasItsProblem(_ index: Int) {
    let (file, expected) = Self.faults[index]
    #expect(problem(Array(file.utf8)) as? PNMProblem == expected, "\(file)")
  }

  @Test func wordsOfProblems() {
    let words = Self.faults.map(\.problem.description)
    #expect(words[3] == "PNM width: expected a number, found \"x\"")
    #expect(words[10] == "PNM maximum 65536, expected 1 to 65535")
    #expect(words[13] == "truncated PNM: expected 268435456 samples, found 3")
  }
}
