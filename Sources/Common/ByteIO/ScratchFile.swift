#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Floats on disk for the length of a run: a temporary file without a name, in `TMPDIR`.
public final class ScratchFile {
  private let descriptor: Int32
  private let folder: String
  /// Floats written so far.
  public private(set) var count = 0

  /// - Throws: ``SystemProblem`` with the folder's name.
  public init() throws {
    let named = getenv("TMPDIR").map { String(system: $0) } ?? ""
    folder = named.isEmpty ? "/tmp" : named
    var template = "\(folder)/sparsepipe.XXXXXX".cString
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw FileProblem(file: folder, problem: SystemProblem.noTemporaryFile(reason: errno))
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  public func append(_ values: [Float]) throws {
    try naming(folder) {
      try values.withUnsafeBytes { bytes in
        var rest = bytes
        while !rest.isEmpty {
          let offset = count * 4 + (bytes.count - rest.count)
          let written = retryingOnInterrupt {
            pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset))
          }
          guard written > 0 else { throw SystemProblem.cannotWrite(reason: errno) }
          rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
      }
    }
    count += values.count
  }

  /// Reads `count` floats from float number `start` on.
  public func read(count: Int, at start: Int) throws -> [Float] {
    try readFloats(descriptor, count: count, at: start * 4, of: folder)
  }
}

extension DescriptorSource {
  /// Reads `count` little-endian Float32 from byte `offset` on, the position left alone.
  /// - Throws: ``SystemProblem``; a file that has become shorter since is one.
  public func readFloats(count: Int, at offset: Int) throws -> [Float] {
    try ByteIO.readFloats(descriptor, count: count, at: offset, of: name)
  }
}

/// Reads floats at a byte offset; all of them or a failure.
private func readFloats(
  _ descriptor: Int32, count: Int, at offset: Int, of name: String
) throws -> [Float] {
  try naming(name) {
    try [Float](unsafeUninitializedCapacity: count) { values, filled in
      var rest = UnsafeMutableRawBufferPointer(values)
      var position = offset
      while !rest.isEmpty {
        let got = retryingOnInterrupt {
          pread(descriptor, rest.baseAddress, rest.count, off_t(position))
        }
        guard got >= 0 else { throw SystemProblem.cannotRead(reason: errno) }
        guard got > 0 else { throw SystemProblem.hasShrunk }
        position += got
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[got...])
      }
      filled = count
    }
  }
}
