import ByteIO
import CPNG
import Imaging
import Testing

/// One line of the fixtures' list.
struct PNGKind: CustomTestStringConvertible {
  let name: String
  let raw: String
  let shape: [Int]

  var testDescription: String { name }

  static let all: [PNGKind] = {
    let list = (try? fixture("kinds.txt")) ?? []
    return list.split(separator: 0x0A).map { line in
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      return PNGKind(name: words[0], raw: words[1], shape: words[2...].compactMap { Int($0) })
    }
  }()
}

@Suite struct PNGReading {
  @Test func fixturesAreThere() {
    #expect(PNGKind.all.count == 54)
  }

  @Test(arguments: PNGKind.all) func pixelsAreExact(_ kind: PNGKind) throws {
    let raw = try fixture("\(kind.raw).raw")
    let expected = stride(from: 0, to: raw.count, by: 4).map { i in
      Float(bitPattern: raw[i..<i + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    let file = try ImageFile(ByteReader(fixture("\(kind.name).png"), name: "test"))
    #expect(file.format == .png)
    #expect(file.declaredCount == nil)
    let info = try #require(try file.nextInfo())
    #expect([info.height, info.width, info.channels] == kind.shape)
    let image = try #require(try file.next())
    #expect(image.info == info)
    #expect(image.pixels == expected)
    #expect(try file.nextInfo() == nil)
    #expect(try file.next() == nil)
  }

  @Test func sixteenBitsAreKept() throws {
    let image = try images(fixture("grey16.png"))[0]
    let levels = Set(image.pixels.map { ($0 * 65535).rounded() })
    #expect(levels.contains { Int($0) % 257 != 0 })
  }

  @Test(arguments: ["grey16-key", "palette2-alpha-adam7", "rgb8", "chunks"])
  func truncationAtEveryByteIsAnError(_ name: String) throws {
    let png = try fixture("\(name).png")
    for count in 1..<png.count {
      let found = problem(Array(png.prefix(count)))
      if count < 8 {
        #expect(found is ImageFormatProblem, "\(count) bytes")
      } else {
        #expect(found as? PNGProblem == .truncated(bytes: count), "\(count) bytes")
      }
    }
  }

  @Test(arguments: ["grey16-key", "palette2-alpha-adam7", "chunks"])
  func everyFlippedByteIsAnError(_ name: String) throws {
    let png = try fixture("\(name).png")
    for index in png.indices {
      var damaged = png
      damaged[index] ^= 0x10
      #expect(problem(damaged) != nil, "byte \(index)")
    }
  }

  @Test func failedReadsAreReportedAsSuch() throws {
    let png = try fixture("rgb8.png")
    for count in stride(from: 33, to: png.count, by: 7) {
      let source = FailingSource(Array(png.prefix(count)))
      let found = unnamed { _ = try ImageFile(ByteReader(source)).next() }
      #expect(found as? SystemProblem == .cannotRead(reason: 5), "\(count) bytes")
    }
  }

  @Test func aBombIsRefusedByItsHeader() {
    let found = problem(Self.header(height: 60_000, width: 60_000))
    #expect(
      found as? PNGProblem == .tooLarge(height: 60_000, width: 60_000, limit: Image.pixelLimit))
    #expect(
      found?.description
        == "a PNG of [60000,60000], 3600000000 pixels, the limit is 268435456")
    let overflowing = problem(Self.header(height: 0xC005_CAFD, width: 0xF800_0005))
    #expect(
      overflowing as? PNGProblem
        == .tooLong(height: 0xC005_CAFD, width: 0xF800_0005, limit: Image.sideLimit))
    let long = problem(Self.header(height: 1, width: Image.sideLimit + 1))
    #expect(
      long as? PNGProblem == .tooLong(height: 1, width: 1_048_577, limit: Image.sideLimit))
    #expect(
      long?.description == "a PNG of [1,1048577] pixels, the limit of a side is 1048576")
  }

  @Test func faultsOfTheHeader() {
    #expect(
      problem(Self.header(height: 0, width: 3)) as? PNGProblem == .zeroSize(height: 0, width: 3))
    #expect(
      problem(Self.header(height: 2, width: 3, depth: 3)) as? PNGProblem
        == .unknownKind(colorType: 2, depth: 3))
    var png = Self.header(height: 2, width: 3)
    png[32] ^= 1
    #expect(problem(png) as? PNGProblem == .headerChecksum)
    png[15] = UInt8(ascii: "X")
    #expect(problem(png) as? PNGProblem == .missingHeader)
  }

  @Test func libraryWordsAreOneLowerCaseLine() throws {
    var png = try fixture("rgb8.png")
    png[33 + 4 + 4 + 10] ^= 1
    #expect(problem(png)?.description == "idat: crc error")
  }

  @Test func compressedDataThatDoesNotFitIsAnError() throws {
    let head = Self.header(height: 1, width: 2, colorType: 0)
    let end = Self.chunk("IEND", [])
    // Filter byte and two pixels, stored without compression.
    let good = Self.stored([0, 10, 20])
    #expect(
      try images(head + Self.chunk("IDAT", good) + end)[0].pixels == [10 / 255, 20 / 255])
    var wrongSum = good
    wrongSum[wrongSum.count - 1] ^= 1
    for data in [wrongSum, Self.stored([0, 10]), Self.stored([0, 10, 20, 30]), good + [1]] {
      let found = problem(head + Self.chunk("IDAT", data) + end)
      guard case .invalid? = found as? PNGProblem else {
        Issue.record("\(data): \(String(describing: found))")
        continue
      }
    }
  }

  @Test func aPaletteIndexPastTheEndIsAnError() {
    let png =
      Self.header(height: 1, width: 2, colorType: 3)
      + Self.chunk("PLTE", [1, 2, 3, 4, 5, 6]) + Self.chunk("IDAT", Self.stored([0, 1, 2]))
      + Self.chunk("IEND", [])
    #expect(problem(png) as? PNGProblem == .paletteIndex(found: 2, count: 2))
  }

  @Test func bytesAfterTheEndAreAnError() throws {
    #expect(try problem(fixture("rgb8.png") + [0]) as? PNGProblem == .trailingBytes)
  }

  // MARK: -

  static func header(
    height: Int, width: Int, depth: UInt8 = 8, colorType: UInt8 = 2, interlace: UInt8 = 0
  ) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, interlace])
  }

  static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(0, body, UInt32(body.count))))
  }

  /// `data` as a zlib stream of one block without compression.
  static func stored(_ data: [UInt8]) -> [UInt8] {
    let count = UInt8(data.count)
    let sum = Int(adler32(1, data, UInt32(data.count)))
    return [0x78, 0x01, 1, count, 0, ~count, 0xFF] + data + bigEndian(sum)
  }
}

