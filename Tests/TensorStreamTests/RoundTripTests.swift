import ByteIO
import TensorStream
import Testing

/// What is written is read again, however it is cut.
struct RoundTripTests {
  static let shapes = [
    [], [1], [7], [0], [3, 0, 5], [2, 3], [4, 1, 12, 12, 1], [70_000], [3, 50, 50],
  ]

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -10...10, using: &generator) }
  }

  @Test func oneStreamOfAllShapes() throws {
    let stream = try written { writer in
      for (i, shape) in Self.shapes.enumerated() {
        try writer.begin(shape: shape)
        try writer.write(random(shape.reduce(1, *), seed: UInt64(i)))
      }
    }
    let arrays = try readAll(reader(stream))
    #expect(arrays.map(\.header) == Self.shapes.map { ArrayHeader(shape: $0) })
    for (i, array) in arrays.enumerated() {
      #expect(array.floats == random(array.header.count, seed: UInt64(i)), "array \(i)")
    }
  }

  @Test func labels() throws {
    let labels: [Int32] = [3, -1, .max, .min, 0]
    let stream = try written { writer in
      try writer.begin(shape: [5], elementType: .int32)
      try writer.write(Array(labels[..<2]))
      try writer.write(Array(labels[2...]))
      try writer.begin(shape: [0], elementType: .int32)
    }
    let reader = reader(stream)
    #expect(try reader.next() == ArrayHeader(elementType: .int32, shape: [5]))
    #expect(try reader.readIntegers() == labels)
    #expect(try reader.next()?.shape == [0])
    #expect(try reader.readIntegers() == [])
    #expect(try reader.next() == nil)
  }

  @Test func headersEndOn64() throws {
    for shape in Self.shapes {
      for notes in [Notes(), Notes(recordRank: 0, model: String(repeating: "f", count: 40))] {
        let stream = try written { writer in
          try writer.begin(shape: shape, notes: notes)
          try writer.write([Float](repeating: 0, count: shape.reduce(1, *)))
        }
        let length = stream.count - shape.reduce(4, *)
        #expect(length.isMultiple(of: 64) && stream[length - 1] == 0x0a, "\(shape)")
        #expect(10 + Int(stream[8]) + Int(stream[9]) << 8 == length)
      }
    }
  }

  @Test(arguments: ["<f4", ">f4", "<f8", "<f2", "|u1", ">i4"], [false, true])
  func tilesOfAnySize(code: String, fortran: Bool) throws {
    let size = Int(String(code.suffix(1))) ?? 0
    var generator = SeededGenerator(seed: 11)
    // Small exponents everywhere, so that any bytes are finite numbers.
    let count = 100 * 300
    let data = (0..<count * size).map { _ in UInt8.random(in: 0...0x37, using: &generator) }
    let stream = npy(descr: code, fortran: fortran, shape: "(100, 300)", data)
    let whole = try readAll(reader(stream))[0].floats
    for tile in [1, 7, 300, 8191, 8192, 8193, 16_384, 29_999, count, count + 1] {
      let reader = reader(stream)
      _ = try reader.next()
      var floats: [Float] = []
      while reader.remaining > 0 { floats += try reader.readFloats(upTo: tile) }
      #expect(floats == whole, "tiles of \(tile)")
      #expect(try reader.readFloats(upTo: tile) == [])
      #expect(try reader.next() == nil)
    }
  }

  @Test func moreThanIsTrustedAtOnce() throws {
    let count = (1 << 22) + 12_345
    let values = (0..<count).map { Float($0 & 0xffff) }
    let reader = reader(npy(shape: "(\(count),)", bytes(values)))
    _ = try reader.next()
    #expect(try reader.readFloats(upTo: .max) == values)
  }

  @Test func recordLengthIsOfOneArray() throws {
    let reader = reader(npy(shape: "(0,)") + npy(shape: "(0,)"))
    _ = try reader.next()
    reader.recordLength = 5
    _ = try reader.next()
    #expect(reader.recordLength == 1)
  }

  @Test func positionIsThatOfTheData() throws {
    let stream = npy(shape: "(1,)", [0, 0, 0, 0])
    let reader = reader(stream)
    _ = try reader.next()
    #expect(reader.bytes.position == stream.count - 4)
  }

  @Test func aWriterThatIsNotFinishedLeavesNoFile() throws {
    try withTemporaryFile { path in
      do {
        let writer = TensorWriter(try .file(path))
        try writer.begin(shape: [1])
        try writer.write([1] as [Float])
      }
      #expect(throws: FileProblem.self) { try ByteReader(path: path) }
    }
  }

  @Test func batchAxes() {
    let header = ArrayHeader(shape: [5, 4, 12, 12, 1])
    #expect(header.batchAxes(ofRecords: [12, 12, 1]) == [5, 4])
    #expect(header.batchAxes(ofRecords: [5, 4, 12, 12, 1]) == [])
    #expect(header.batchAxes(ofRecords: [1]) == [5, 4, 12, 12])
    #expect(header.batchAxes(ofRecords: []) == [5, 4, 12, 12, 1])
    #expect(header.batchAxes(ofRecords: [8, 8, 1]) == nil)
    #expect(header.batchAxes(ofRecords: [9, 5, 4, 12, 12, 1]) == nil)
    #expect(header.batchAxes(ofRecords: [.max, .max]) == nil)
    let flat = ArrayHeader(shape: [7, 144])
    #expect(flat.batchAxes(ofRecords: [12, 12, 1]) == [7])
    #expect(flat.batchAxes(ofRecords: [144]) == [7])
    #expect(flat.batchAxes(ofRecords: [7]) == nil)
    #expect(ArrayHeader(shape: []).batchAxes(ofRecords: [1, 1]) == nil)
  }
}
