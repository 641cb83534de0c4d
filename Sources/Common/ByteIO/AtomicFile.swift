import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name whole or not at all.
///
/// The bytes go to a file beside it, which has no name where the system can do that (so nothing is
/// left behind even by a kill) and a temporary one elsewhere; ``commit()`` syncs and renames.
final class AtomicFile {
  let descriptor: Int32
  /// The path that the file will have, symbolic links followed.
  private let path: String
  /// Beside it; nil for a file that has no name.
  private var temporaryPath: String?
  private var isCommitted = false

  /// - Throws: ``SystemProblem`` when the folder does not take a new file.
  init(path: String) throws {
    self.path = try Self.followingLinks(path)
    if let descriptor = Self.openUnnamed(beside: self.path) {
      self.descriptor = descriptor
    } else {
      let (descriptor, sibling) = Self.claimingSibling(of: self.path) {
        open($0.cString, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
      self.descriptor = descriptor
      guard descriptor >= 0 else { throw SystemProblem.cannotOpen(reason: errno) }
      temporaryPath = sibling
    }
    var status = stat()
    // A replaced file keeps its mode.
    if stat(self.path.cString, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
  }

  deinit {
    if !isCommitted {
      close(descriptor)
      if let temporaryPath { unlink(temporaryPath.cString) }
    }
  }

  /// Puts the file in its place.
  func commit() throws {
    guard retryingOnInterrupt({ fsync(descriptor) }) == 0 || errno == EINVAL else {
      throw SystemProblem.cannotWrite(reason: errno)
    }
    let sibling = try temporaryPath ?? linkedSibling()
    temporaryPath = sibling
    guard rename(sibling.cString, path.cString) == 0 else {
      throw SystemProblem.cannotWrite(reason: errno)
    }
    isCommitted = true
    guard close(descriptor) == 0 || errno == EINTR else {
      throw SystemProblem.cannotWrite(reason: errno)
    }
  }

  /// Gives the file a name, so that it can be renamed.
  private func linkedSibling() throws -> String {
    let link = "/proc/self/fd/\(descriptor)"
    let (result, sibling) = Self.claimingSibling(of: path) {
      linkat(AT_FDCWD, link, AT_FDCWD, $0.cString, AT_SYMLINK_FOLLOW)
    }
    guard result == 0 else { throw SystemProblem.cannotWrite(reason: errno) }
    return sibling
  }

  /// Opens `path` for writing where it exists and is no regular file, which a rename would replace.
  static func openIfSpecial(_ path: String) throws -> Int32? {
    var status = stat()
    guard stat(path.cString, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return nil
    case S_IFDIR: throw SystemProblem.isDirectory
    default:
      let descriptor = retryingOnInterrupt { open(path.cString, O_WRONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw SystemProblem.cannotOpen(reason: errno) }
      return descriptor
    }
  }

  private static func openUnnamed(beside path: String) -> Int32? {
    #if os(Linux)
      let folder = path.folderAndName.folder
      guard access("/proc/self/fd", X_OK) == 0 else { return nil }
      let temporaryFile: Int32 = 0o20000000 | O_DIRECTORY  // O_TMPFILE, a macro Swift cannot see
      let descriptor = retryingOnInterrupt {
        open((folder.isEmpty ? "." : folder).cString, temporaryFile | O_WRONLY | O_CLOEXEC, 0o666)
      }
      return descriptor >= 0 ? descriptor : nil
    #else
      return nil
    #endif
  }

  /// Where a file of that name will be: the target of a symbolic link, also where there is none yet.
  static func followingLinks(_ path: String) throws -> String {
    var path = path
    var status = stat()
    // As many links as the system follows at most.
    for _ in 0..<40 {
      guard lstat(path.cString, &status) == 0 else {
        // That no file is there is as it should be; that none can be there is known now.
        guard errno == ENOENT && !path.isEmpty else {
          throw SystemProblem.cannotOpen(reason: errno)
        }
        return path
      }
      guard status.st_mode & S_IFMT == S_IFLNK else { return path }
      var target = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink(path.cString, &target, target.count - 1)
      guard length > 0 else { throw SystemProblem.cannotOpen(reason: errno) }
      let name = String(systemBytes: target[..<length].map(UInt8.init(bitPattern:)))
      path = name.utf8.first == UInt8(ascii: "/") ? name : path.folderAndName.folder + name
    }
    throw SystemProblem.cannotOpen(reason: ELOOP)
  }

  /// Makes a file of a name that is not taken: a program that was killed, or one in another
  /// container, may have had the same number.
  private static func claimingSibling(
    of path: String, _ make: (String) -> Int32
  ) -> (result: Int32, path: String) {
    while true {
      let sibling = sibling(of: path)
      let result = retryingOnInterrupt { make(sibling) }
      if result >= 0 || errno != EEXIST { return (result, sibling) }
    }
  }

  /// A name of fixed length, so that it fits wherever a file does.
  private static func sibling(of path: String) -> String {
    "\(path.folderAndName.folder).sparsepipe-\(getpid())-\(serial.add(1, ordering: .relaxed).newValue).tmp"
  }

  /// Numbers the files that a process writes.
  private static let serial = Atomic(0)
}
