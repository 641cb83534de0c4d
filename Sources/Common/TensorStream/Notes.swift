/// Where windows were cut out of an image: all that is needed to put them back.
public struct GridGeometry: Equatable, Sendable {
  /// Height and width of the image, in pixels.
  public var imageHeight, imageWidth: Int
  /// Pixels from one window to the next, along both axes.
  public var stride: Int
  /// Pixels added on every side before cutting.
  public var padding: Int
  /// Whether a last window lies flush with the edge where the stride does not reach it.
  public var covers: Bool

  public init(
    imageHeight: Int, imageWidth: Int, stride: Int, padding: Int = 0, covers: Bool = false
  ) {
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    self.stride = stride
    self.padding = padding
    self.covers = covers
  }
}

/// What an array says about itself, so that the next program need not be told.
///
/// Notes are a comment at the end of the NPY header, which NumPy skips:
/// `# sparsepipe record=1 model=9f3a pools=consecutive:4 dc=1 image=512x512 stride=1`. Every note
/// may be absent; notes of other names are left to programs to come.
public struct Notes: Equatable, Sendable {
  /// `record=3`: how many of the last axes are the record.
  public var recordRank: Int?
  /// `model=9f3a…`: digest of the model that made a code.
  public var model: String?
  /// `pools=consecutive:4`: the pools of a code, in the notation of `--pools`.
  public var pools: String?
  /// `pool-window=2x2:2x2`: the windows of places of maps that these go over as well, and from one to the next.
  public var poolWindow: String?
  /// `source=9f3a…`: digest of the model whose codes became these features.
  public var source: String?
  /// `pooling=l2,consecutive:1,2x2:2x2`: how they did, one pooling after another with semicolons between them.
  public var pooling: String?
  /// `dc=1`: the last code unit is the DC unit, outside the pools.
  public var dcUnit: Bool
  /// `image=512x512 stride=1 padding=2 cover=1`: the grid that the batch axes are; `padding=0` and
  /// `cover=0` are left out.
  public var grid: GridGeometry?
  /// `trace=1`: the last batch axis is the steps of an encoder, `[T+1]`; a grid lies before it.
  public var isTrace: Bool
  /// `domain=preprocessed`: values of a decoder whose per-record preprocessing cannot be undone.
  public var preprocessed: Bool
  /// `name=camera.png`: the base name of the image file, as the bytes that the system has for it.
  public var imageName: [UInt8]?

  public init(
    recordRank: Int? = nil, model: String? = nil, pools: String? = nil, poolWindow: String? = nil,
    source: String? = nil, pooling: String? = nil, dcUnit: Bool = false, grid: GridGeometry? = nil,
    isTrace: Bool = false,
    preprocessed: Bool = false,
    imageName: [UInt8]? = nil
  ) {
    self.recordRank = recordRank
    self.model = model
    self.pools = pools
    self.poolWindow = poolWindow
    self.source = source
    self.pooling = pooling
    self.dcUnit = dcUnit
    self.grid = grid
    self.isTrace = isTrace
    self.preprocessed = preprocessed
    self.imageName = imageName
  }

  /// Notes of records of that rank on the batch axes of an array with the notes `other`.
  public init(recordRank: Int, onBatchOf other: Notes) {
    self.init(
      recordRank: recordRank, grid: other.grid, isTrace: other.isTrace, imageName: other.imageName)
  }

  /// Digest of the model whose codes these are, or became these features.
  public var featureModel: String? { source ?? model }

  /// Whether the steps of a trace are among the last axes, which are then no map or image.
  public func hasSteps(inLast axes: Int) -> Bool { isTrace && recordRank ?? 0 < axes }
}
