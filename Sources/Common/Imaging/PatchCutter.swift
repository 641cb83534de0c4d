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
  /// - Returns: the numbers of the images taken.
  /// - Throws: ``WindowProblem`` with the file's name, ``PatchProblem``, the formats' problems.
  public func cut(
    _ images: ImageSequence, to sink: any TensorSink, leftover: (ImageGroup, WindowGrid) -> Void
  ) throws -> [Int] {
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
      let grid: WindowGrid? = try naming(group.file) { try self.grid(on: group.info) }
      try begin(axes, group.info, grid, sink)
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
    return taken
  }

  /// Draws `count` windows at random, every set of as many equally likely, from files that can be
  /// read twice: `[n,h,w,C]`, in the order of the files.
  /// - Returns: for each window the number of its image.
  public func sample(
    _ count: Int, seed: UInt64, to sink: any TensorSink, _ open: () throws -> ImageSequence
  ) throws -> [Int] {
    let (total, channels) = try countWindows(try open())
    var random = CounterRandom(seed: seed)
    let drawn = try UniformSample(count, of: total, using: &random).indices
    let shape = try sampleShape(count, channels: channels)
    try sink.begin(shape: shape, notes: Notes(recordRank: 3))
    var owners: [Int] = []
    var next = 0
    var firstWindow = 0
    try forEachImage(of: try open()) { index, grid, image in
      while next < drawn.count, drawn[next] < firstWindow + grid.count {
        let (y, x) = (drawn[next] - firstWindow).quotientAndRemainder(dividingBy: grid.columns)
        try sink.write(grid.cut(image, y: y, x: x))
        owners.append(index)
        next += 1
      }
      firstWindow += grid.count
    }
    return owners
  }

  /// Draws `count` windows from a stream that comes only once, keeping no more than those.
  /// - Throws: ``PatchProblem/reservoirTooLarge(bytes:limit:)`` beyond a gibibyte.
  public func reservoirSample(
    _ count: Int, seed: UInt64, to sink: any TensorSink, _ images: ImageSequence
  ) throws -> [Int] {
    var random = CounterRandom(seed: seed)
    var reservoir = Reservoir<(owner: Int, window: [Float])>(capacity: count)
    var channels: Int?
    try forEachImage(of: images) { index, grid, image in
      if let channels, channels != image.channels {
        throw PatchProblem.channelsDiffer(expected: channels, found: image.channels)
      }
      channels = image.channels
      let bytes = 4 * count * grid.height * grid.width * image.channels
      guard bytes <= Self.reservoirLimit else {
        throw PatchProblem.reservoirTooLarge(bytes: bytes, limit: Self.reservoirLimit)
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
    return reservoir.elements.map(\.owner)
  }

  /// Bytes that a sample of standard input may hold.
  public static let reservoirLimit = 1 << 30

  // MARK: Parts

  /// The grid on images of this shape, or nil for whole ones.
  private func grid(on info: ImageInfo) throws -> WindowGrid? {
    guard case .window(let height, let width) = size else { return nil }
    return try WindowGrid(
      imageHeight: info.height, imageWidth: info.width, height: height, width: width,
      stride: stride, padding: padding)
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
    try sink.begin(
      shape: axes + [grid.rows, grid.columns, grid.height, grid.width, info.channels],
      notes: Notes(recordRank: 3, grid: geometry))
  }

  private func write(_ image: Image, _ grid: WindowGrid?, to sink: any TensorSink) throws {
    guard let grid else { return try sink.write(image.pixels) }
    for row in 0..<grid.rows { try sink.write(grid.cut(image, row: row)) }
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
    guard total > 0 else { throw PatchProblem.noImages }
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
  private func countWindows(_ images: ImageSequence) throws -> (count: Int, channels: Int) {
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
          count += wanted.count * (try self.grid(on: group.info)?.count ?? 0)
        }
      }
      total += group.count
      try skip(group.count, of: images)
    }
    try checkRange(total)
    return (count, channels ?? 1)
  }

  /// Calls `body` with the number, the grid and the pixels of each wanted image.
  private func forEachImage(
    of images: ImageSequence, _ body: (Int, WindowGrid, Image) throws -> Void
  ) throws {
    while let group = try images.nextGroup() {
      let wanted = self.wanted(in: group)
      for index in group.firstIndex..<group.firstIndex + group.count {
        guard wanted.contains(index), let grid = try naming(group.file, { try self.grid(on: group.info) })
        else {
          try images.skipImage()
          continue
        }
        let image = prepared(try images.nextImage())
        try naming(group.file) { try body(index, grid, image) }
      }
    }
  }
}

/// What can be wrong with a request for patches.
public enum PatchProblem: Problem, Equatable {
  case noImages
  case rangeBeyondEnd(Range<Int>, images: Int)
  case channelsDiffer(expected: Int, found: Int)
  case reservoirTooLarge(bytes: Int, limit: Int)
  case noGrid(shape: [Int])
  case notWindows(shape: [Int])
  case gridContradiction(what: String, expected: String, found: String)

  public var description: String {
    switch self {
    case .noImages: "the input holds no images"
    case .rangeBeyondEnd(let range, let images):
      "--range \(range.lowerBound):\(range.upperBound) asks for more than the \(images) images there are"
    case .channelsDiffer(let expected, let found):
      "expected \(expected) channels as in the images before, found \(found)"
    case .reservoirTooLarge(let bytes, let limit):
      "a sample of standard input is held in memory: \(bytes) bytes asked for, limit \(limit); "
        + "name the files instead"
    case .noGrid(let shape):
      "windows of \(shapeText(shape)) carry no note of where they were cut; name --stride"
    case .notWindows(let shape):
      "expected windows […,gy,gx,h,w,C], found an array of shape \(shapeText(shape))"
    case .gridContradiction(let what, let expected, let found):
      "\(what): expected \(expected), found \(found)"
    }
  }
}
