import ByteIO
import TensorStream
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fixture that `Tests/Reference/npy_types.py` wrote.
func fixture(_ name: String, filePath: String = #filePath) -> String {
  let tests = filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  return "/\(tests)/Reference/npy_types/\(name).npy"
}

/// The bytes of an NPY array with this header literal, as it is.
func npy(_ literal: String, _ data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let count = literal.utf8.count + 1
  let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(count >> (8 * $0) & 255) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(literal.utf8) + [0x0a] + data
}

/// The bytes of an NPY array with a header as NumPy writes it.
func npy(
  descr: String = "<f4", fortran: Bool = false, shape: String, _ data: [UInt8] = []
) -> [UInt8] {
  let order = fortran ? "True" : "False"
  return npy("{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }", data)
}

/// `values` as they stand in a file, little-endian.
func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

func reader(_ bytes: [UInt8], allowsNonFinite: Bool = false) -> TensorReader {
  TensorReader(ByteReader(bytes), allowsNonFinite: allowsNonFinite)
}

/// Every array of a stream.
func readAll(_ reader: TensorReader) throws -> [(header: ArrayHeader, floats: [Float])] {
  var arrays: [(header: ArrayHeader, floats: [Float])] = []
  while let header = try reader.next() {
    arrays.append((header, try reader.readFloats(upTo: header.count)))
  }
  return arrays
}

/// The problem that `body` meets in the stream `<memory>`, which it must name; nil where none.
func problem(_ body: () throws -> Void) -> StreamProblem? {
  do {
    try body()
    return nil
  } catch let problem as FileProblem {
    #expect(problem.file == "<memory>")
    return problem.problem as? StreamProblem
  } catch {
    Issue.record("an error without the stream's name: \(error)")
    return nil
  }
}

/// The problem of reading all of `bytes`.
func problem(reading bytes: [UInt8], recordLength: Int = 1) -> StreamProblem? {
  problem {
    let reader = reader(bytes)
    while let header = try reader.next() {
      reader.recordLength = recordLength
      _ = try reader.readFloats(upTo: header.count)
    }
  }
}

/// A file name in a new folder that is removed after `body`.
func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.file("stream.npy")) }
}

/// The bytes that `body` writes.
func written(
  writesNotes: Bool = true, _ body: (TensorWriter) throws -> Void
) throws -> [UInt8] {
  try withTemporaryFile { path in
    let writer = TensorWriter(try .file(path), writesNotes: writesNotes)
    try body(writer)
    try writer.finish()
    return try ByteReader(path: path).read(upTo: 1 << 26)
  }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// What a command of the shell prints, nil where it fails.
func output(of command: String) -> String? {
  guard let pipe = popen(command, "r") else { return nil }
  var text: [UInt8] = []
  while case let byte = fgetc(pipe), byte != EOF { text.append(UInt8(byte)) }
  return pclose(pipe) == 0 ? String(decoding: text, as: UTF8.self) : nil
}
