import ByteIO
import LinearAlgebra
import TensorStream

/// Cuts images into windows, all of them on a grid or some drawn at random.
public struct PatchCutter: Sendable {
  public enum Size: Equatable, Sendable {
    /// Each image is one record.
    case full
    case window(height: Int, width: Int)
  }

  public var size: Size
  public var stride: Int
  public var padding: Int
  /// The window of local contrast normalisation, done on whole images before they are cut.
  public var contrastWindow: Int?
  /// The images taken, by their number in the sequence; nil takes all.
  public var range: Range<Int>?

  /// What was taken out of a sequence of images.
  public struct Taken: Equatable, Sendable {
    /// For each image taken, or each window drawn, the number of its image.
    public let owners: [Int]
    /// How many images the sequence holds, those out of range among them.
    public let imageCount: Int
  }

  public init(
    size: Size, stride: Int = 1, padding: Int = 0, contrastWindow: Int? = nil,
    range: Range<Int>? = nil
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.contrastWindow = contrastWindow
    self.range = range
  }

  /// Writes every window: `[…,gy,gx,h,w,C]` for each group of images, `[…,H,W,C]` of whole ones
  /// (`[1,H,W,C]` for a picture by itself).
  /// - Parameter leftover: told of the pixels at the edges of a group's images that no window
  ///   reaches.
  /// - Returns: the images taken.
  /// - Throws: ``WindowProblem`` with the file's name, ``PatchProblem``, the formats' problems.
  public func cut(
    _ images: ImageSequence, to sink: any TensorSink, leftover: (ImageGroup, WindowGrid) -> Void
  ) throws -> Taken {
    var taken: [Int] = []
    var total = 0
    while let group = try images.nextGroup() {
      total += group.count
      let wanted = self.wanted(in: group)
      guard !wanted.isEmpty || group.count == 0 else {
        try skip(group.count, of: images)
        continue
      }
      let axes = wanted.count == group.count ? group.batchAxes : [wanted.count]
      let grid = try naming(group.file) {
        let grid = try self.grid(on: group.info)
        try begin(axes, group.info, grid, sink)
        return grid
      }
      if let grid, grid.leftoverRows > 0 || grid.leftoverColumns > 0 { leftover(group, grid) }
      for index in group.firstIndex..<group.firstIndex + group.count {
        guard wanted.contains(index) else {
          try skip(1, of: images)
          continue
        }
        try write(prepared(try images.nextImage()), grid, to: sink)
        taken.append(index)
      }
    }
    try checkRange(total)
    return Taken(owners: taken, imageCount: total)
  }

  /// Draws `count` windows at random, every set of as many equally likely, from files that can be
  /// read twice: `[n,h,w,C]`, in the order of the files.
  /// - Returns: for each window the number of its image.
  public func sample(
    _ count: Int, seed: UInt64, to sink: any TensorSink, _ open: () throws -> ImageSequence
  ) throws -> Taken {
    let (total, channels, imageCount) = try countWindows(try open())
    var random = CounterRandom(seed: seed)
    let drawn = try UniformSample(count, of: total, using: &random).indices
    let shape = try sampleShape(count, channels: channels)
    try sink.begin(shape: shape, notes: Notes(recordRank: 3))
    var owners: [Int] = []
    var next = 0
    var firstWindow = 0
    _ = try forEachImage(of: try open()) { index, grid, image in
      while next < drawn.count, drawn[next] < firstWindow + grid.count {
        let (y, x) = (drawn[next] - firstWindow).quotientAndRemainder(dividingBy: grid.columns)
        try sink.write(grid.cut(image, y: y, x: x))
        owners.append(index)
        next += 1
      }
      firstWindow += grid.count
    }
    return Taken(owners: owners, imageCount: imageCount)
  }

