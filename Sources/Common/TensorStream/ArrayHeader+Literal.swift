import ByteIO

extension ArrayHeader {
  /// Most axes of an array.
  static let rankLimit = 32

  /// Reads the literal of an NPY header,
  /// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } # sparsepipe record=1`.
  /// - Throws: ``StreamProblem``.
  init(literal bytes: ArraySlice<UInt8>) throws {
    var parser = PythonLiteralParser(bytes)
    let fields = try Self.fields(of: try parser.parse())
    (elementType, bigEndian) = try Self.type(try Self.field("descr", of: fields))
    let order = try Self.field("fortran_order", of: fields)
    guard case .boolean(let isFortran) = order else {
      throw StreamProblem.malformedHeader(
        what: "'fortran_order' is neither True nor False", near: order.brief)
    }
    fortranOrder = isFortran
    shape = try Self.shape(try Self.field("shape", of: fields), elementSize: elementType.size)
    notes = try Notes(comments: parser.comments, rank: shape.count)
  }

  /// The dictionary's entries by name; the three names of the format, each at most once.
  private static func fields(of literal: PythonLiteral) throws -> [String: PythonLiteral] {
    guard case .dictionary(let entries) = literal else {
      throw StreamProblem.malformedHeader(
        what: "expected a dictionary", near: literal.brief)
    }
    var fields: [String: PythonLiteral] = [:]
    for (key, value) in entries {
      guard case .string(let name) = key, ["descr", "fortran_order", "shape"].contains(name) else {
        throw StreamProblem.malformedHeader(what: "unexpected key", near: key.brief)
      }
      guard fields.updateValue(value, forKey: name) == nil else {
        throw StreamProblem.duplicateKey(name)
      }
    }
    return fields
  }

  private static func field(
    _ name: String, of fields: [String: PythonLiteral]
  ) throws -> PythonLiteral {
    guard let value = fields[name] else { throw StreamProblem.missingKey(name) }
    return value
  }

  private static func type(
    _ literal: PythonLiteral
  ) throws -> (type: ElementType, bigEndian: Bool) {
    guard case .string(let text) = literal else {
      throw StreamProblem.unsupportedType(literal.brief)
    }
    let hasOrder = text.first.map { "<>=|".contains($0) } ?? false
    guard let type = ElementType(code: text.dropFirst(hasOrder ? 1 : 0)) else {
      throw StreamProblem.unsupportedType(literal.brief)
    }
    switch text.first {
    case ">": return (type, true)
    case "<": return (type, false)
    default: return (type, 1.bigEndian == 1)
    }
  }

  private static func shape(_ literal: PythonLiteral, elementSize: Int) throws -> [Int] {
    guard case .tuple(let axes) = literal else {
      throw StreamProblem.malformedHeader(what: "'shape' is not a tuple", near: literal.brief)
    }
    guard axes.count <= rankLimit else {
      throw StreamProblem.tooManyAxes(axes.count, limit: rankLimit)
    }
    let shape = try axes.map { axis in
      guard case .integer(let length) = axis else {
        throw StreamProblem.malformedHeader(what: "'shape' is not of integers", near: axis.brief)
      }
      guard let length else { throw StreamProblem.shapeTooLarge(literal.brief) }
      guard length >= 0 else { throw StreamProblem.negativeAxis(shape: literal.brief) }
      return length
    }
    // Programs hold as Float32 what takes fewer bytes in the file.
    let heldSize = max(elementSize, MemoryLayout<Float>.size)
    guard elementCount(of: shape + [heldSize]) != nil else {
      throw StreamProblem.shapeTooLarge(literal.brief)
    }
    return shape
  }
}