@Suite struct PNGWriting {
  @Test(arguments: [(1, 1, 1), (7, 5, 1), (4, 9, 3), (64, 1, 3)])
  func whatIsWrittenIsReadBack(_ shape: (Int, Int, Int)) throws {
    let image = noise(shape.0, shape.1, shape.2, seed: 3)
    let back = try images(encodePNG(image))
    #expect(back.count == 1)
    #expect(back[0].info == image.info)
    #expect(back[0].pixels == image.pixels.map { ($0 * 255).rounded() / 255 })
  }

  @Test func valuesAreClamped() throws {
    let image = Image(height: 1, width: 4, channels: 1, pixels: [-1, 2, .infinity, 0.5])
    #expect(try images(encodePNG(image))[0].pixels == [0, 1, 1, 128 / 255])
  }

  @Test func whatCannotBeWrittenIsRefused() {
    let nan = Image(height: 2, width: 2, channels: 3, pixels: (0..<12).map { $0 == 10 ? .nan : 0 })
    #expect(throws: PNGProblem.notANumber(row: 1, column: 1)) { try encodePNG(nan) }
    let two = Image(height: 1, width: 1, channels: 2, pixels: [0, 0])
    #expect(throws: PNGProblem.channels(found: 2)) { try encodePNG(two) }
    let none = Image(height: 0, width: 5, channels: 1, pixels: [])
    #expect(throws: PNGProblem.zeroSize(height: 0, width: 5)) { try encodePNG(none) }
  }

  @Test func greyIsRec601() throws {
    let image = Image(height: 1, width: 2, channels: 3, pixels: [1, 0.6, 0.2, 1, 1, 1])
    let bytes = try encodePNG(image)
    let file = try ImageFile(ByteReader(bytes, name: "test"))
    let grey = try #require(try file.next(as: .grey))
    #expect(grey.info == ImageInfo(height: 1, width: 2, channels: 1))
    #expect(abs(grey.pixels[0] - 0.674) < 1e-6)
    #expect(abs(grey.pixels[1] - 1) < 1e-6)
  }
}

/// The channels that are asked for are those of the stored pixels, turned, in every format.
@Suite struct AskedChannels {
  private func first(_ bytes: [UInt8], as channels: PixelChannels) throws -> Image {
    try #require(try ImageFile(ByteReader(bytes, name: "test")).next(as: channels))
  }

  private static let files: [[UInt8]] = {
    let colorText = Array("P3 2 3 9  1 2 3 4 5 6  7 8 9 1 2 3 # no more\n 4 5 6 7 8 9".utf8)
    let bits = Array("P1 3 2 101 010".utf8)
    var color = Array("P6 1 2 255\n".utf8)
    color += [1, 2, 3, 250, 128, 7] as [UInt8]
    var grey = Array("P5 3 1 255\n".utf8)
    grey += [1, 200, 30] as [UInt8]
    var colors: [UInt8] = [0, 0, 8, 4]
    for size in [2, 1, 2, 3] { colors += bigEndian(size) }
    for value in 0..<12 { colors.append(UInt8(value * 20)) }
    var greys: [UInt8] = [0, 0, 8, 3]
    for size in [1, 2, 2] { greys += bigEndian(size) }
    greys += [9, 8, 7, 6] as [UInt8]
    return [colorText, bits, color, grey, colors, greys]
  }()

  @Test(arguments: files) func turned(file: [UInt8]) throws {
    let stored = try first(file, as: .stored)
    let grey = try first(file, as: .grey)
    let color = try first(file, as: .color)
    #expect(grey.channels == 1 && color.channels == 3)
    guard stored.channels == 3 else {
      #expect(grey == stored && color.pixels == stored.pixels.flatMap { [$0, $0, $0] })
      return
    }
    #expect(color == stored)
    var expected: [Float] = []
    for pixel in stride(from: 0, to: stored.pixels.count, by: 3) {
      let (red, green, blue) = (
        stored.pixels[pixel], stored.pixels[pixel + 1], stored.pixels[pixel + 2]
      )
      let weighted: Float = 0.299 * red + 0.587 * green
      expected.append(weighted + 0.114 * blue)
    }
    #expect(grey.pixels == expected)
  }
}
