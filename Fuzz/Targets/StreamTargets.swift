import ByteIO
import TensorStream

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An array with all its values.
private struct WholeArray: Equatable {
  var shape: [Int]
  var notes: Notes
  var values: [Float]
}

/// What a stream holds does not depend on how much is read at once, is finite, and is the same after
/// it was written and read again.
func fuzzStream(_ bytes: [UInt8]) throws {
  let whole: [WholeArray]
  do {
    whole = try arrays(of: ByteReader(bytes), tile: .max)
  } catch {
    precondition(fails { _ = try arrays(of: ByteReader(bytes), tile: 7) }, "taken in parts only")
    // What is wrong may be NaN alone, or lie in values that nobody looks at.
    _ = try? arrays(of: ByteReader(bytes), tile: 1 << 16, allowsNonFinite: true)
    throw error
  }
  precondition(whole.allSatisfy { $0.values.allSatisfy(\.isFinite) }, "NaN went unnoticed")
  precondition(try! arrays(of: ByteReader(bytes), tile: 7) == whole, "parts differ from the whole")
  try checkIntegers(of: bytes, whole)
  let copy = try rewritten { writer in
    for array in whole {
      try writer.begin(shape: array.shape, notes: array.notes)
      try writer.write(array.values)
    }
  }
  precondition(try! arrays(of: copy, tile: 100) == whole, "written and read again, it differs")
}

private func arrays(
  of bytes: ByteReader, tile: Int, allowsNonFinite: Bool = false
) throws -> [WholeArray] {
  let reader = TensorReader(bytes, allowsNonFinite: allowsNonFinite)
  var arrays: [WholeArray] = []
  while let header = try reader.next() {
    var array = WholeArray(shape: header.shape, notes: header.notes, values: [])
    while reader.remaining > 0 { array.values += try reader.readFloats(upTo: tile) }
    precondition(array.values.count == header.count, "another number of values than announced")
    arrays.append(array)
  }
  return arrays
}

/// Integers read as labels are the numbers read as floats.
private func checkIntegers(of bytes: [UInt8], _ whole: [WholeArray]) throws {
  let reader = TensorReader(ByteReader(bytes))
  for array in whole {
    guard let header = try reader.next() else { preconditionFailure("an array less") }
    guard header.elementType.isInteger else {
      _ = try reader.readFloats(upTo: .max)
      continue
    }
    let labels = try reader.readIntegers()
    precondition(labels.map { Float($0) } == array.values, "labels differ from floats")
  }
}

/// A header that is read gives the same shape and notes after it was written and read again.
func fuzzHeader(_ literal: [UInt8]) throws {
  let length = withUnsafeBytes(of: UInt32(literal.count).littleEndian) { Array($0) }
  let bytes = [0x93] + Array("NUMPY".utf8) + [2, 0] + length + literal
  guard let header = try TensorReader(ByteReader(bytes)).next() else {
    preconditionFailure("a header is no end")
  }
  let copy = try rewritten { try $0.begin(shape: header.shape, notes: header.notes) }
  guard let again = try? TensorReader(copy).next() else {
    preconditionFailure("a header that was written is not read")
  }
  precondition(again.shape == header.shape && again.notes == header.notes, "headers differ")
}

/// The stream that `body` writes, which need not be whole, read through a file.
private func rewritten(_ body: (TensorWriter) throws -> Void) throws -> ByteReader {
  let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  // A file for every call: tests replay the targets side by side.
  var name = Array("\(folder)/sparsepipe-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  precondition(descriptor >= 0, "no temporary file in \(folder)")
  close(descriptor)
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { unlink(path) }
  let bytes = try ByteWriter.log(path)
  let result = Result { try body(TensorWriter(bytes)) }
  try bytes.finish()
  try result.get()
  return try ByteReader(path: path)
}
