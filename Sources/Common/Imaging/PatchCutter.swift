import ByteIO
import TensorStream

/// Cuts images into windows, all of them on a grid or some drawn at random.
public struct PatchCutter: Sendable {
  /// What a record is.
  public enum Size: Equatable, Sendable {
    /// Each image is one record.
    case full
    case window(height: Int, width: Int)
  }

  public var size: Size
  public var stride: Int
  public var padding: Int
  /// Whether a last window lies flush with the edge that the stride does not reach.
  public var covers: Bool
  /// C of the windows, where it has to be this.
  public var channels: Int?
  /// Whether the notes tell the base name of the image file.
  public var notesNames: Bool
  /// What is done to whole images before they are cut.
  public var preparation: ImagePreparation
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
    size: Size, stride: Int = 1, padding: Int = 0, covers: Bool = false, channels: Int? = nil,
    preparation: ImagePreparation = ImagePreparation(), range: Range<Int>? = nil,
    notesNames: Bool = false
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.covers = covers
    self.channels = channels
    self.preparation = preparation
    self.range = range
    self.notesNames = notesNames
  }

  /// Writes every window: `[…,gy,gx,h,w,C]` for each group of images, `[…,H,W,C]` of whole ones
  /// (`[1,H,W,C]` for a picture by itself).
  /// - Parameters:
  ///   - means: takes the local means that preparation took from the images, `[…,H,W,C]`.
  ///   - leftover: told of the pixels at the edges of a group's images that no window reaches, and of
  ///     how many images they are.
  /// - Returns: the images taken.
  /// - Throws: ``WindowProblem`` with the file's name, ``PatchProblem``, the formats' problems.
  public func cut(
    _ files: ImageFiles, to sink: any TensorSink, means: (any TensorSink)? = nil,
    leftover: (ImageGroup, WindowGrid, _ images: Int) -> Void
  ) throws -> Taken {
    var taken: [Int] = []
    var total = 0
    for number in 0..<files.count {
      // An array that has begun has to be ended, so a file that may be bad is read to its end first.
      if files.leaveOut != nil, try survey(number, of: files, firstIndex: total) == nil { continue }
      let images = try files.open(number, firstIndex: total)
      while let group = try images.nextGroup() {
        let wanted = self.wanted(in: group)
        guard !wanted.isEmpty || group.count == 0 else {
          try skip(group.count, of: images)
          continue
        }
        let axes = wanted.count == group.count ? group.batchAxes : [wanted.count]
        let grid = try naming(group.file) {
          let grid = try self.grid(on: group.info)
          try begin(axes, group, grid, sink)
          if let means { try begin(axes, group, nil, means) }
          return grid
        }
        if let grid, grid.leftoverRows > 0 || grid.leftoverColumns > 0 {
          leftover(group, grid, wanted.count)
        }
        for index in group.firstIndex..<group.firstIndex + group.count {
          guard wanted.contains(index) else {
            try skip(1, of: images)
            continue
          }
          let prepared = try prepared(try images.nextImage(), index, group)
          try write(prepared.image, grid, to: sink)
          if let taken = prepared.means { try means?.write(taken.pixels) }
          taken.append(index)
        }
      }
      total = images.nextIndex
    }
    try checkRange(total)
    return Taken(owners: taken, imageCount: total)
  }

  /// Values of a row of windows that is cut at once; of a longer one each window by itself.
  private static let rowLimit = 1 << 20

  // MARK: Parts

  /// The grid on images of this shape, or nil for whole ones.
  func grid(on info: ImageInfo) throws -> WindowGrid? {
    if let channels, channels != info.channels {
      throw PatchProblem.modelChannels(expected: channels, found: info.channels)
    }
    guard case .window(let height, let width) = size else { return nil }
    let grid = try WindowGrid(
      imageHeight: info.height, imageWidth: info.width, height: height, width: width,
      stride: stride, padding: padding, covers: covers)
    // So that neither one window nor their number is beyond what can be held and counted.
    let values = [grid.height, grid.width, info.channels].reduce(1.0) { $0 * Double($1) }
    guard values <= Double(Image.pixelLimit) else {
      throw PatchProblem.windowTooLarge(height: height, width: width, limit: Image.pixelLimit)
    }
    return grid
  }

  /// Refuses an array whose elements cannot be counted; nobody has one, but a header may lie.
  func checkSize(_ shape: [Int]) throws {
    let count = shape.filter { $0 > 0 }.reduce(4.0) { $0 * Double($1) }
    guard count < 0x1p62 else { throw StreamProblem.shapeTooLarge(shapeText(shape)) }
  }

  private func begin(
    _ axes: [Int], _ group: ImageGroup, _ grid: WindowGrid?, _ sink: any TensorSink
  ) throws {
    let info = group.info
    var notes = Notes(recordRank: 3)
    notes.imageName = group.notedName ?? (notesNames ? group.baseName : nil)
    guard let grid else {
      let batch = axes.isEmpty ? [1] : axes
      try sink.begin(shape: batch + [info.height, info.width, info.channels], notes: notes)
      return
    }
    notes.grid = GridGeometry(
      imageHeight: grid.imageHeight, imageWidth: grid.imageWidth, stride: grid.stride,
      padding: grid.padding, covers: grid.covers)
    let shape = axes + [grid.rows, grid.columns, grid.height, grid.width, info.channels]
    try checkSize(shape)
    try sink.begin(shape: shape, notes: notes)
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

  func prepared(
    _ image: Image, _ index: Int, _ group: ImageGroup
  ) throws -> (image: Image, means: Image?) {
    try naming(group.file) { try preparation(image, index: index) }
  }

  func wanted(in group: ImageGroup) -> Range<Int> {
    let all = group.firstIndex..<group.firstIndex + group.count
    return range.map { all.clamped(to: $0) } ?? all
  }

  func skip(_ count: Int, of images: ImageSequence) throws {
    for _ in 0..<count { try images.skipImage() }
  }

  func checkRange(_ total: Int) throws {
    if let range, range.upperBound > total {
      throw PatchProblem.rangeBeyondEnd(range, images: total)
    }
  }

  /// What is in a file: found out without keeping any of it.
  struct Survey {
    /// Windows of the wanted images.
    var windows = 0
    var images = 0
    /// The numbers of channels that wanted images have, each once.
    var channels: [Int] = []
  }

  /// Reads the file of this number to its end; where bad files are left out, pixels and all.
  /// - Parameter check: may refuse a file for what is in it.
  /// - Returns: nil for a bad file that is left out.
  func survey(
    _ number: Int, of files: ImageFiles, firstIndex: Int,
    _ check: (Survey) throws -> Void = { _ in }
  ) throws -> Survey? {
    guard let leaveOut = files.leaveOut else {
      return try survey(
        try files.open(number, firstIndex: firstIndex), decodes: false, check)
    }
    do {
      return try survey(try files.open(number, firstIndex: firstIndex), decodes: true, check)
    } catch {
      try leaveOut(error)
      return nil
    }
  }

  private func survey(
    _ images: ImageSequence, decodes: Bool, _ check: (Survey) throws -> Void
  ) throws -> Survey {
    var survey = Survey()
    while let group = try images.nextGroup() {
      try naming(group.file) {
        let wanted = self.wanted(in: group)
        if !wanted.isEmpty {
          if !survey.channels.contains(group.info.channels) {
            survey.channels.append(group.info.channels)
          }
          if let grid = try self.grid(on: group.info) {
            try checkSize([wanted.count, grid.rows, grid.columns])
            try checkSize([survey.windows])
            survey.windows += wanted.count * grid.count
          }
        }
        try check(survey)
      }
      survey.images += group.count
      for _ in 0..<group.count {
        if decodes { _ = try images.nextImage() } else { try images.skipImage() }
      }
    }
    return survey
  }
}
