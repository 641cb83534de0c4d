#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where bytes come from: a file, standard input, memory, a decompressor.
public protocol ByteSource: AnyObject {
  /// What messages call it: the file's name as the user gave it, or `<stdin>`.
  var name: String { get }

  /// Fills at most `buffer.count` bytes and returns how many; 0 means the end.
  /// - Throws: ``SystemProblem`` or the problem of a decoder.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes of an open file descriptor.
public final class DescriptorSource: ByteSource {
  public let name: String
  public let descriptor: Int32
  /// Where reading began: standard input may be a file that was opened midway.
  public let startOffset: Int
  private let ownsDescriptor: Bool

  /// Opens the file at `path` for reading.
  /// - Throws: ``SystemProblem`` with the file's name.
  public init(path: String) throws {
    let descriptor = retryingOnInterrupt { open(path.cString, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw FileProblem(file: path, problem: SystemProblem.cannotOpen(reason: errno))
    }
    self.name = path
    self.descriptor = descriptor
    startOffset = 0
    ownsDescriptor = true
    if Self.status(of: descriptor).map({ $0.st_mode & S_IFMT == S_IFDIR }) ?? false {
      throw FileProblem(file: path, problem: SystemProblem.isDirectory)
    }
    enlargePipe(descriptor)
  }

  private init(standardInput: Void) {
    name = inputName("-")
    descriptor = STDIN_FILENO
    startOffset = max(0, Int(lseek(STDIN_FILENO, 0, SEEK_CUR)))
    ownsDescriptor = false
    enlargePipe(descriptor)
  }

  /// Standard input, whatever it is.
  public static func standardInput() -> DescriptorSource { DescriptorSource(standardInput: ()) }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }

  /// The file's size in bytes where it is a regular file, whose parts can be read in any order.
  public var regularFileSize: Int? {
    Self.status(of: descriptor).flatMap {
      $0.st_mode & S_IFMT == S_IFREG ? Int($0.st_size) : nil
    }
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = waiting(for: POLLIN, on: descriptor) {
      #if canImport(Darwin)
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
    }
    guard count >= 0 else {
      throw errno == EISDIR
        ? SystemProblem.isDirectory : SystemProblem.cannotRead(reason: errno)
    }
    return count
  }

  private static func status(of descriptor: Int32) -> stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
  }
}

/// Bytes held in memory.
public final class MemorySource: ByteSource {
  public let name: String
  private let bytes: [UInt8]
  private var position = 0

  public init(_ bytes: [UInt8], name: String = "<memory>") {
    self.bytes = bytes
    self.name = name
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}

/// What messages call an input that the user named so: `-` is standard input.
public func inputName(_ path: String) -> String { path == "-" ? "<stdin>" : path }

/// Whether `path` is a regular file, which can be read more than once.
public func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path.cString, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Finds out whether the file at `path` can be read, without opening it: a named pipe would notice.
/// - Throws: ``SystemProblem`` with the file's name.
public func checkReadable(_ path: String) throws {
  var status = stat()
  guard stat(path.cString, &status) == 0, access(path.cString, R_OK) == 0 else {
    throw FileProblem(file: path, problem: SystemProblem.cannotOpen(reason: errno))
  }
  guard status.st_mode & S_IFMT != S_IFDIR else {
    throw FileProblem(file: path, problem: SystemProblem.isDirectory)
  }
}
