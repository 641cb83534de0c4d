import LinearAlgebra

/// Which units inhibit each other, in words, as options and models' cards have them.
public enum InhibitionNotation: Equatable, Sendable {
  /// `tree:1,10,2,2`, trees joined by `+`: units that are not above one another in a tree (Gregor, Szlam & LeCun 2011).
  case tree(PoolNotation)
  /// `ring:100:5`, `grid:16x16:3`, `torus:16x16:3`: units that are further from each other than the radius.
  case sheet(Sheet, radius: Int, name: String)

  /// What notations there are.
  public static let forms =
    "tree:ROOTS,CHILDREN,…, ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, or torus: in the same way"

  /// Whether a text begins as a notation does, and is no file's name.
  public static func isNotation(_ text: String) -> Bool {
    ["tree:", "ring:", "grid:", "torus:"].contains { text.hasPrefix($0) }
  }

  /// - Throws: ``PoolProblem`` where this is no notation, or no unit inhibits another.
  public init(_ text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts[0] == "tree" {
      let notation = try PoolNotation(text)
      guard !notation.isChain else {
        throw PoolProblem.noInhibition(text, expected: "several roots, or children of a node")
      }
      self = .tree(notation)
      return
    }
    let sides = (parts.count == 3 ? parts[1] : "").split(
      separator: "x", omittingEmptySubsequences: false
    ).map { Int($0) ?? 0 }
    let isRing = parts[0] == "ring"
    guard Self.isNotation(text), sides.count == (isRing ? 1 : 2), sides.allSatisfy({ $0 >= 1 }),
      let radius = Int(parts[2]), radius >= 0
    else { throw PoolProblem.badPart(text, expected: Self.forms, found: text) }
    let sheet = Sheet(
      rows: isRing ? 1 : sides[0], columns: sides[isRing ? 0 : 1], wraps: parts[0] != "grid")
    guard sheet.unitCount != nil else {
      throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)
    }
    guard Double(radius) < sheet.distance(0, sheet.unitOppositeFirst) else {
      throw PoolProblem.noInhibition(text, expected: Self.radii(of: sheet))
    }
    self = .sheet(sheet, radius: radius, name: parts[0])
  }

  /// What radius leaves units that are further from each other.
  private static func radii(of sheet: Sheet) -> String {
    let largest = Int(sheet.distance(0, sheet.unitOppositeFirst).rounded(.up)) - 1
    return largest < 0 ? "more than one unit" : "a radius from 0 to \(largest)"
  }

  /// The notation itself.
  public var text: String {
    switch self {
    case .tree(let notation): notation.text
    case .sheet(let sheet, let radius, let name):
      name == "ring"
        ? "ring:\(sheet.columns):\(radius)" : "\(name):\(sheet.rows)x\(sheet.columns):\(radius)"
    }
  }

  /// K; nil beyond any number of units.
  public var unitCount: Int? {
    switch self {
    case .tree(let notation): notation.unitCount
    case .sheet(let sheet, _, _): sheet.unitCount
    }
  }

  /// The pools that a tree's units form with all below them; nil of sheets.
  public var pools: PoolNotation? {
    if case .tree(let notation) = self { notation } else { nil }
  }

  /// S, [K, K]: 0, or `strength` between units that inhibit each other.
  /// - Throws: ``PoolProblem`` unless the notation is of `unitCount` units.
  public func inhibition(unitCount: Int, strength: Float) throws -> Matrix {
    guard self.unitCount == unitCount else {
      throw PoolProblem.otherUnitCount(
        notation: text, expected: self.unitCount ?? 0, found: unitCount)
    }
    switch self {
    case .tree(let notation):
      return try Self.betweenBranches(of: notation.layout(unitCount: unitCount), strength)
    case .sheet(let sheet, let radius, _):
      var s = Matrix(zeros: unitCount, columns: unitCount)
      for unit in 0..<unitCount {
        for other in 0..<unitCount where sheet.distance(unit, other) > Double(radius) {
          s[unit, other] = strength
        }
      }
      return s
    }
  }

  /// - Parameter layout: of a unit a node, the pool of each being its own.
  private static func betweenBranches(of layout: PoolLayout, _ strength: Float) -> Matrix {
    let count = layout.unitCount
    var s = Matrix(
      rows: count, columns: count,
      elements: [Float](repeating: strength, count: count * count))
    for node in 0..<count {
      for below in layout.groups.members(of: node) {
        s[node, below] = 0
        s[below, node] = 0
      }
    }
    return s
  }
}

extension Sheet {
  /// The unit that is furthest from the first, as far as any two are.
  var unitOppositeFirst: Int {
    wraps ? rows / 2 * columns + columns / 2 : rows * columns - 1
  }

  /// How far two units are from each other, the side of a unit being 1.
  func distance(_ unit: Int, _ other: Int) -> Double {
    func along(_ a: Int, _ b: Int, _ length: Int) -> Double {
      Double(wraps ? min(abs(a - b), length - abs(a - b)) : abs(a - b))
    }
    let down = along(unit / columns, other / columns, rows)
    let right = along(unit % columns, other % columns, columns)
    return (down * down + right * right).squareRoot()
  }
}
