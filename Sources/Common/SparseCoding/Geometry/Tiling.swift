import LinearAlgebra

/// How filters of windows lie over an image: the geometry of convolutional and of local maps (Gregor & LeCun 2010,
/// arXiv 1006.0448).
///
/// At every place there are `units of weights / (rows · columns of the period)` units, and places that are a
/// period apart have the same weights. A period of 1×1 is convolution; one of all places shares nothing.
public struct Tiling: Equatable, Sendable {
  /// h, w and C of a window.
  public let height, width, channels: Int
  /// From one place to the next, down and to the right.
  public let stride: Int
  /// Zeros around the image: above and below, and to the left and the right.
  public let padding, horizontalPadding: Int
  /// Places after which weights are the same again, down and to the right.
  public let period: Period

  /// Rows and columns of places that have weights of their own.
  public struct Period: Equatable, Sendable {
    public let rows, columns: Int

    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }

    /// Convolution.
    public static let one = Period(rows: 1, columns: 1)

    /// How many places have weights of their own.
    public var count: Int { rows * columns }
  }

  /// What strides may be, and rows and columns of a period.
  public static let strides = Interval.from(1, to: 32_768)
  public static let periods = Interval.from(1, to: 32_768)

  /// - Parameter horizontalPadding: nil is as much as `padding`.
  /// - Precondition: all are at least 1, and the padding is less than the window.
  public init(
    height: Int, width: Int, channels: Int, stride: Int = 1, padding: Int = 0,
    horizontalPadding: Int? = nil, period: Period = .one
  ) {
    let sides = horizontalPadding ?? padding
    precondition(
      [height, width, channels, stride, period.rows, period.columns].allSatisfy { $0 >= 1 }
        && (0..<height).contains(padding) && (0..<width).contains(sides), "no tiling")
    self.height = height
    self.width = width
    self.channels = channels
    self.stride = stride
    self.padding = padding
    self.horizontalPadding = sides
    self.period = period
  }

  /// How weights are shared, in the words of a model: the same everywhere, or in places a period apart.
  public var name: String { period == .one ? "conv" : "local" }

  /// h·w·C.
  public var windowLength: Int { height * width * channels }

  /// The windows of images of one size; nil where not one fits, or an image has no pixel.
  public func windows(imageHeight: Int, imageWidth: Int) -> ImageWindows? {
    guard imageHeight >= 1, imageWidth >= 1,
      let vertical = WindowAxis(imageHeight, size: height, stride: stride, padding: padding),
      let horizontal = WindowAxis(
        imageWidth, size: width, stride: stride, padding: horizontalPadding)
    else { return nil }
    return ImageWindows(vertical, horizontal, channels: channels)
  }

  /// The windows of images of as many places, without anything left over; nil where there is no such image.
  public func windows(rows: Int, columns: Int) -> ImageWindows? {
    guard rows >= 1, columns >= 1, let imageHeight = reach(rows, height, padding),
      let imageWidth = reach(columns, width, horizontalPadding)
    else { return nil }
    return windows(imageHeight: imageHeight, imageWidth: imageWidth)
  }

  /// Pixels along an axis of so many places.
  private func reach(_ count: Int, _ size: Int, _ padding: Int) -> Int? {
    let (far, over) = (count - 1).multipliedReportingOverflow(by: stride)
    let (end, above) = far.addingReportingOverflow(size - 2 * padding)
    return over || above || end < 1 ? nil : end
  }

  /// The same windows, all of them inside images.
  public var unpadded: Tiling {
    Tiling(
      height: height, width: width, channels: channels, stride: stride, padding: 0,
      horizontalPadding: 0, period: period)
  }

  /// The number of the weights of a place, 0..<period count.
  func phase(row: Int, column: Int) -> Int {
    row % period.rows * period.columns + column % period.columns
  }
}

/// What units see of a record.
public enum Geometry: Equatable, Sendable {
  /// All of it.
  case dense
  /// Windows of images of one size.
  case tiled(Tiling, ImageWindows)

  /// How the windows lie; nil where units see all of a record.
  public var tiling: Tiling? {
    if case .tiled(let tiling, _) = self { tiling } else { nil }
  }

  /// Codes of a record, each of all units: 1, or the periods that the places are made of.
  public var cellCount: Int {
    switch self {
    case .dense: 1
    case .tiled(let tiling, let windows): windows.count / tiling.period.count
    }
  }

  /// Images of one size, whose places are whole periods.
  /// - Returns: nil where no window fits, or a period does not divide the places.
  public static func tiled(_ tiling: Tiling, imageHeight: Int, imageWidth: Int) -> Geometry? {
    guard let windows = tiling.windows(imageHeight: imageHeight, imageWidth: imageWidth),
      windows.vertical.count.isMultiple(of: tiling.period.rows),
      windows.horizontal.count.isMultiple(of: tiling.period.columns)
    else { return nil }
    return .tiled(tiling, windows)
  }
}
