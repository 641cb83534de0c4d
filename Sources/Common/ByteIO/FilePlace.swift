#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a regular file is, or would be made, so that two names of one file are seen to be that.
public struct FilePlace: Equatable, Sendable {
  private let device: UInt64
  private let node: UInt64
  /// In the folder that the numbers name, of a file that is not there yet.
  private let name: [UInt8]?

  /// Nil where the path is of something else, as a device, or of nothing that could be a file.
  public init?(_ path: String) {
    if let place = Self(status: { stat(path.cString, &$0) }) {
      self = place
      return
    }
    var status = stat()
    guard stat(path.cString, &status) != 0, errno == ENOENT,
      let path = try? AtomicFile.followingLinks(path)
    else { return nil }
    let (folder, name) = path.folderAndName
    guard !name.isEmpty, stat((folder.isEmpty ? "." : folder).cString, &status) == 0 else {
      return nil
    }
    self.init(status, name: name.systemBytes)
  }

  /// The file that standard input is, nil where it is none.
  public static var standardInput: FilePlace? { Self(status: { fstat(STDIN_FILENO, &$0) }) }
  public static var standardOutput: FilePlace? { Self(status: { fstat(STDOUT_FILENO, &$0) }) }

  private init?(status read: (inout stat) -> Int32) {
    var status = stat()
    guard read(&status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status, name: nil)
  }

  private init(_ status: stat, name: [UInt8]?) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    node = UInt64(truncatingIfNeeded: status.st_ino)
    self.name = name
  }
}
