import ByteIO
import LinearAlgebra

/// What can be wrong with windows and samples of them.
public enum WindowProblem: Problem, Equatable {
  case emptyImage(height: Int, width: Int)
  /// The height or width of the windows, or their stride, is below 1.
  case tooSmall(what: String, found: Int)
  /// The windows do not fit the image with its padding.
  case largerThanImage(height: Int, width: Int, imageHeight: Int, imageWidth: Int, padding: Int)
  /// Windows would lie in the padding alone.
  case padding(found: Int, limit: Int)
  /// More are asked for than there are.
  case tooFew(asked: Int, available: Int)

  public var description: String {
    switch self {
    case .emptyImage(let height, let width): "an image [\(height),\(width)] has no windows"
    case .tooSmall(let what, let found): "\(what) must be at least 1, got \(found)"
    case .largerThanImage(let height, let width, let imageHeight, let imageWidth, let padding):
      "windows [\(height),\(width)] do not fit an image [\(imageHeight),\(imageWidth)]"
        + (padding > 0 ? " with padding \(padding)" : "")
    case .padding(let found, let limit):
      "padding must be 0 to \(limit), less than the window, got \(found)"
    case .tooFew(let asked, let available): "asked for \(asked) samples of \(available)"
    }
  }
}

/// Where the windows of an image lie: a grid of `[gy,gx]` windows `[h,w]`, `stride` apart in both
/// directions, over an image with `padding` pixels of zeros around it. Where it is asked to cover the
/// image, a last window lies flush with the edge that the stride does not reach.
public struct WindowGrid: Equatable, Sendable {
  private let vertical, horizontal: WindowAxis

  public var imageHeight: Int { vertical.length }
  public var imageWidth: Int { horizontal.length }
  public var height: Int { vertical.size }
  public var width: Int { horizontal.size }
  public var stride: Int { vertical.stride }
  public var padding: Int { vertical.padding }
  /// Whether the last window of a row or column lies flush with the edge, off the stride.
  public var covers: Bool { vertical.isFlush || horizontal.isFlush }
  /// Windows below one another, gy.
  public var rows: Int { vertical.count }
  /// Windows beside one another, gx.
  public var columns: Int { horizontal.count }
  /// Rows of pixels at the lower edge (of the padded image) that no window reaches.
  public var leftoverRows: Int { vertical.leftover }
  /// Columns of pixels at the right edge (of the padded image) that no window reaches.
  public var leftoverColumns: Int { horizontal.leftover }

  /// - Parameters:
  ///   - height: h, the windows' height.
  ///   - width: w, the windows' width.
  ///   - padding: zeros on every side of the image, fewer than the window is high and wide.
  ///   - covers: whether a last window flush with the edge takes what the stride would leave over.
  /// - Throws: ``WindowProblem``.
  public init(
    imageHeight: Int, imageWidth: Int, height: Int, width: Int, stride: Int = 1, padding: Int = 0,
    covers: Bool = false
  ) throws {
    guard imageHeight > 0 && imageWidth > 0 else {
      throw WindowProblem.emptyImage(height: imageHeight, width: imageWidth)
    }
    for (what, size) in [("window height", height), ("window width", width), ("stride", stride)] {
      guard size >= 1 else { throw WindowProblem.tooSmall(what: what, found: size) }
    }
    let paddingLimit = min(height, width) - 1
    guard (0...paddingLimit).contains(padding) else {
      throw WindowProblem.padding(found: padding, limit: paddingLimit)
    }
    guard
      let vertical = WindowAxis(
        imageHeight, size: height, stride: stride, padding: padding, covers: covers),
      let horizontal = WindowAxis(
        imageWidth, size: width, stride: stride, padding: padding, covers: covers)
    else {
      throw WindowProblem.largerThanImage(
        height: height, width: width, imageHeight: imageHeight, imageWidth: imageWidth,
        padding: padding)
    }
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// How many windows there are, gy times gx.
  public var count: Int { rows * columns }

  /// The windows of one row of the grid.
  ///
  /// - Parameters:
  ///   - image: `[H,W,C]`, of the grid's size.
  ///   - row: 0..<gy.
  /// - Returns: `[gx,h,w,C]`.
  public func cut(_ image: Image, row: Int) -> [Float] {
    precondition((0..<rows).contains(row), "row \(row) of a grid of \(rows)")
    return windows(columns, of: image) { windows in
      for column in 0..<columns { copy(image, row, column, to: windows, at: column) }
    }
  }

  /// One window.
  ///
  /// - Parameters:
  ///   - image: `[H,W,C]`, of the grid's size.
  ///   - y: the window's row in the grid, 0..<gy.
  ///   - x: the window's column in the grid, 0..<gx.
  /// - Returns: `[h,w,C]`.
  public func cut(_ image: Image, y: Int, x: Int) -> [Float] {
    precondition(
      (0..<rows).contains(y) && (0..<columns).contains(x),
      "window \(y),\(x) of a grid of \(rows)x\(columns)")
    return windows(1, of: image) { copy(image, y, x, to: $0, at: 0) }
  }

  /// `[count,h,w,C]` as `fill` writes it; what that leaves out, the padding, is 0.
  private func windows(
    _ count: Int, of image: Image, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    let length = count * height * width * image.channels
    return [Float](unsafeUninitializedCapacity: length) { windows, written in
      if padding > 0 { windows.initialize(repeating: 0) }
      fill(windows)
      written = length
    }
  }

  /// The pixels of the image that window `row`, `column` covers; the rest of it is padding.
  func covered(_ row: Int, _ column: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    (vertical.span(row), horizontal.span(column))
  }

  /// Copies one window into place `slot` of `windows`, `[n,h,w,C]`, but for its padding.
  private func copy(
    _ image: Image, _ row: Int, _ column: Int, to windows: UnsafeMutableBufferPointer<Float>,
    at slot: Int
  ) {
    precondition(
      image.height == imageHeight && image.width == imageWidth,
      "a grid of \(imageHeight)x\(imageWidth) on an image of \(image.height)x\(image.width)")
    let channels = image.channels
    let (ys, xs) = covered(row, column)
    image.pixels.withUnsafeBufferPointer { pixels in
      for y in ys {
        let source = (y * imageWidth + xs.lowerBound) * channels
        let target = offset(row, column, slot, y, xs.lowerBound) * channels
        let count = xs.count * channels
        _ = UnsafeMutableBufferPointer(rebasing: windows[target..<target + count])
          .initialize(fromContentsOf: pixels[source..<source + count])
      }
    }
  }

  /// Where pixel `y`, `x` of the image is in window `row`, `column`, stored at `slot`, in pixels.
  func offset(_ row: Int, _ column: Int, _ slot: Int, _ y: Int, _ x: Int) -> Int {
    let (top, left) = (vertical.start(row), horizontal.start(column))
    return (slot * height + y - top) * width + x - left
  }
}
