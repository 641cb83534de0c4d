import ByteIO
import LinearAlgebra
import TensorStream

extension CounterRandom {
  /// Uniform in [0, 1), a multiple of 2⁻⁵³. Takes one position.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension Matrix {
  /// Ones on the diagonal, [n, n].
  public static func identity(_ n: Int) -> Matrix {
    var one = Matrix(zeros: n, n)
    for i in 0..<n { one.elements[i * n + i] = 1 }
    return one
  }
}

/// The ``TreeSum`` of one part or more.
public func treeSum<Part: Summable>(_ parts: [Part]) -> Part {
  var sum = TreeSum<Part>()
  for part in parts { sum.add(part) }
  return sum.total()!
}

/// [rows, columns] of normal numbers, of which about `density` are kept.
public func normalMatrix(
  _ rows: Int, _ columns: Int, density: Double = 1, seed: UInt64
) -> Matrix {
  var random = CounterRandom(seed: seed, stream: 99)
  let elements = (0..<rows * columns).map { _ -> Float in
    let value = Float(random.normal())
    return random.uniform() < density ? value : 0
  }
  return Matrix(rows: rows, columns: columns, elements: elements)
}

/// Atoms of norm 1 in random directions, [units, length]: D transposed.
public func unitAtoms(_ units: Int, _ length: Int, seed: UInt64) -> Matrix {
  var atoms = normalMatrix(units, length, seed: seed)
  for unit in 0..<units {
    let atom = Array(atoms.row(unit))
    let norm = dotInDouble(atom, atom).squareRoot()
    atoms.setRow(unit, to: atom.map { Float(Double($0) / norm) }[...])
  }
  return atoms
}

/// The rows of `matrix` in another order.
public func rows(_ order: [Int], of matrix: Matrix) -> Matrix {
  Matrix(
    rows: order.count, columns: matrix.columns, elements: order.flatMap { matrix.row($0) })
}

/// The path of a file in Tests/Reference.
public func referencePath(_ name: String, filePath: String = #filePath) -> String {
  let tests = filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  return "/\(tests)/Reference/\(name)"
}

/// A floating-point array of Tests/Reference as [all axes but the last, last axis].
public func referenceMatrix(_ name: String) throws -> Matrix {
  let reader = TensorReader(try ByteReader(path: referencePath(name)))
  guard let header = try reader.next() else { return Matrix(zeros: 0, columns: 0) }
  let values = try reader.readFloats(upTo: header.count)
  let columns = header.shape.last ?? 1
  return Matrix(rows: values.count / columns, columns: columns, elements: values)
}

/// An array of integers that a script of `Tests/Reference` wrote.
public func referenceIntegers(_ name: String) throws -> [Int32] {
  let reader = TensorReader(try ByteReader(path: referencePath(name)))
  guard try reader.next() != nil else { return [] }
  return try reader.readIntegers()
}

/// The bytes of an array of Float32 as a stream holds them.
public func arrayBytes(_ shape: [Int], _ values: [Float], notes: String = "") -> [UInt8] {
  arrayBytes("<f4", shape, notes: notes) + values.withUnsafeBytes { Array($0) }
}

/// The header of an array of any type.
public func arrayBytes(_ type: String, _ shape: [Int], notes: String = "") -> [UInt8] {
  let axes = shape.map { "\($0)," }.joined()
  var literal = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }"
  if !notes.isEmpty { literal += " # sparsepipe \(notes)" }
  let text = Array(literal.utf8) + [0x0a]
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
    + text
}
