/// A buffered reader: looks ahead, and reads exactly what a format says comes next.
public final class ByteReader {
  /// What a read asks of the source at once.
  public static let blockSize = 256 * 1024

  public let source: any ByteSource
  private var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var sourceEnded = false
  /// How many bytes have been taken out of this reader.
  public private(set) var position = 0

  public convenience init(_ source: any ByteSource) {
    self.init(source, bufferSize: Self.blockSize)
  }

  private init(_ source: any ByteSource, bufferSize: Int) {
    self.source = source
    buffer = [UInt8](repeating: 0, count: bufferSize)
  }

  /// Reads the file at `path`, or standard input where that is `-`.
  public convenience init(path: String) throws {
    self.init(try path == "-" ? .standardInput() : DescriptorSource(path: path))
  }

  public convenience init(_ bytes: [UInt8], name: String = "<memory>") {
    // Of a few bytes a block is more than what all of them need, one more to find the end.
    self.init(
      MemorySource(bytes, name: name), bufferSize: min(bytes.count + 1, Self.blockSize))
  }

  public var name: String { source.name }

  /// Whether nothing is left to read. Waits for the source to say so.
  public func isAtEnd() throws -> Bool { try peek(1).isEmpty }

  /// The next `count` bytes (at most ``blockSize``) without taking them; fewer at the end.
  public func peek(_ count: Int) throws -> ArraySlice<UInt8> {
    precondition(count <= Self.blockSize, "a look ahead is at most one block")
    while end - start < count && !sourceEnded { try refill() }
    return buffer[start..<min(start + count, end)]
  }

  /// The next `count` bytes, or fewer at the end of the source.
  public func read(upTo count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    // Grown as bytes arrive, so a length that lies cannot ask for memory.
    while bytes.count < count {
      let part = try peek(min(count - bytes.count, Self.blockSize))
      if part.isEmpty { break }
      bytes += part
      skip(part.count)
    }
    return bytes
  }

  /// Fills `destination` as far as the source lasts and returns how many bytes it got.
  public func read(into destination: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = min(destination.count, end - start)
    destination.copyBytes(from: buffer[start..<start + filled])
    skip(filled)
    // Large reads go past the buffer.
    while filled < destination.count && !sourceEnded {
      let rest = UnsafeMutableRawBufferPointer(rebasing: destination[filled...])
      let count = try naming(name) { try source.read(into: rest) }
      if count == 0 { sourceEnded = true }
      filled += count
      position += count
    }
    return filled
  }

  private func skip(_ count: Int) {
    start += count
    position += count
  }

  private func refill() throws {
    if start > 0 {
      buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
      end -= start
      start = 0
    }
    let count = try naming(name) {
      try buffer.withUnsafeMutableBytes { bytes in
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
      }
    }
    if count == 0 { sourceEnded = true }
    end += count
  }
}
