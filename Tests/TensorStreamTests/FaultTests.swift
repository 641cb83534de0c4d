import ByteIO
import TensorStream
import Testing

/// Every fault of a stream, by name.
struct FaultTests {
  @Test func noByte() {
    #expect(problem(reading: []) == .empty)
    #expect("\(StreamProblem.empty)" == "empty, expected a tensor stream")
  }

  @Test func text() {
    let found = problem(reading: Array("hello world".utf8))
    #expect(found == .notNPY(found: Array("hello wor".utf8)))
    #expect(
      found?.description
        == "not a tensor stream: begins with \"hello wor\", expected the NPY magic")
  }

  @Test func otherFormats() {
    #expect(
      problem(reading: [0x89] + Array("PNG\r\n".utf8) + [0x1a, 0x0a])?.description
        == "not a tensor stream: begins with \"\\x89PNG\\r\\n\\x1a\\n\", expected the NPY magic")
    #expect(problem(reading: [0]) == .notNPY(found: [0]))
  }

  @Test func bytesAfterTheLastArray() {
    #expect(problem(reading: npy(shape: "(0,)") + [7]) == .notNPY(found: [7]))
  }

  @Test(arguments: [(0, 0), (1, 1), (4, 0)] as [(UInt8, UInt8)])
  func version(major: UInt8, minor: UInt8) {
    var bytes = npy(shape: "(0,)")
    bytes[6...7] = [major, minor]
    let found = problem(reading: bytes)
    #expect(found == .unsupportedVersion(major: major, minor: minor))
    #expect(found?.description == "NPY version \(major).\(minor), expected 1.0, 2.0 or 3.0")
  }

  @Test func longHeader() throws {
    let literal = "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"
    let blanks = String(repeating: " ", count: 65535 - literal.utf8.count)
    #expect(problem(reading: npy(literal + blanks, version: 2)) == nil)
    let found = problem(reading: npy(literal + blanks + " ", version: 3))
    #expect(found == .headerTooLong(length: 65537, limit: 65536))
    #expect(found?.description == "header of 65537 bytes, expected at most 65536")
    // A length that lies is refused as well, without being read.
    let lie = npy(literal, version: 2).prefix(8) + [255, 255, 255, 255]
    #expect(
      problem(reading: Array(lie)) == .headerTooLong(length: 4_294_967_295, limit: 65536))
  }

  @Test func cutHeader() {
    let bytes = npy(shape: "(0,)")
    #expect(
      problem(reading: Array(bytes.prefix(20)))
        == .headerTruncated(expected: bytes.count, found: 20))
    #expect(problem(reading: Array(bytes.prefix(3))) == .headerTruncated(expected: 10, found: 3))
    #expect(
      problem(reading: Array(bytes.prefix(9)))?.description
        == "header cut short: expected 10 bytes, found 9")
  }

  @Test(arguments: [UInt8(1), 2, 3])
  func everyPrefixIsRefused(version: UInt8) {
    let literal =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), } # sparsepipe record=1"
    let whole = npy(literal, bytes([1, 2, 3, 4] as [Double]), version: version)
    for bytes in [whole, npy(shape: "(0,)") + whole] {
      let first = bytes.count - whole.count
      for length in 0..<bytes.count where length != first || first == 0 {
        #expect(problem(reading: Array(bytes.prefix(length))) != nil, "prefix of \(length)")
      }
      #expect(problem(reading: bytes) == nil)
    }
  }

  @Test func cutData() {
    let values = bytes([1, 2, 3, 4, 5, 6] as [Float])
    let found = problem(reading: npy(shape: "(2, 3)", values.dropLast()))
    #expect(found == .dataTruncated(expected: 24, found: 23))
    #expect(found?.description == "array cut short: expected 24 bytes, found 23")
    for fortran in [false, true] {
      let cut = npy(fortran: fortran, shape: "(2, 3)", Array(values.prefix(9)))
      #expect(problem(reading: cut) == .dataTruncated(expected: 24, found: 9))
    }
  }

  @Test(arguments: ["<f4", "|u1"], [1, 1000, 8192, 100_000])
  func cutDataFarIn(code: String, tile: Int) {
    let size = code == "<f4" ? 4 : 1
    let cut = npy(descr: code, shape: "(50000,)", [UInt8](repeating: 0, count: 49_999 * size))
    let found = problem {
      let reader = reader(cut)
      _ = try reader.next()
      while reader.remaining > 0 { _ = try reader.readFloats(upTo: tile) }
    }
    #expect(found == .dataTruncated(expected: 50_000 * size, found: 49_999 * size))
  }

  @Test func lengthsThatLieAskForNoMemory() {
    for (type, fortran) in [("<f4", false), ("<u1", false), ("<f2", true)] {
      let shape = fortran ? "(16384, 16384)" : "(1152921504606846976,)"
      let lie = npy(descr: type, fortran: fortran, shape: shape, [0, 0, 0, 0])
      guard case .dataTruncated(_, found: 4) = problem(reading: lie) else {
        Issue.record("\(type) is read")
        continue
      }
    }
  }

  @Test func nonFinite() throws {
    var values = [Float](repeating: 1, count: 3 * 144)
    values[2 * 144 + 3] = .nan
    let found = problem(reading: npy(shape: "(3, 12, 12)", bytes(values)), recordLength: 144)
    let place = StreamProblem.Place(array: 0, record: 2, value: 3, recordLength: 144)
    #expect(found == .nonFinite(found: "NaN", at: place))
    #expect(found?.description == "record 2 of array 0 holds NaN (value 3 of 144)")
    #expect(
      problem(reading: npy(shape: "(2,)") + [0, 0, 0, 0] + bytes([-Float.infinity]))?.description
        == "record 1 of array 0 holds -infinity")
  }

  @Test(arguments: ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"])
  func nonFiniteOfEveryType(code: String) throws {
    let size = code.hasSuffix("2") ? 2 : code.hasSuffix("4") ? 4 : 8
    let infinity: [UInt8] =
      [2: bytes([UInt16(0x7c00)]), 4: bytes([Float.infinity]), 8: bytes([Double.infinity])][size]
      ?? []
    // One array after another, the value far into the second.
    let data = [UInt8](repeating: 0, count: 9000 * size)
    let value = code.hasPrefix(">") ? infinity.reversed() : infinity
    let stream = npy(shape: "(0,)") + npy(descr: code, shape: "(9001,)", data + value)
    let place = StreamProblem.Place(array: 1, record: 900, value: 0, recordLength: 10)
    #expect(
      problem(reading: stream, recordLength: 10) == .nonFinite(found: "infinity", at: place))
    let allowing = try readAll(reader(stream, allowsNonFinite: true))
    #expect(allowing[1].floats.last == .infinity)
  }

  @Test func nonFiniteInFortranOrder() {
    // [[0, 1, NaN], [3, 4, 5]] by columns.
    let values = bytes([0, 3, 1, 4, .nan, 5] as [Float])
    let place = StreamProblem.Place(array: 0, record: 0, value: 2, recordLength: 3)
    #expect(
      problem(reading: npy(fortran: true, shape: "(2, 3)", values), recordLength: 3)
        == .nonFinite(found: "NaN", at: place))
  }

  @Test(arguments: [false, true])
  func overflow(allowsNonFinite: Bool) {
    let stream = npy(descr: "<f8", shape: "(2, 2)", bytes([1, 2, 3, -1e39]))
    let found = problem {
      let reader = reader(stream, allowsNonFinite: allowsNonFinite)
      _ = try reader.next()
      reader.recordLength = 2
      _ = try reader.readFloats(upTo: 4)
    }
    let place = StreamProblem.Place(array: 0, record: 1, value: 1, recordLength: 2)
    #expect(found == .overflow(-1e39, at: place))
    #expect(
      found?.description
        == "record 1 of array 0 holds -1e+39 (value 1 of 2), beyond the range of Float32")
  }

  private func labels(_ bytes: [UInt8]) -> StreamProblem? {
    problem {
      let reader = reader(bytes)
      while try reader.next() != nil { _ = try reader.readIntegers() }
    }
  }

  @Test func labelOutOfRange() {
    let wide = npy(descr: "<i8", shape: "(3,)", bytes([1, 2, 2_147_483_648]))
    #expect(labels(wide) == .labelOutOfRange("2147483648", index: 2))
    #expect(
      labels(wide)?.description
        == "label 2 is 2147483648, expected at least -2147483648 and at most 2147483647")
    let unsigned = npy(descr: "<u8", shape: "(1,)", bytes([UInt64.max]))
    #expect(labels(unsigned) == .labelOutOfRange("18446744073709551615", index: 0))
    let edges = npy(descr: "<i8", shape: "(2,)", bytes([-2_147_483_648, 2_147_483_647]))
    #expect(labels(edges) == nil)
  }

  @Test(arguments: ["|b1", "<f2", "<f4", "<f8"])
  func labelsOfOtherTypes(code: String) throws {
    let stream = npy(descr: code, shape: "(0,)")
    let type = try #require(try reader(stream).next()?.elementType)
    #expect(labels(stream) == .expectedIntegers(found: type))
    #expect(labels(stream)?.description == "expected integers, found \(type.rawValue)")
  }

  @Test func fortranOrderTooLarge() {
    let found = problem(reading: npy(descr: "|u1", fortran: true, shape: "(16384, 16385)"))
    #expect(found == .fortranTooLarge(bytes: 16384 * 16385 * 4, limit: 1 << 30))
    #expect(found?.description.hasSuffix("save it in C order") == true)
    #expect(labels(npy(descr: "|u1", fortran: true, shape: "(16384, 16385)")) == found)
  }
}
