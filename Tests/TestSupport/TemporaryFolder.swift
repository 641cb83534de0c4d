import Foundation

/// A new folder, deleted with all it holds when nobody refers to it any more.
public final class TemporaryFolder: Sendable {
  /// Its path, symbolic links followed.
  public let path: String

  /// Makes a folder under `TMPDIR`.
  public init() throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var name = Array("\(parent)/sparsepipe-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil, let resolved = realpath(name, nil) else {
      throw ChildProblem.noDescriptor(reason: errno)
    }
    path = String(cString: resolved)
    free(resolved)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of the file called `name` in this folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes a text file and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// The bytes of the file called `name`.
  public func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: file(name))))
  }

  /// What is in the folder, hidden files too, sorted.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
