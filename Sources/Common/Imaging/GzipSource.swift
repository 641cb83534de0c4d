import ByteIO
import CPNG

/// What can be wrong with gzipped data.
public enum GzipProblem: Problem, Equatable {
  /// The data ends inside a member.
  case truncated
  /// What zlib says about it.
  case corrupt(String)
  /// Something else than another member follows the last one.
  case trailingBytes

  public var description: String {
    switch self {
    case .truncated: "truncated gzip data"
    case .corrupt(let words): "corrupt gzip data: \(words)"
    case .trailingBytes: "bytes after the gzip data, expected its end or another gzip member"
    }
  }
}

/// The bytes inside gzipped data; members that follow one another are one stream, as in gzip(1).
public final class GzipSource: ByteSource {
  /// The first two bytes of gzipped data.
  static let magic: [UInt8] = [0x1F, 0x8B]
  private static let inputSize = 64 * 1024

  private let compressed: ByteReader
  // zlib keeps the address of its stream, so both live outside of Swift's memory.
  private let input: UnsafeMutableRawBufferPointer
  private let stream: UnsafeMutablePointer<z_stream>
  private var isInsideMember = true

  /// - Parameter compressed: a reader that stands before gzipped data.
  public init(_ compressed: ByteReader) throws {
    self.compressed = compressed
    input = .allocate(byteCount: Self.inputSize, alignment: 1)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard cpng_gunzip_init(stream) == Z_OK else { throw GzipProblem.corrupt("out of memory") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  public var name: String { compressed.name }

  /// - Throws: ``GzipProblem``, or what reading the compressed bytes throws.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let output = buffer.bindMemory(to: UInt8.self)
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = UInt32(clamping: output.count)
    let capacity = stream.pointee.avail_out
    while stream.pointee.avail_out == capacity {
      if stream.pointee.avail_in == 0 { try refill() }
      if stream.pointee.avail_in == 0 {
        if isInsideMember { throw GzipProblem.truncated }
        return 0
      }
      if !isInsideMember { try beginMember() }
      try inflateSome()
    }
    return Int(capacity - stream.pointee.avail_out)
  }

  private func refill() throws {
    let count = try compressed.read(into: input)
    stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = UInt32(count)
  }

  private func beginMember() throws {
    guard stream.pointee.next_in.pointee == Self.magic[0] else { throw GzipProblem.trailingBytes }
    inflateReset(stream)
    isInsideMember = true
  }

  private func inflateSome() throws {
    let status = inflate(stream, Z_NO_FLUSH)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInsideMember = false
    default:
      let words = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
      throw GzipProblem.corrupt(words)
    }
  }
}
