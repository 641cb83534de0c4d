import ByteIO
import CPNG
import Imaging
import Testing

/// `data` as one gzip member of stored blocks, that is, without compression.
func stored(gzip data: [UInt8]) -> [UInt8] {
  var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var rest = data[...]
  repeat {
    let block = rest.prefix(65535)
    rest = rest.dropFirst(block.count)
    let size = [UInt8(block.count & 255), UInt8(block.count >> 8)]
    member += [rest.isEmpty ? 1 : 0] + size + size.map { ~$0 } + block
  } while !rest.isEmpty
  let sum = bigEndian(Int(crc32(0, data, UInt32(data.count))))
  return member + sum.reversed() + bigEndian(data.count).reversed()
}

@Suite struct Gzip {
  /// What `gzip -9` makes of "hello, hello, hello, hello\n".
  static let hello: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8, 0xC0,
    0xA4, 0xB8, 0x00, 0x4B, 0x21, 0xA1, 0x29, 0x1B, 0, 0, 0,
  ]

  func contents(_ bytes: [UInt8]) throws -> [UInt8] {
    let reader = ByteReader(try GzipSource(ByteReader(bytes, name: "test")))
    #expect(reader.name == "test")
    return try reader.read(upTo: 1 << 24)
  }

  @Test func compressedData() throws {
    #expect(try contents(Self.hello) == Array("hello, hello, hello, hello\n".utf8))
  }

  @Test(arguments: [0, 1, 65535, 65536, 1_000_000]) func lengths(_ count: Int) throws {
    var generator = SeededGenerator(UInt64(count))
    let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try contents(stored(gzip: data)) == data)
  }

  @Test func membersAreOneStream() throws {
    let members = stored(gzip: [1, 2]) + stored(gzip: []) + Self.hello + stored(gzip: [3])
    let text = Array("hello, hello, hello, hello\n".utf8)
    #expect(try contents(members) == [1, 2] + text + [3])
  }

  @Test func truncationAtEveryByteIsAnError() throws {
    let two = Self.hello + stored(gzip: [1, 2, 3])
    for count in 0..<two.count where count != Self.hello.count {
      let found = unnamed { _ = try contents(Array(two.prefix(count))) }
      #expect(found as? GzipProblem == .truncated, "\(count) bytes")
    }
  }

  @Test func damageIsAnError() {
    for index in Self.hello.indices where !(4..<10).contains(index) {
      var damaged = Self.hello
      damaged[index] ^= 0x10
      #expect(unnamed { _ = try contents(damaged) } is GzipProblem, "byte \(index)")
    }
    var damaged = Self.hello
    damaged[24] ^= 1
    let found = unnamed { _ = try contents(damaged) }
    #expect(found?.description == "corrupt gzip data: incorrect data check")
    #expect(unnamed { _ = try contents(Self.hello + [0]) } as? GzipProblem == .trailingBytes)
  }

  @Test func imagesThroughGzip() throws {
    #expect(try images(stored(gzip: IDXReading.bytes)).count == 3)
    #expect(try images(stored(gzip: Array("P2 1 1 4 1\n".utf8)))[0].pixels == [0.25])
    #expect(try images(stored(gzip: fixture("rgb8.png"))) == images(fixture("rgb8.png")))
    let cut = Array(stored(gzip: IDXReading.bytes).dropLast(9))
    #expect(problem(cut) as? GzipProblem == .truncated)
  }
}

@Suite struct Formats {
  @Test func npyIsLeftToOthers() throws {
    let npy = [0x93] + Array("NUMPY\u{1}\0".utf8)
    for bytes in [npy, stored(gzip: npy)] {
      let file = try ImageFile(ByteReader(bytes, name: "test"))
      #expect(file.format == .npy)
      #expect(try file.bytes.read(upTo: 100) == npy)
      #expect(unnamed { _ = try file.next() } as? ImageFormatProblem == .array)
    }
  }

  @Test func whatIsNoImage() {
    #expect(problem([])?.description == "empty, expected an image")
    #expect(problem(stored(gzip: []))?.description == "empty, expected an image")
    #expect(
      problem(Array("hello".utf8))?.description
        == "begins with 68 65 6c 6c, expected a PNG, PNM, IDX or NPY file")
    #expect(problem(Array("RIFF".utf8)) is ImageFormatProblem)
    #expect(problem(Array("P5x".utf8)) is ImageFormatProblem)
  }

  static let foreign: [(start: [UInt8], words: String)] = [
    ([0xFF, 0xD8, 0xFF, 0xE0], "a JPEG; try djpeg photo | patches"),
    (Array("GIF89a".utf8), "a GIF; try giftopnm photo | patches"),
    (Array("II*\0".utf8), "a TIFF; try tifftopnm photo | patches"),
    (Array("MM\0*".utf8), "a TIFF; try tifftopnm photo | patches"),
    (Array("RIFF1234WEBPVP8 ".utf8), "a WebP; try dwebp -ppm -o - photo | patches"),
    (Array("BM".utf8), "a BMP; try bmptopnm photo | patches"),
    (Array("P7\n".utf8), "a PAM; try pamtopnm photo | patches"),
  ]

  @Test(arguments: foreign.indices) func otherFormatsNameACommand(_ index: Int) throws {
    let (start, words) = Self.foreign[index]
    let error = try #require(throws: FileProblem.self) {
      try ImageFile(ByteReader(start, name: "photo"))
    }
    #expect(error.description == "photo: \(words)")
  }

  @Test func namesInCommands() throws {
    for (name, words) in [
      ("<stdin>", "djpeg"), ("a b.jpg", "djpeg 'a b.jpg'"), ("it's.jpg", "djpeg 'it'\\''s.jpg'"),
    ] {
      let error = try #require(throws: FileProblem.self) {
        try ImageFile(ByteReader([0xFF, 0xD8, 0xFF], name: name))
      }
      #expect(error.description == "\(name): a JPEG; try \(words) | patches")
    }
  }

  /// Files of all kinds with a few bytes changed: an image or a problem, and never a crash.
  @Test(arguments: 0..<8 as Range<UInt64>) func damageIsAnImageOrAProblem(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed)
    var files = PNMReading.cases.map(\.file) + [IDXReading.bytes, Gzip.hello]
    files += [idx(0x0E, [2, 1, 1], Array(0..<16)), stored(gzip: IDXReading.bytes)]
    files += try ["grey4-key", "rgb8-adam7", "palette2-alpha"].map { try fixture("\($0).png") }
    for file in files {
      for _ in 0..<100 {
        var damaged = file
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let index = Int.random(in: 0..<min(file.count, 64), using: &generator)
          damaged[index] = UInt8.random(in: 0...255, using: &generator)
        }
        do { _ = try images(damaged) } catch { #expect(error is FileProblem, "\(damaged)") }
      }
    }
  }
}
