/// How codes become features: over groups of units, over space, or both.
///
/// In text `l2,consecutive:1,2x2:2x2`: a reduction, groups of units, and perhaps windows of places.
public struct Pooling: Equatable, Sendable {
  /// Which units are reduced to one feature.
  public enum Units: Equatable, Sendable {
    case notation(PoolNotation)
    /// Those of the model that made the codes, which no notation describes; `model` in text.
    case ofModel
    /// Those of a file of sets, which text does not hold; `sets` in text.
    case sets
  }

  public let reduction: PoolLayout.Reduction
  public let units: Units
  /// Nil where each place stays by itself.
  public let windows: SpatialPooling.Windows?

  public init(
    _ reduction: PoolLayout.Reduction, _ units: Units, over windows: SpatialPooling.Windows? = nil
  ) {
    self.reduction = reduction
    self.units = units
    self.windows = windows
  }

  /// Nil where the text is no pooling.
  public init?(_ text: String) {
    // Commas are of the notation of trees as well.
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let reduction = PoolLayout.Reduction(rawValue: parts[0]) else {
      return nil
    }
    let windows = parts.count > 2 ? SpatialPooling.Windows(parts[parts.count - 1]) : nil
    let units = parts[1..<parts.count - (windows == nil ? 0 : 1)].joined(separator: ",")
    switch units {
    case Self.ofModel: self.init(reduction, .ofModel, over: windows)
    case Self.sets: self.init(reduction, .sets, over: windows)
    default:
      guard let notation = try? PoolNotation(units) else { return nil }
      self.init(reduction, .notation(notation), over: windows)
    }
    guard self.text == text else { return nil }
  }

  private static let ofModel = "model"
  private static let sets = "sets"

  public var text: String {
    let units =
      switch units {
      case .notation(let notation): notation.text
      case .ofModel: Self.ofModel
      case .sets: Self.sets
      }
    return ([reduction.rawValue, units] + (windows.map { [$0.text] } ?? [])).joined(separator: ",")
  }

  /// What such texts look like.
  public static let form = "a reduction, pools and perhaps windows such as l2,consecutive:1,2x2:2x2"
}

extension SpatialPooling.Windows {
  /// `2x2:1x1`, windows and from one to the next, or `4x4`, parts of a map; nil where it is neither.
  public init?(_ text: String) {
    if let windows = MapWindows(text) {
      self = .sliding(windows)
      return
    }
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy({ $0 >= 1 }) else { return nil }
    self = .grid(rows: sides[0], columns: sides[1])
    guard self.text == text else { return nil }
  }

  public var text: String {
    switch self {
    case .sliding(let windows): windows.text
    case .grid(let rows, let columns): "\(rows)x\(columns)"
    }
  }
}
