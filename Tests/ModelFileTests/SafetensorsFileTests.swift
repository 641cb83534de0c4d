import ByteIO
import Foundation
import TestSupport
import Testing

@testable import ModelFile

@Suite struct SafetensorsFileTests {
  private let small = SafetensorsFile(
    tensors: [
      "encoder.weight": Tensor(shape: [2, 3], [1, -2.5, 0, 0x1p-140, 3e38, -0.0]),
      "pools.members": Tensor(shape: [3], integers: [.min, 0, .max]),
      "scalar": Tensor(shape: [], [7]),
      "empty": Tensor(shape: [0, 5], []),
      "na\"me\\\n\u{1}π😀": Tensor(shape: [1], integers: [1]),
    ],
    metadata: ["kind": "lista", "ü\t": "\"quoted\" \\ \u{7f}", "": ""])

  // MARK: Round trips and canonical bytes

  @Test func roundTrip() throws {
    #expect(try read(small.encoded()) == small)
    let nothing = SafetensorsFile(tensors: [:])
    #expect(try read(nothing.encoded()) == nothing)
  }

  @Test func readsAByteAtATime() throws {
    let reader = ByteReader(DrippingSource(small.encoded()))
    #expect(try SafetensorsFile(reading: reader) == small)
  }

  @Test func readsMoreThanABlock() throws {
    let count = ByteReader.blockSize / 2 + 3
    let file = SafetensorsFile(tensors: [
      "a": Tensor(shape: [count], (0..<count).map(Float.init)),
      "b": Tensor(shape: [count], integers: (0..<count).map(Int32.init)),
    ])
    #expect(try read(file.encoded()) == file)
  }

  @Test func canonicalBytes() throws {
    let file = SafetensorsFile(
      tensors: ["b": Tensor(shape: [1], [1]), "B": Tensor(shape: [2], integers: [2, -1])],
      metadata: ["y": "2", "x": "1"])
    let header =
      "{\"__metadata__\":{\"x\":\"1\",\"y\":\"2\"},"
      + "\"B\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}"
    let padded = header + String(repeating: " ", count: -header.utf8.count & 7)
    let data: [UInt8] = [2, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0x80, 0x3f]
    #expect(file.encoded() == fileBytes(padded, data))
  }

  @Test func equalContentGivesEqualBytes() {
    let bytes = small.encoded()
    for turn in 0..<20 {
      // Inserted in another order, hashed with other collisions.
      var other = SafetensorsFile(tensors: [:])
      for name in small.tensors.keys.shuffledBy(turn) { other.tensors[name] = small.tensors[name] }
      for key in small.metadata.keys.shuffledBy(turn) { other.metadata[key] = small.metadata[key] }
      #expect(other.encoded() == bytes, "turn \(turn)")
    }
    #expect(bytes.count >= 16 && bytes[0] % 8 == 0)
  }

