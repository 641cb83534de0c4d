import ArgumentParser
import ByteIO
import CommandLineSupport
import SparseCoding

/// What units see of a record: all of it, or windows of an image.
public struct GeometryOptions<Command: StructuredCommand>: ParsableArguments {
  /// How weights are shared.
  public enum Kind: String, ExpressibleByArgument, CaseIterable, Sendable {
    case dense
    case conv
    case local
  }

  /// What lies around an image.
  public enum Border: String, ExpressibleByArgument, CaseIterable, Sendable {
    case full
    case same
    case valid
  }

  @Option(
    help: Self.help(
      """
      dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows \
      with weights of their own for all places of --period (--code units a place).
      """, valueName: "g"))
  public var geometry = Kind.dense

  @Option(help: Self.help("Size of a window in pixels: N or HxW.", valueName: "size"))
  public var kernel: Sides?

  @Option(
    name: .customLong("stride"),
    help: Self.help("Pixels from one window to the next (default: 1).", valueName: "n"))
  public var chosenStride: Int?

  @Option(
    name: .customLong("padding"),
    help: Self.help("Zeros around the image, on each side (default: 0).", valueName: "n"))
  public var chosenPadding: Int?

  @Option(
    help: Self.help(
      """
      Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; \
      valid, none.
      """, valueName: "b"))
  public var border: Border?

  @Option(
    help: Self.help(
      "Places after which local weights are the same again: N or RxC (default: all of them).",
      valueName: "size"))
  public var period: Sides?

  @Option(
    name: .customLong("pool-window"),
    help: Self.help(
      "Pools go over windows of places, too: N or RxC of them (--geometry conv).",
      valueName: "size"))
  public var poolWindow: Sides?

  @Option(
    name: .customLong("pool-stride"),
    help: Self.help(
      "Places from one such window to the next (default: the window).", valueName: "n"))
  public var poolStride: Int?

  public init() {}

  private static func help(
    _ text: String, valueName: String
  ) -> ArgumentHelp {
    ArgumentHelp(
      text, valueName: valueName,
      visibility: Command.structure.servesImages ? .default : .hidden)
  }

  public func validate() throws {
    let given: [(String, Bool)] = [
      ("geometry", geometry != .dense), ("kernel", kernel != nil), ("stride", chosenStride != nil),
      ("padding", chosenPadding != nil), ("border", border != nil), ("period", period != nil),
      ("pool-window", poolWindow != nil), ("pool-stride", poolStride != nil),
    ]
    for (option, isGiven) in given where isGiven {
      try require(
        Command.structure.servesImages,
        "--\(option) has no effect: this fit learns dense units alone")
      try require(
        geometry != .dense, "--\(option) has no effect without --geometry conv or local")
    }
    try checkPoolWindow()
    guard geometry != .dense else { return }
    guard let kernel else {
      throw ValidationError("--geometry \(geometry.rawValue) needs --kernel")
    }
    try require("--stride", stride, in: Tiling.strides)
    try require(
      chosenPadding == nil || border == nil, "--padding and --border exclude each other")
    try require(
      border != .same || (kernel.height % 2 == 1 && kernel.width % 2 == 1 && stride == 1),
      "--border same needs a --kernel of odd sides and --stride 1, got \(kernel.text)")
    let most = min(kernel.height, kernel.width) - 1
    try require(
      (0...most).contains(padding), "--padding must be from 0 to \(most), got \(padding)")
    try require(
      border == nil || border == .valid || kernel.height == kernel.width,
      "--border \(border?.rawValue ?? "") needs a square --kernel, got \(kernel.text)")
    try require(
      geometry == .local || period == nil, "--period has no effect without --geometry local")
  }

  private func checkPoolWindow() throws {
    guard let poolWindow else {
      return try require(poolStride == nil, "--pool-stride has no effect without --pool-window")
    }
    try require(
      geometry == .conv,
      "--pool-window has no effect with --geometry local, whose --pools are of the places already")
    let most = min(poolWindow.height, poolWindow.width)
    try require(
      (1...most).contains(poolStride ?? 1),
      "--pool-stride must be from 1 to \(most), got \(poolStride ?? 1)")
  }

  /// The windows of places that pools go over as well.
  var poolWindows: MapWindows? {
    poolWindow.map {
      MapWindows(
        height: $0.height, width: $0.width, rowStride: poolStride ?? $0.height,
        columnStride: poolStride ?? $0.width)
    }
  }

  public var stride: Int { chosenStride ?? 1 }

  public var padding: Int {
    switch border {
    case .full: (kernel?.height ?? 1) - 1
    case .same: ((kernel?.height ?? 1) - 1) / 2
    case .valid, nil: chosenPadding ?? 0
    }
  }

  /// Units that feed one by S: those of all places whose windows overlap its own.
  /// - Parameter units: of a place, or all of dense ones.
  public func feedingCount(units: Int) -> Int {
    guard geometry != .dense, let kernel else { return units }
    let tiling = Tiling(
      height: kernel.height, width: kernel.width, channels: 1, stride: stride, padding: 0)
    return tiling.recurrent(units: units).windowLength
  }

  /// Places with weights of their own, as far as the options say it.
  var phaseCount: Int? {
    geometry == .local ? period.map { $0.height * $0.width } : 1
  }

  /// The tiling of images of one shape; nil where units are dense.
  /// - Throws: ``GeometryProblem``.
  func tiling(ofRecords shape: [Int]) throws -> Tiling? {
    guard geometry != .dense, let kernel else { return nil }
    guard shape.count == 3 else { throw GeometryProblem.noImages(shape) }
    func tiling(_ period: Tiling.Period) -> Tiling {
      Tiling(
        height: kernel.height, width: kernel.width, channels: shape[2], stride: stride,
        padding: padding, period: period)
    }
    let convolution = tiling(.one)
    guard let windows = convolution.windows(imageHeight: shape[0], imageWidth: shape[1]) else {
      throw GeometryProblem.tooSmall(shape, kernel: kernel.text, padding: padding)
    }
    guard geometry == .local else { return convolution }
    let (rows, columns) = (windows.vertical.count, windows.horizontal.count)
    let chosen = period ?? Sides(height: rows, width: columns)
    guard rows.isMultiple(of: chosen.height), columns.isMultiple(of: chosen.width) else {
      throw GeometryProblem.period(chosen.text, places: "\(rows)x\(columns)")
    }
    return tiling(Tiling.Period(rows: chosen.height, columns: chosen.width))
  }
}

/// `N` or `HxW`, each at least 1.
public struct Sides: ExpressibleByArgument, Sendable {
  public let height, width: Int

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  public init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1],
      (1...32_768).contains(height), (1...32_768).contains(width)
    else { return nil }
    self.init(height: height, width: width)
  }

  var text: String { "\(height)x\(width)" }
}

/// Why images do not suit a geometry.
enum GeometryProblem: Problem, Equatable {
  case noImages([Int])
  case tooSmall([Int], kernel: String, padding: Int)
  case period(String, places: String)
  case poolWindow(String, places: String)

  var description: String {
    switch self {
    case .noImages(let shape):
      "records of \(shapeText(shape)), expected images [H,W,C] for windows; try patches --size"
    case .tooSmall(let shape, let kernel, let padding):
      "images of \(shapeText(shape)) hold no window of \(kernel) with padding \(padding)"
    case .period(let period, let places):
      "a period of \(period) does not divide the \(places) places of these images"
    case .poolWindow(let window, let places):
      "no window of \(window) for pools fits the \(places) places of these images"
    }
  }
}
