import ByteIO
import TestSupport
import Testing

/// A source that gives as many bytes at once as it is told to.
private final class ShortReads: ByteSource {
  let name = "short"
  private let bytes: [UInt8]
  private let most: Int
  private var position = 0

  init(_ bytes: [UInt8], most: Int) {
    self.bytes = bytes
    self.most = most
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, most, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}

@Suite struct ReaderTests {
  private let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

  @Test(arguments: [1, 7, 4096, 65_536, 300_000, 1 << 20]) func whateverComesAtOnce(most: Int)
    throws
  {
    let count = most < 10 ? 5000 : bytes.count
    let bytes = Array(bytes[..<count])
    let reader = ByteReader(ShortReads(bytes, most: most))
    var position = 0
    var round = 0
    while position < count {
      let wanted = [1, 3, 100, 5000, 262_144, 400_000][round % 6]
      let peeked = min(wanted, ByteReader.blockSize, count - position)
      let ahead = try reader.peek(min(wanted, ByteReader.blockSize))
      #expect(ahead.elementsEqual(bytes[position..<position + peeked]), "peek \(wanted)")
      #expect(reader.position == position)
      let expected = bytes[position..<min(count, position + wanted)]
      if round % 2 == 0 {
        #expect(try reader.read(upTo: wanted).elementsEqual(expected), "read \(wanted)")
      } else {
        var target = [UInt8](repeating: 0, count: wanted)
        let got = try target.withUnsafeMutableBytes { try reader.read(into: $0) }
        #expect(target[..<got].elementsEqual(expected), "read \(wanted) into")
      }
      position += expected.count
      round += 1
    }
    #expect(try reader.isAtEnd() && reader.position == count)
    #expect(try reader.peek(10).isEmpty && reader.read(upTo: 10).isEmpty)
  }

  @Test func filesThatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "file")
    for (path, words) in [
      ("missing", "cannot open: no such file or directory"),
      ("", "is a directory, expected a file"),
      ("file/below", "cannot open: not a directory"),
    ] {
      let path = path.isEmpty ? folder.path : folder.file(path)
      let problem = #expect(throws: FileProblem.self) { try ByteReader(path: path) }
      #expect(problem?.description == "\(path): \(words)")
      let known = #expect(throws: FileProblem.self) { try checkReadable(path) }
      #expect(known?.description == problem?.description)
    }
    try checkReadable(folder.file("file"))
    #expect(isRegularFile(folder.file("file")) && !isRegularFile(folder.path))
    #expect(!isRegularFile(folder.file("missing")) && !isRegularFile("/dev/null"))
  }

  @Test func floatsWhereTheyLie() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([9, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], to: "floats")
    let source = try DescriptorSource(path: path)
    #expect(source.regularFileSize == 9)
    #expect(try source.readFloats(count: 2, at: 1) == [1, -2])
    #expect(throws: FileProblem.self) { try source.readFloats(count: 2, at: 5) }
  }

  @Test func scratch() throws {
    let file = try ScratchFile()
    try file.append([1, 2, 3])
    try file.append([])
    try file.append([4])
    #expect(try file.byteCount == 16 && file.read(count: 3, at: 1) == [2, 3, 4])
    #expect(throws: FileProblem.self) { try file.read(count: 2, at: 3) }
  }

  /// What comes once, here a device that never gives the same again, is kept in memory and past its limit
  /// on disk; a regular file is read anew.
  @Test(arguments: [1 << 20, 1000]) func rewound(memoryLimit: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
    let path = try folder.write(bytes, to: "bytes")
    for name in [path, "/dev/urandom"] {
      let source = RewindableSource(try DescriptorSource(path: name), memoryLimit: memoryLimit)
      let first = try ByteReader(source).read(upTo: 90_000)
      #expect(first.count == 90_000 && (name != path || first == Array(bytes.prefix(90_000))))
      for count in [30_000, 90_000] {
        try source.rewind()
        #expect(try ByteReader(source).read(upTo: count) == Array(first.prefix(count)), "\(name)")
      }
    }
  }
}