  @Test func anyOrderAndWhiteSpace() throws {
    let header = """
      {\r
      \t"b" : { "data_offsets" : [ 4 , 8 ] , "shape" : [ ] , "dtype" : "F32" } ,
      "__metadata__" : { } , "a":{"shape":[1,1],"data_offsets":[0,4],"dtype":"I32"} }\n\t \r
      """
    let file = try read(fileBytes(header, [5, 0, 0, 0, 0, 0, 0x80, 0x3f]))
    #expect(
      file.tensors == ["a": Tensor(shape: [1, 1], integers: [5]), "b": Tensor(shape: [], [1])])
  }

  @Test func escapes() throws {
    let header = #"{"__metadata__":{"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00\u0000":"é"}}"#
    #expect(
      try read(fileBytes(header)).metadata
        == ["\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600}\0": "é"])
  }

  @Test func truncationAtEveryByte() {
    let bytes = small.encoded()
    for count in bytes.indices {
      #expect(problem(in: Array(bytes[..<count])) != nil, "\(count) of \(bytes.count) bytes")
    }
  }

  @Test func anyChangedByteIsReadOrRefused() {
    // No trap, whatever a byte is changed to.
    let bytes = small.encoded()
    for index in bytes.indices {
      for change: UInt8 in [1, 2, 4, 16, 0x20, 0x80, 0xff] {
        var changed = bytes
        changed[index] ^= change
        _ = try? read(changed)
      }
    }
  }

  @Test func requireFinite() throws {
    try small.requireFinite()
    var diverged = small
    diverged.tensors["scalar"] = Tensor(shape: [2], [0, .nan])
    #expect(throws: SafetensorsProblem.tensor("scalar", .notFinite(element: 1))) {
      try diverged.requireFinite()
    }
  }

  // MARK: Numbers

  @Test func extremesOfOtherTypes() throws {
    let greatest = Double(Float.greatestFiniteMagnitude)
    #expect(
      try read(oneTensor("F64", [greatest, -1e-300])).tensors["t"]
        == Tensor(shape: [2], [.greatestFiniteMagnitude, -0.0]))
    #expect(
      try read(oneTensor("I64", [Int64(Int32.max), Int64(Int32.min)])).tensors["t"]
        == Tensor(shape: [2], integers: [.max, .min]))
    #expect(
      try read(oneTensor("BF16", [UInt16(0x3f80), 0xc000])).tensors["t"]
        == Tensor(shape: [2], [1, -2]))
  }

  /// A checkpoint's sums come back as they were; a model's F64 becomes Float32 as ever.
  @Test func doublesAreKeptWhereAskedFor() throws {
    let values = [0.1, -1e300, 0, 0x1p-1074]
    let file = SafetensorsFile(tensors: ["t": Tensor(shape: [2, 2], doubles: values)])
    let bytes = file.encoded()
    #expect(try SafetensorsFile(reading: ByteReader(bytes), keepsDoubles: true) == file)
    #expect(problem(in: bytes) == .tensor("t", .floatOverflow(element: 1, value: -1e300)))
    let small = SafetensorsFile(tensors: ["t": Tensor(shape: [1], doubles: [0.1])])
    #expect(try read(small.encoded()).tensors["t"] == Tensor(shape: [1], [0.1]))
    let broken = SafetensorsFile(tensors: ["t": Tensor(shape: [2], doubles: [0, .infinity])])
    let notFinite = SafetensorsProblem.tensor("t", .notFinite(element: 1))
    #expect(throws: notFinite) { try broken.requireFinite() }
    #expect(throws: FileProblem.self) {
      try SafetensorsFile(reading: ByteReader(broken.encoded()), keepsDoubles: true)
    }
  }

  @Test func writingIsEncoding() throws {
    let folder = try TemporaryFolder()
    let bytes = try ByteWriter.file(folder.file("f"))
    try small.write(to: bytes)
    try bytes.finish()
    #expect(try folder.read("f") == small.encoded())
  }

  // MARK: Digests and messages

  @Test func digests() {
    // Test vectors of the FNV authors.
    #expect(SafetensorsFile.digest(of: []) == "cbf29ce484222325")
    #expect(SafetensorsFile.digest(of: Array("a".utf8)) == "af63dc4c8601ec8c")
    #expect(SafetensorsFile.digest(of: Array("foobar".utf8)) == "85944171f73967e8")
    var parts = ContentDigest()
    parts.update(Array("foo".utf8))
    parts.update(Array("bar".utf8))
    #expect(parts.hex == "85944171f73967e8")
    var floats = ContentDigest()
    floats.update([1, -2] as [Float])
    #expect(floats.hex == SafetensorsFile.digest(of: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
  }

  @Test func messagesTakeOneLine() {
    let name = "a\u{1b}[31m\n" + String(repeating: "x", count: 500)
    let text = SafetensorsProblem.tensor(name, .gap(bytes: 4)).description
    #expect(text.hasPrefix(#"tensor "a\u{1B}[31m\nxxx"#) && text.hasSuffix("belong to no tensor"))
    #expect(text.utf8.count < 200 && !text.utf8.contains { $0 < 0x20 })
    #expect(
      SafetensorsProblem.tensor("encoder.weight", .sizeMismatch(expected: 8, found: 4)).description
        == "tensor encoder.weight: its shape and type take 8 bytes, its offsets hold 4")
  }
}

extension Collection {
  /// The elements in one of many orders.
  fileprivate func shuffledBy(_ turn: Int) -> [Element] {
    let elements = Array(self)
    let steps = elements.indices.map { ($0 * 7 + turn * 3) % elements.count }
    return Set(steps).count == steps.count ? steps.map { elements[$0] } : elements.reversed()
  }
}
