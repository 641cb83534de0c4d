import ByteIO
import LinearAlgebra
import TensorStream

/// Small pictures of one shape that are drawn side by side.
public struct Tiles: Sendable {
  public let height: Int
  public let width: Int
  /// 1 or 3.
  public let channels: Int
  /// Each [h,w,C]; nil is an empty place.
  private var tiles: [[Float]?] = []
  /// Tiles that stand together.
  private let group: Int
  private let isFilters: Bool
  /// Tiles that belong together, T + 1 of a trace: a row of the picture.
  private var rowLength: Int?
  /// Groups beyond the limit, which are not drawn.
  public private(set) var left = 0

  /// Groups that are drawn: tiles, where each stands by itself.
  public var count: Int { tiles.count / group }

  private init(tile axes: [Int], group: Int = 1, isFilters: Bool) {
    (height, width, channels) = (axes[0], axes[1], axes[2])
    self.group = group
    self.isFilters = isFilters
  }

  /// [h,w,C] of a record's shape.
  private static func tileShape(_ shape: [Int]) throws -> [Int] {
    let axes = shape.count == 2 ? shape + [1] : shape
    guard axes.count == 3, axes[2] == 1 || axes[2] == 3, axes.allSatisfy({ $0 >= 1 }) else {
      throw PictureProblem.cannotShow(shape: shape)
    }
    return axes
  }

  /// The rows of a matrix of weights, [N, D], D the product of `shape`, in groups that stand together.
  /// - Parameters:
  ///   - group: rows of a group; N is a multiple of it.
  ///   - limit: the most groups that are drawn.
  public init(rows: Matrix, shape: [Int], group: Int = 1, limit: Int) throws {
    let groups = stride(from: 0, to: rows.rows, by: group).map { Array($0..<$0 + group) }
    try self.init(rows: rows, shape: shape, groups: groups, limit: limit)
  }

  /// Chosen rows of a matrix of weights, [N, D]: each group a list of them, nil an empty place.
  /// - Parameter groups: of one length.
  public init(rows: Matrix, shape: [Int], groups: [[Int?]], limit: Int) throws {
    let length = groups.first?.count ?? 1
    precondition(groups.allSatisfy { $0.count == length }, "groups of several lengths")
    self.init(tile: try Self.tileShape(shape), group: length, isFilters: true)
    tiles = groups.prefix(limit).flatMap { $0.map { $0.map { Array(rows.row($0)) } } }
    left = groups.count - count
  }

  /// The records of a stream, or each unit of its maps [y,x,K].
  /// - Throws: ``PictureProblem``, `RecordProblem` where records are not known or differ in shape.
  public init(
    reading reader: TensorReader, record: RecordChoice?, maps: Bool, limit: Int
  ) throws {
    guard let first = try reader.next() else { throw StreamProblem.empty }
    let shape = try naming(reader.name) {
      maps ? try Self.mapShape(first) : try RecordChoice.resolve(record, for: first)
    }
    let tile = try naming(reader.name) {
      try Self.tileShape(maps ? Array(shape.dropLast()) : shape)
    }
    self.init(tile: tile, isFilters: false)
    if first.notes.isTrace, !maps { rowLength = first.shape.dropLast(shape.count).last }
    var header: ArrayHeader? = first
    while let current = header {
      try naming(reader.name) {
        guard current.batchAxes(ofRecords: shape) != nil else {
          throw RecordProblem.changes(expected: shape, found: current.shape)
        }
      }
      let length = shape.reduce(1, *)
      reader.recordLength = length
      // Integers are pixels and stand for shares of their maximum, as in patches.
      let isPixels = current.elementType.isInteger
      let scale = isPixels ? Float(1 / current.elementType.integerMaximum) : 1
      while reader.remaining > 0 {
        var values = try reader.readFloats(upTo: length)
        if isPixels { values = values.map { $0 * scale } }
        maps ? addMaps(values, units: shape[2], limit) : add(values, limit)
      }
      header = try reader.next()
    }
  }

  /// The picture: the tiles in rows.
  /// - Parameters:
  ///   - contrast: nil takes each filter by itself, pixels as they are, other values together.
  ///   - scale: pixels a value; nil enlarges small tiles.
  /// - Throws: ``PictureProblem``.
  public func picture(
    contrast: FilterContrast?, columns: Int?, gap: Int, scale: Int?
  ) throws -> Image {
    guard !tiles.isEmpty else { throw PictureProblem.noPicture }
    let scale = scale ?? max(1, 48 / max(height, width))
    let columns = columns ?? rowLength ?? TileLayout.squareColumns(groups: count, of: group)
    let rows = (count - 1) / columns + 1
    // In Double, where nothing overflows; figures of any size may come from the command line.
    let groupGap = Double(gap) * Double(TileLayout.gaps(between: group))
    let tileWidth = Double(width) * Double(scale) + Double(gap)
    let groupHeight = Double(height) * Double(scale) + groupGap
    let groupWidth = Double(group) * tileWidth - Double(gap) + groupGap
    let pixels = Double(rows) * groupHeight * Double(columns) * groupWidth
    guard pixels <= Double(Image.pixelLimit) else {
      throw PictureProblem.tooLarge(pixels: pixels, limit: Image.pixelLimit)
    }
    return filterGrid(
      filters: tiles, height: height, width: width, channels: channels, group: group,
      columns: columns, gap: gap, scale: scale, contrast: contrast ?? defaultContrast)
  }

  private var defaultContrast: FilterContrast {
    if isFilters { return .perTile }
    let arePixels = tiles.allSatisfy { $0?.allSatisfy { (0...1).contains($0) } ?? true }
    return arePixels ? .none : .shared
  }

  private mutating func add(_ tile: [Float], _ limit: Int) {
    if tiles.count < limit { tiles.append(tile) } else { left += 1 }
  }

  private mutating func addMaps(_ values: [Float], units: Int, _ limit: Int) {
    for unit in 0..<units {
      add(stride(from: unit, to: values.count, by: units).map { values[$0] }, limit)
    }
  }

  private static func mapShape(_ header: ArrayHeader) throws -> [Int] {
    guard header.shape.count >= 3 else { throw PictureProblem.cannotShow(shape: header.shape) }
    if header.notes.hasSteps(inLast: 3) { throw ImageArrayProblem.trace(header.shape) }
    return Array(header.shape.suffix(3))
  }
}
