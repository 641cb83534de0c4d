import ByteIO

@testable import ModelFile

/// The bytes of a file with this header and data, whatever they are.
func fileBytes(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
  fileBytes(headerBytes: Array(header.utf8), data)
}

func fileBytes(headerBytes: [UInt8], _ data: [UInt8] = []) -> [UInt8] {
  lengthBytes(UInt64(headerBytes.count)) + headerBytes + data
}

func lengthBytes(_ length: UInt64) -> [UInt8] {
  withUnsafeBytes(of: length.littleEndian) { Array($0) }
}

/// One member of a header.
func member(_ name: String, _ type: String, _ shape: [Int], _ begin: Int, _ end: Int) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
}

/// A file of one tensor called `t`.
func oneTensor<Stored: BitwiseCopyable>(_ type: String, _ values: [Stored]) -> [UInt8] {
  let data = values.withUnsafeBytes { Array($0) }
  return fileBytes("{\(member("t", type, [values.count], 0, data.count))}", data)
}

func read(_ bytes: [UInt8], _ limits: SafetensorsFile.Limits = .default) throws -> SafetensorsFile {
  try SafetensorsFile(reading: ByteReader(bytes, name: "w.bin"), limits: limits)
}

/// What is wrong with `bytes`, nil where nothing is.
func problem(
  in bytes: [UInt8], _ limits: SafetensorsFile.Limits = .default
) -> SafetensorsProblem? {
  do {
    _ = try read(bytes, limits)
    return nil
  } catch let problem as FileProblem {
    return problem.file == "w.bin" ? problem.problem as? SafetensorsProblem : nil
  } catch {
    return nil
  }
}

/// Hands out one byte at a time, the least that a pipe may do.
final class DrippingSource: ByteSource {
  let name = "drip"
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let byte = bytes.popFirst() else { return 0 }
    buffer[0] = byte
    return 1
  }
}
