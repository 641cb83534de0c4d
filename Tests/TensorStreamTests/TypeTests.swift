import ByteIO
import TensorStream
import Testing

/// All that NumPy writes, out of files that NumPy wrote.
struct TypeTests {
  /// The 24 numbers of `values(...)` in npy_types.py, in C order.
  static func values(_ type: ElementType) -> [Float] {
    (0..<24).map { i in
      let number = i * 7 % 19
      if type == .bool { return number % 2 == 1 ? 1 : 0 }
      let hasSign = type.isFloat || type.rawValue.hasPrefix("int")
      return Float(hasSign ? number - 9 : number) / (type.isFloat ? 4 : 1)
    }
  }

  static let files = ElementType.allCases.flatMap { type in
    ["little_c", "little_fortran", "big_c", "big_fortran"].map { (type, $0) }
  }

  @Test(arguments: files)
  func numPysFileIsRead(type: ElementType, layout: String) throws {
    let path = fixture("\(type.rawValue)_\(layout)")
    let reader = TensorReader(try ByteReader(path: path))
    let header = try #require(try reader.next())
    #expect(header.elementType == type)
    #expect(header.shape == [2, 3, 4])
    #expect(header.fortranOrder == layout.hasSuffix("fortran"))
    #expect(type.size == 1 || header.bigEndian == layout.hasPrefix("big"))
    #expect(header.byteCount == 24 * type.size)
    #expect(try reader.readFloats(upTo: 5) + reader.readFloats(upTo: 99) == Self.values(type))
    #expect(try reader.next() == nil)
  }

  @Test(arguments: files.filter { $0.0.isInteger })
  func integersStayIntegers(type: ElementType, layout: String) throws {
    let reader = TensorReader(try ByteReader(path: fixture("\(type.rawValue)_\(layout)")))
    _ = try reader.next()
    #expect(try reader.readIntegers() == Self.values(type).map { Int32($0) })
    #expect(try reader.next() == nil)
  }

  @Test func versionsAndRanks() throws {
    let reader = TensorReader(try ByteReader(path: fixture("versions")))
    let values = Self.values(.float32)
    let arrays = try readAll(reader)
    let shapes = [
      [24], [24], [24], [], [24], [0], [3, 0, 2], Array(repeating: 1, count: 30) + [4, 6],
      [1, 24, 1], [4, 1, 3, 2],
    ]
    #expect(arrays.map(\.header.shape) == shapes)
    for (header, floats) in arrays { #expect(floats == Array(values.prefix(header.count))) }
    #expect(reader.arrayIndex == 9)
  }

  @Test func halvesAreExact() throws {
    let arrays = try readAll(TensorReader(try ByteReader(path: fixture("halves"))))
    #expect(arrays.map(\.header.elementType) == [.float16, .float32])
    #expect(arrays[0].floats.map(\.bitPattern) == arrays[1].floats.map(\.bitPattern))
  }

  @Test func fortranOrderOfManyAxes() throws {
    let shape = [3, 1, 40, 2, 35]
    let count = shape.reduce(1, *)
    // The element at [a, b, c, d, e] is its place in C order.
    let fortran = (0..<count).map { index in
      var (rest, place, stride) = (index, 0, count)
      for length in shape {
        stride /= length
        place += rest % length * stride
        rest /= length
      }
      return Float(place)
    }
    let reader = reader(npy(fortran: true, shape: "(3, 1, 40, 2, 35)", bytes(fortran)))
    _ = try reader.next()
    #expect(try reader.readFloats(upTo: count) == (0..<count).map(Float.init))
  }

  @Test func fortranOrderOfOneAxisIsC() throws {
    for shape in ["(4,)", "(1, 4, 1)", "(4, 1)"] {
      let arrays = try readAll(
        reader(npy(fortran: true, shape: shape, bytes([1, 2, 3, 4] as [Float]))))
      #expect(arrays[0].floats == [1, 2, 3, 4], "\(shape)")
    }
  }

  @Test func typesKnowThemselves() {
    #expect(ElementType.allCases.map(\.size) == [1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8])
    #expect(ElementType.allCases.filter(\.isFloat) == [.float16, .float32, .float64])
    #expect(!ElementType.bool.isInteger && ElementType.uint8.isInteger)
    #expect(ElementType.uint8.integerMaximum == 255 && ElementType.uint16.integerMaximum == 65535)
    #expect(ElementType.int16.integerMaximum == 32767 && ElementType.float64.integerMaximum == 1)
  }
}
