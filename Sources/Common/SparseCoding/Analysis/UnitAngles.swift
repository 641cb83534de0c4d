import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a unit of a recurrent encoder does, told by the angle between row E_i of the encoder and
/// column D_i of the decoder (Rolfe & LeCun 2013, section 4).
public enum UnitKind: String, Sendable, CaseIterable {
  /// Below 0.5 rad: it looks for what it adds, like a unit of ISTA.
  case part
  /// From 0.5 to 0.7 rad.
  case between
  /// Above 0.7 rad: it is fed by other units more than by the input, and adds a prototype.
  case categorical

  /// The angles of this kind.
  public var angles: String {
    switch self {
    case .part: "below 0.5 rad"
    case .between: "from 0.5 to 0.7 rad"
    case .categorical: "above 0.7 rad"
    }
  }

  /// The kind of a unit with this angle, in rad.
  public init(angle: Double) {
    self = angle < 0.5 ? .part : angle > 0.7 ? .categorical : .between
  }
}

/// The angle between what each unit looks for, row E_i, and what it adds, column D_i.
public struct UnitAngles: Sendable {
  /// In rad, 0…π, [units]; nil where the row or the column is zero.
  public let values: [Double?]
  /// Those that there are, ascending.
  public let sorted: [Double]

  /// - Parameters:
  ///   - encoder: E, [K, D].
  ///   - decoder: D, [D, K].
  ///   - units: the first so many units; nil is all. A DC unit, the last, does not belong to them.
  public init(encoder: Matrix, decoder: Matrix, units: Int? = nil) {
    precondition(
      encoder.rows == decoder.columns && encoder.columns == decoder.rows,
      "[\(encoder.rows),\(encoder.columns)] beside [\(decoder.rows),\(decoder.columns)]")
    let atoms = decoder.transposed
    values = (0..<(units ?? encoder.rows)).map { unit in
      angle(Array(encoder.row(unit)), Array(atoms.row(unit)))
    }
    sorted = values.compactMap(\.self).sorted()
  }

  /// The units of a kind, ascending.
  public func units(of kind: UnitKind) -> [Int] {
    values.indices.filter { values[$0].map(UnitKind.init(angle:)) == kind }
  }

  /// How many units have no angle.
  public var missing: Int { values.count - sorted.count }

  /// How many angles are in 0..<width, width..<2·width, … up to the last that holds one.
  public func histogram(width: Double) -> [Int] {
    guard let greatest = sorted.last else { return [] }
    var counts = [Int](repeating: 0, count: Int(greatest / width) + 1)
    for angle in sorted { counts[Int(angle / width)] += 1 }
    return counts
  }
}

/// The angle of two vectors, [n] each; nil where one is zero.
private func angle(_ x: [Float], _ y: [Float]) -> Double? {
  let norms = (dotInDouble(x, x) * dotInDouble(y, y)).squareRoot()
  guard norms > 0 else { return nil }
  return acos(min(1, max(-1, dotInDouble(x, y) / norms)))
}
