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
  private(set) var tiles: [[Float]?] = []
  /// Of each tile, the unit or the record that it shows; nil is none of its own.
  private(set) var numbers: [Int?] = []
  /// Tiles that stand together.
  let group: Int
  private let isFilters: Bool
  private var isMaps = false
  /// Groups that belong together, T + 1 tiles of a trace or K maps of an image: a row of the picture.
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

  /// Rows of a matrix of weights that are drawn side by side; nil is an empty place.
  public struct Group: Sendable {
    public let rows: [Int?]
    /// The unit of each.
    public let units: [Int?]

    /// - Parameter units: nil where rows are units.
    public init(rows: [Int?], units: [Int?]? = nil) {
      precondition(units?.count ?? rows.count == rows.count, "units of other rows")
      self.rows = rows
      self.units = units ?? rows
    }
  }

  /// Rows of a matrix of weights, [N, D], D the product of `shape`.
  /// - Parameters:
  ///   - groups: of one length.
  ///   - limit: the most groups that are drawn.
  ///   - rowLength: groups that belong together in a row; nil where none do.
  public init(
    rows: Matrix, shape: [Int], groups: [Group], limit: Int, rowLength: Int? = nil
  ) throws {
    let length = groups.first?.rows.count ?? 1
    precondition(groups.allSatisfy { $0.rows.count == length }, "groups of several lengths")
    self.init(tile: try Self.tileShape(shape), group: length, isFilters: true)
    tiles = groups.prefix(limit).flatMap { $0.rows.map { $0.map { Array(rows.row($0)) } } }
    numbers = groups.prefix(limit).flatMap(\.units)
    left = groups.count - count
    self.rowLength = rowLength
  }

  /// Tiles of one colour each.
  /// - Parameter colors: red, green and blue, 0…1, of each tile, [N][3].
  public init(colors: [[Float]]) {
    self.init(tile: [1, 1, 3], isFilters: false)
    tiles = colors
    numbers = Array(colors.indices)
  }

  /// The records of a stream, or each unit of its maps [y,x,K]; also of codes that are of places of images, unless
  /// a record is named.
  /// - Parameter byUse: the maps in which most places are not zero first, of equals the first.
  /// - Throws: ``PictureProblem``, `RecordProblem` where records are not known or differ in shape.
  public init(
    reading reader: TensorReader, record: RecordChoice?, maps: Bool, byUse: Bool = false, limit: Int
  ) throws {
    precondition(maps || !byUse, "records have no use")
    let first = try Self.firstWithValues(reader)
    let maps = maps || record == nil && first.areCodesOfPlaces
    let shape = try naming(reader.name) {
      maps ? try Self.mapShape(first) : try RecordChoice.resolve(record, for: first)
    }
    let tile = try naming(reader.name) {
      try Self.tileShape(maps ? Array(shape.dropLast()) : shape)
    }
    self.init(tile: tile, isFilters: false)
    isMaps = maps
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
        if maps {
          addMaps(values, units: shape[2], byUse ? .max : limit)
          if byUse { sortByUse(limit) }
        } else {
          add(values, number: tiles.count, limit)
        }
      }
      header = try reader.next()
    }
    if maps, !byUse, tiles.count > shape[2] { rowLength = shape[2] }
  }

  /// The header of the first array that has no axis of zero: only its shape can be that of tiles.
  private static func firstWithValues(_ reader: TensorReader) throws -> ArrayHeader {
    var header = try reader.next()
    if header == nil { throw StreamProblem.empty }
    while let found = header {
      if !found.shape.contains(0) { return found }
      header = try reader.next()
    }
    throw FileProblem(file: reader.name, problem: PictureProblem.noPicture)
  }

  /// The picture: the tiles in rows.
  /// - Parameters:
  ///   - contrast: nil takes each filter by itself, maps by their roots, pixels as they are, other
  ///     values together.
  ///   - scale: pixels a value; nil enlarges small tiles.
  ///   - numbered: whether the unit or record that a tile shows is written under it.
  ///   - overlay: what is drawn over tiles that are in all places of all rows.
  /// - Throws: ``PictureProblem``.
  public func picture(
    contrast: FilterContrast?, columns: Int?, gap: Int, scale: Int?, numbered: Bool = false,
    overlay: Overlay? = nil
  ) throws -> Image {
    guard !tiles.isEmpty else { throw PictureProblem.noPicture }
    let columns = columns ?? rowLength ?? TileLayout.squareColumns(groups: count, of: group)
    let scale =
      scale ?? readableScale { pictureSize(columns: min(columns, count), gap: gap, scale: $0) }
    let labels = try numbered ? labels(scale: scale) : nil
    let size = pictureSize(columns: columns, gap: gap, scale: scale, under: labels?.height ?? 0)
    try Self.check(size)
    var picture = filterGrid(
      filters: tiles, height: height, width: width, channels: channels, group: group,
      columns: columns, gap: gap, scale: scale, contrast: contrast ?? defaultContrast,
      numbers: labels)
    overlay?.draw(
      in: &picture,
      TileLayout(
        count: tiles.count, height: height * scale + (labels?.height ?? 0), width: width * scale,
        group: group, gap: gap, columns: columns))
    return picture
  }

  /// The numbers under tiles.
  /// - Throws: ``PictureProblem/tooNarrow(digits:expected:found:)``.
  func labels(scale: Int) throws -> TileNumbers {
    try TileNumbers(numbers, tileWidth: elementCount(of: [width, scale]) ?? .max)
  }

  /// Height and width of a picture, in pixels; in Double, where nothing overflows.
  typealias Size = (height: Double, width: Double)

  /// - Throws: ``PictureProblem/tooLarge(pixels:limit:)``.
  static func check(_ size: Size) throws {
    let pixels = size.height * size.width
    guard pixels <= Double(Image.pixelLimit) else {
      throw PictureProblem.tooLarge(pixels: pixels, limit: Image.pixelLimit)
    }
  }

  /// The least scale with which a tile has 48 pixels in a direction and the picture 256, or the largest
  /// with which the picture has no more than 4096.
  func readableScale(_ size: (_ scale: Int) -> Size) -> Int {
    func side(_ scale: Int) -> Double { max(size(scale).height, size(scale).width) }
    var scale = 1
    while max(height, width) * scale < 48 || side(scale) < 256, side(scale + 1) <= 4096 {
      scale += 1
    }
    return scale
  }

  /// Figures of any size may come from the command line.
  private func pictureSize(columns: Int, gap: Int, scale: Int, under: Int = 0) -> Size {
    let (rows, columns) = (Double((count - 1) / columns + 1), Double(columns))
    let groupGap = Double(gap) * Double(TileLayout.gaps(between: group))
    let tileWidth = Double(width) * Double(scale) + Double(gap)
    let groupHeight = Double(height) * Double(scale) + Double(under) + groupGap
    let groupWidth = Double(group) * tileWidth - Double(gap) + groupGap
    return (rows * groupHeight - groupGap, columns * groupWidth - groupGap)
  }

  var defaultContrast: FilterContrast {
    if isFilters { return .perTile }
    if isMaps { return .root }
    let arePixels = tiles.allSatisfy { $0?.allSatisfy { (0...1).contains($0) } ?? true }
    return arePixels ? .none : .shared
  }

  private mutating func add(_ tile: [Float], number: Int, _ limit: Int) {
    guard tiles.count < limit else {
      left += 1
      return
    }
    tiles.append(tile)
    numbers.append(number)
  }

  private mutating func addMaps(_ values: [Float], units: Int, _ limit: Int) {
    for unit in 0..<units {
      add(stride(from: unit, to: values.count, by: units).map { values[$0] }, number: unit, limit)
    }
  }

  /// The tiles with the fewest zeros first, at most so many.
  private mutating func sortByUse(_ limit: Int) {
    let use = tiles.map { ($0 ?? []).count { $0 != 0 } }
    let order = tiles.indices.sorted { (use[$1], $0) < (use[$0], $1) }
    left += max(0, tiles.count - limit)
    (tiles, numbers) = (
      order.prefix(limit).map { tiles[$0] }, order.prefix(limit).map { numbers[$0] }
    )
  }

  private static func mapShape(_ header: ArrayHeader) throws -> [Int] {
    guard header.shape.count >= 3 else { throw PictureProblem.noMaps(shape: header.shape) }
    if header.notes.hasSteps(inLast: 3) { throw ImageArrayProblem.trace(header.shape) }
    return Array(header.shape.suffix(3))
  }
}

extension ArrayHeader {
  /// Whether these are codes at the places of images, […,rows,columns,K], each the record of a model.
  fileprivate var areCodesOfPlaces: Bool {
    shape.count >= 3 && notes.recordRank == 1 && notes.model != nil && notes.grid != nil
      && !notes.isTrace
  }
}
