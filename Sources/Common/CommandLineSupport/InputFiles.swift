import ByteIO
import TensorStream

/// A file by name, or standard input where the name is `-`.
/// - Parameter what: what is wanted, and what else to try.
/// - Throws: ``UsageProblem`` where standard input is a terminal, saying what is wanted there.
public func openFile(_ path: String, wanting what: String) throws -> ByteReader {
  guard path != "-" || !Process.standardInputIsTerminal else {
    throw UsageProblem("standard input is a terminal, expected \(what)")
  }
  return try ByteReader(path: path)
}

/// The tensor streams of files, one after another as one stream; of standard input where there are
/// none.
/// - Throws: ``UsageProblem`` where standard input is a terminal.
public func openStreams(_ files: [String], allowsNonFinite: Bool = false) throws -> TensorReader {
  let names = files.isEmpty ? ["-"] : files
  func open(_ name: String) throws -> ByteReader {
    try openFile(name, wanting: "a tensor stream; try patches image.png | \(Process.name)")
  }
  var rest = names.dropFirst()
  return TensorReader(try open(names[0]), allowsNonFinite: allowsNonFinite) {
    try rest.popFirst().map(open)
  }
}
