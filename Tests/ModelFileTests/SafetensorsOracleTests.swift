import ByteIO
import Foundation
import ModelFile
import TestSupport
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

  @Test(.enabled(if: NumPy.isInstalled)) func numpyReadsOurs() throws {
    let name = "größe \"β\"\n😀\u{1}"
    let file = SafetensorsFile(
      tensors: [
        "decoder.weight": Tensor(shape: [2, 2], [1.5, -0.25, 0x1p-149, 3.5]),
        "scalar": Tensor(shape: [], integers: [.min]),
        "nothing": Tensor(shape: [0, 4], []),
        name: Tensor(shape: [1, 3], integers: [7, -1, .max]),
      ],
      metadata: ["kind": "psd", name: "\\ \"\t\u{7f}π"])
    let folder = try TemporaryFolder()
    let path = try folder.write(file.encoded(), to: "w.bin")
    let script = tests.appending(path: "Reference/safetensors_files.py").path
    let outcome = try NumPy.run(file: script, ["read", path])
    try #require(outcome.succeeded, "\(outcome.errors)")
    let read = try JSONDecoder().decode(Listing.self, from: Data(outcome.output))
    #expect(read.metadata == file.metadata)
    #expect(
      read.tensors == [
        "decoder.weight": .init(type: "<f4", shape: [2, 2], values: [1.5, -0.25, 0x1p-149, 3.5]),
        "scalar": .init(type: "<i4", shape: [], values: [Double(Int32.min)]),
        "nothing": .init(type: "<f4", shape: [0, 4], values: []),
        name: .init(type: "<i4", shape: [1, 3], values: [7, -1, Double(Int32.max)]),
      ])
  }

  /// What the script's `read` prints.
  private struct Listing: Decodable {
    struct Array: Decodable, Equatable {
      var type: String
      var shape: [Int]
      var values: [Double]
    }
    var tensors: [String: Array]
    var metadata: [String: String]
  }
}
