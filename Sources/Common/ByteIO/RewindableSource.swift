#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes that can be read again from the first on: a regular file, or what a pipe gave, which is kept,
/// in memory and past a limit in a temporary file without a name.
public final class RewindableSource: ByteSource {
  public var name: String { source.name }
  private let source: DescriptorSource
  private let memoryLimit: Int
  private let isKept: Bool
  private var memory: [UInt8] = []
  private var scratch: ScratchFile?
  /// Bytes kept so far; the next read begins at `position`.
  private var keptCount = 0
  private var position = 0

  /// - Parameter memoryLimit: bytes of a pipe that are kept in memory.
  public init(_ source: DescriptorSource, memoryLimit: Int = 1 << 26) {
    self.source = source
    self.memoryLimit = memoryLimit
    isKept = source.regularFileSize == nil
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard isKept else { return try source.read(into: buffer) }
    let again = min(buffer.count, keptCount - position)
    if again > 0 {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<again])
      if let scratch {
        try scratch.read(into: part, at: position)
      } else {
        part.copyBytes(from: memory[position..<position + again])
      }
      position += again
      return again
    }
    let count = try source.read(into: buffer)
    try keep(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  /// Goes back to the first byte.
  public func rewind() throws {
    position = 0
    guard !isKept else { return }
    guard lseek(source.descriptor, off_t(source.startOffset), SEEK_SET) >= 0 else {
      throw FileProblem(file: name, problem: SystemProblem.cannotRead(reason: errno))
    }
  }

  private func keep(_ bytes: UnsafeRawBufferPointer) throws {
    if scratch == nil, memory.count + bytes.count > memoryLimit {
      let file = try ScratchFile()
      try memory.withUnsafeBytes { try file.append($0) }
      memory = []
      scratch = file
    }
    if let scratch { try scratch.append(bytes) } else { memory += bytes }
    keptCount += bytes.count
    position = keptCount
  }
}
