import ByteIO
import TensorStream

/// A file by name, or standard input where the name is `-`.
/// - Throws: ``UsageProblem`` where standard input is a terminal, saying what is wanted there.
public func openFile(_ path: String, wanting what: String) throws -> ByteReader {
  guard path == "-" else { return try ByteReader(path: path) }
  guard !Process.standardInputIsTerminal else {
    throw UsageProblem("standard input is a terminal, expected \(what)")
  }
  return ByteReader(DescriptorSource.standardInput())
}
