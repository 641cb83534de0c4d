import ByteIO
import Foundation
import ModelFile
import Testing

/// Against Tests/Reference/safetensors_files.py, which wrote the file beside it.
@Suite struct SafetensorsOracleTests {
  private let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func readsTheFixture() throws {
    let path = tests.appending(path: "Reference/oracle.safetensors").path
    let file = try SafetensorsFile(reading: ByteReader(path: path))
    let halves: [Float] = [-1.5, -1, -0.5, 0, 0.5, 1]
    let expected = [
      "odd.u8": Tensor(shape: [3], integers: [0, 127, 255]),
      "half": Tensor(shape: [2, 3], halves),
      "half.extremes": Tensor(shape: [5], [0x1p-24, -0x1p-14, 65504, -0.0, 0x1.554p-2]),
      "brain": Tensor(shape: [3, 2], halves),
      "single": Tensor(shape: [1, 2, 3], halves),
      "double": Tensor(shape: [3], [1 / 3, -0.0, 3e38]),
      "int32": Tensor(shape: [2, 1], integers: [.min, .max]),
      "a.int64": Tensor(shape: [3], integers: [.min, 0, .max]),
      "scalar": Tensor(shape: [], [2.5]),
      "nothing": Tensor(shape: [0, 4], []),
      "größe \"β\"\n😀": Tensor(shape: [1], integers: [7]),
    ]
    for (name, tensor) in expected { #expect(file.tensors[name] == tensor, "\(name)") }
    #expect(file.tensors.count == expected.count)
    #expect(file.metadata == ["kind": "oracle", "note": "tab\tπ / 😀"])
  }
}