  /// Draws `count` windows from a stream that comes only once, keeping no more than those.
  /// - Throws: ``PatchProblem/reservoirTooLarge(windows:limit:)`` beyond a gibibyte.
  public func reservoirSample(
    _ count: Int, seed: UInt64, to sink: any TensorSink, _ images: ImageSequence
  ) throws -> Taken {
    var random = CounterRandom(seed: seed)
    var reservoir = Reservoir<(owner: Int, window: [Float])>(capacity: count)
    var channels: Int?
    let imageCount = try forEachImage(of: images) { index, grid, image in
      if let channels, channels != image.channels {
        throw PatchProblem.channelsDiffer(expected: channels, found: image.channels)
      }
      channels = image.channels
      let limit = Self.reservoirLimit / (4 * grid.height * grid.width * image.channels)
      guard count <= limit else {
        throw PatchProblem.reservoirTooLarge(windows: count, limit: limit)
      }
      for window in 0..<grid.count {
        let (y, x) = window.quotientAndRemainder(dividingBy: grid.columns)
        reservoir.offer((index, grid.cut(image, y: y, x: x)), using: &random)
      }
    }
    guard reservoir.offered >= count else {
      throw WindowProblem.tooFew(asked: count, available: reservoir.offered)
    }
    try sink.begin(
      shape: try sampleShape(count, channels: channels ?? 1), notes: Notes(recordRank: 3))
    for (_, window) in reservoir.elements { try sink.write(window) }
    return Taken(owners: reservoir.elements.map(\.owner), imageCount: imageCount)
  }

  /// Values of a row of windows that is cut at once; of a longer one each window by itself.
  private static let rowLimit = 1 << 20

  /// Bytes that a sample of standard input may hold.
  public static let reservoirLimit = 1 << 30

  // MARK: Parts

  /// The grid on images of this shape, or nil for whole ones.
  private func grid(on info: ImageInfo) throws -> WindowGrid? {
    guard case .window(let height, let width) = size else { return nil }
    let grid = try WindowGrid(
      imageHeight: info.height, imageWidth: info.width, height: height, width: width,
      stride: stride, padding: padding)
    // So that neither one window nor their number is beyond what can be held and counted.
    let values = [grid.height, grid.width, info.channels].reduce(1.0) { $0 * Double($1) }
    guard values <= Double(Image.pixelLimit) else {
      throw PatchProblem.windowTooLarge(height: height, width: width, limit: Image.pixelLimit)
    }
    return grid
  }

  /// Refuses an array whose elements cannot be counted; nobody has one, but a header may lie.
  private func checkSize(_ shape: [Int]) throws {
    let count = shape.filter { $0 > 0 }.reduce(4.0) { $0 * Double($1) }
    guard count < 0x1p62 else { throw StreamProblem.shapeTooLarge(shapeText(shape)) }
  }

  private func begin(
    _ axes: [Int], _ info: ImageInfo, _ grid: WindowGrid?, _ sink: any TensorSink
  ) throws {
    guard let grid else {
      let batch = axes.isEmpty ? [1] : axes
      try sink.begin(
        shape: batch + [info.height, info.width, info.channels], notes: Notes(recordRank: 3))
      return
    }
    let geometry = GridGeometry(
      imageHeight: grid.imageHeight, imageWidth: grid.imageWidth, stride: grid.stride,
      padding: grid.padding)
    let shape = axes + [grid.rows, grid.columns, grid.height, grid.width, info.channels]
    try checkSize(shape)
    try sink.begin(shape: shape, notes: Notes(recordRank: 3, grid: geometry))
  }

  private func write(_ image: Image, _ grid: WindowGrid?, to sink: any TensorSink) throws {
    guard let grid else { return try sink.write(image.pixels) }
    let rowValues = grid.columns * grid.height * grid.width * image.channels
    for row in 0..<grid.rows {
      if rowValues <= Self.rowLimit {
        try sink.write(grid.cut(image, row: row))
      } else {
        for x in 0..<grid.columns { try sink.write(grid.cut(image, y: row, x: x)) }
      }
    }
  }

  private func prepared(_ image: Image) -> Image {
    contrastWindow.map { image.localContrastNormalized(window: $0) } ?? image
  }

