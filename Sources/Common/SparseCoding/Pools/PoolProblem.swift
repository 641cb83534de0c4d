/// Pools that cannot be.
public enum PoolProblem: Error, Equatable, CustomStringConvertible {
  case unknownNotation(String)
  case badPart(String, expected: String, found: String)
  case doesNotDivide(size: Int, units: Int)
  case otherUnitCount(notation: String, expected: Int, found: Int)
  case tooManyMembers(limit: Int)
  /// Of units that are said to inhibit each other.
  case noInhibition(String, expected: String)
  case inconsistent
  case unitTwice(Int, pool: Int)
  case unitBeyond(Int, pool: Int, units: Int)
  case emptyPool(Int)
  case unitInNone(Int)
  case weightOfZero(unit: Int, pool: Int)
  /// Two pools share units, and neither holds the other.
  case notNested(Int, Int)
  /// Members of a pool of a tree weigh differently.
  case unevenWeights(pool: Int)

  public var description: String {
    switch self {
    case .unknownNotation(let notation):
      "pools \"\(notation)\": expected \(PoolNotation.forms)"
    case .badPart(let notation, let expected, let found):
      "pools \(notation): expected \(expected), found \"\(found)\""
    case .doesNotDivide(let size, let units):
      "pools consecutive:\(size) do not fit \(units) units, \(size) does not divide \(units); "
        + Self.fitting(size, units)
    case .otherUnitCount(let notation, let expected, let found):
      "pools \(notation) are of \(expected) units, found \(found)"
    case .tooManyMembers(let limit):
      "pools of too many members, expected at most \(limit) in all"
    case .noInhibition(let notation, let expected):
      "\(notation) has no two units that inhibit each other, expected \(expected)"
    case .inconsistent:
      "pools are inconsistent: offsets must rise from 0 to the number of members and weights be finite"
    case .unitTwice(let unit, let pool): "unit \(unit) is twice in pool \(pool)"
    case .unitBeyond(let unit, let pool, let units):
      "pool \(pool) has unit \(unit), expected units from 0 to \(units - 1)"
    case .emptyPool(let pool): "pool \(pool) has no units"
    case .unitInNone(let unit):
      "unit \(unit) is in no pool, expected every unit in one at least: a penalty would not see it"
    case .weightOfZero(let unit, let pool):
      "unit \(unit) has a weight of 0 in pool \(pool), expected more: a penalty would not see it"
    case .notNested(let one, let other):
      "pools \(one) and \(other) share units and neither holds the other, expected a tree"
    case .unevenWeights(let pool):
      "units of pool \(pool) weigh differently, expected the same weight in each pool of a tree"
    }
  }

  /// The nearest numbers of units that pools of a size fit.
  private static func fitting(_ size: Int, _ units: Int) -> String {
    let below = units / size * size
    return below > 0 ? "\(below) or \(below + size) would fit" : "\(below + size) would fit"
  }
}
