#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes on disk for the length of a run, mostly floats: a temporary file without a name, in `TMPDIR`.
public final class ScratchFile {
  private let descriptor: Int32
  private let folder: String
  /// Bytes written so far.
  public private(set) var byteCount = 0

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

  /// Writes values, [n], at the end.
  /// - Throws: ``FileProblem`` that names the folder.
  public func append(_ values: [Float]) throws {
    try values.withUnsafeBytes { try append($0) }
  }

  /// Writes bytes at the end.
  /// - Throws: ``FileProblem`` that names the folder.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    try naming(folder) {
      var rest = bytes
      while !rest.isEmpty {
        let written = retryingOnInterrupt {
          pwrite(descriptor, rest.baseAddress, rest.count, off_t(byteCount))
        }
        guard written > 0 else { throw SystemProblem.cannotWrite(reason: errno) }
        byteCount += written
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }

  /// Fills `bytes` from byte `start` on.
  func read(into bytes: UnsafeMutableRawBufferPointer, at start: Int) throws {
    try readBytes(descriptor, into: bytes, at: start, of: folder)
  }

  /// Reads `count` floats from float number `start` on.
  public func read(count: Int, at start: Int) throws -> [Float] {
    try readFloats(descriptor, count: count, at: start * 4, of: folder)
  }
}

extension DescriptorSource {
  /// Reads `count` little-endian Float32, [count], from byte `offset` on, the position left alone.
  /// - Throws: ``SystemProblem``; a file that has become shorter since is one.
  public func readFloats(count: Int, at offset: Int) throws -> [Float] {
    try ByteIO.readFloats(descriptor, count: count, at: offset, of: name)
  }
}

/// Reads floats at a byte offset; all of them or a failure.
private func readFloats(
  _ descriptor: Int32, count: Int, at offset: Int, of name: String
) throws -> [Float] {
  try [Float](unsafeUninitializedCapacity: count) { values, filled in
    try readBytes(descriptor, into: UnsafeMutableRawBufferPointer(values), at: offset, of: name)
    filled = count
  }
}

/// Fills `bytes` from a byte offset on; all of them or a failure.
private func readBytes(
  _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int, of name: String
) throws {
  try naming(name) {
    var rest = bytes
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
  }
}