  private func wanted(in group: ImageGroup) -> Range<Int> {
    let all = group.firstIndex..<group.firstIndex + group.count
    return range.map { all.clamped(to: $0) } ?? all
  }

  private func skip(_ count: Int, of images: ImageSequence) throws {
    for _ in 0..<count { try images.skipImage() }
  }

  private func checkRange(_ total: Int) throws {
    if let range, range.upperBound > total {
      throw PatchProblem.rangeBeyondEnd(range, images: total)
    }
  }

  private func sampleShape(_ count: Int, channels: Int) throws -> [Int] {
    guard case .window(let height, let width) = size else {
      preconditionFailure("whole images are not sampled by window")
    }
    return [count, height, width, channels]
  }

  /// Windows of all wanted images and their channels, from the headers.
  private func countWindows(
    _ images: ImageSequence
  ) throws -> (count: Int, channels: Int, images: Int) {
    var count = 0
    var channels: Int?
    var total = 0
    while let group = try images.nextGroup() {
      try naming(group.file) {
        let wanted = self.wanted(in: group)
        if !wanted.isEmpty {
          if let channels, channels != group.info.channels {
            throw PatchProblem.channelsDiffer(expected: channels, found: group.info.channels)
          }
          channels = group.info.channels
          guard let grid = try self.grid(on: group.info) else { return }
          try checkSize([wanted.count, grid.rows, grid.columns])
          try checkSize([count])
          count += wanted.count * grid.count
        }
      }
      total += group.count
      try skip(group.count, of: images)
    }
    try checkRange(total)
    return (count, channels ?? 1, total)
  }

  /// Calls `body` with the number, the grid and the pixels of each wanted image.
  /// - Returns: how many images there are.
  private func forEachImage(
    of images: ImageSequence, _ body: (Int, WindowGrid, Image) throws -> Void
  ) throws -> Int {
    var total = 0
    while let group = try images.nextGroup() {
      let wanted = self.wanted(in: group)
      for index in group.firstIndex..<group.firstIndex + group.count {
        guard wanted.contains(index),
          let grid = try naming(group.file, { try self.grid(on: group.info) })
        else {
          try images.skipImage()
          continue
        }
        let image = prepared(try images.nextImage())
        try naming(group.file) { try body(index, grid, image) }
      }
      total += group.count
    }
    try checkRange(total)
    return total
  }
}

/// What can be wrong with a request for patches.
public enum PatchProblem: Problem, Equatable {
  case rangeBeyondEnd(Range<Int>, images: Int)
  case channelsDiffer(expected: Int, found: Int)
  case reservoirTooLarge(windows: Int, limit: Int)
  case windowTooLarge(height: Int, width: Int, limit: Int)
  case imageTooLarge(height: Int, width: Int, limit: Int)
  case noGrid(shape: [Int])
  case notWindows(shape: [Int])
  case gridContradiction(what: String, expected: String, found: String)

  public var description: String {
    switch self {
    case .rangeBeyondEnd(let range, let images):
      "--range \(range.lowerBound):\(range.upperBound) asks for more than the \(images) images there are"
    case .channelsDiffer(let expected, let found):
      "expected \(expected) channels as in the images before, found \(found)"
    case .reservoirTooLarge(let windows, let limit):
      "a sample of a stream is held in memory: \(windows) windows asked for, expected at most "
        + "\(limit); name files instead"
    case .windowTooLarge(let height, let width, let limit):
      "windows of \(height)x\(width) hold more than \(limit) values each"
    case .imageTooLarge(let height, let width, let limit):
      "windows of an image of \(height)x\(width), expected at most \(limit) values in all channels"
    case .noGrid(let shape):
      "windows of \(shapeText(shape)) carry no note of where they were cut; name --stride"
    case .notWindows(let shape):
      "expected windows […,gy,gx,h,w,C], found an array of shape \(shapeText(shape))"
    case .gridContradiction(let what, let expected, let found):
      "\(what): expected \(expected), found \(found)"
    }
  }
}
