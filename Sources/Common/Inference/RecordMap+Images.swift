import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// What programs do with images of any size, by a model whose units see windows of them.
extension RecordMap {
  /// Images […,H,W,C] to codes at every place, […,rows,columns,units].
  /// - Throws: ``StreamMismatch`` where the array is not of images that hold a window.
  public init(
    encodingImages header: ArrayHeader, by model: Model, _ tiling: Tiling,
    needsEncoder: Bool = true, called name: String
  ) throws {
    if needsEncoder { try model.checkEncodes(called: name) }
    try header.checkFeatures(model, called: name)
    let windows = try header.windows(of: tiling, for: name)
    let shape = header.shape
    guard let encoder = model.encoder else {
      throw StreamMismatch.images(model: name, tiling, found: shape)
    }
    var notes = model.codeNotes
    // Those of a local map are of all its places.
    if tiling.period != .one { notes.pools = nil }
    notes.imageName = header.notes.imageName
    notes.grid = GridGeometry(
      imageHeight: windows.vertical.length, imageWidth: windows.horizontal.length,
      stride: tiling.stride, padding: tiling.padding)
    let tiled = TiledEncoder(encoder, tiling, windows)
    self.init(
      batchAxes: Array(shape.dropLast(3)), inputLength: windows.imageLength,
      outputShape: [windows.vertical.count, windows.horizontal.count, tiled.unitCount],
      notes: notes, apply: { tiled($0) })
    let preprocessing = model.preprocessing.on(images: Array(shape.suffix(3)))
    if !preprocessing.steps.isEmpty { earlier = [{ preprocessing($0) }] }
    // Local contrast is measured against that of the whole image.
    rows = preprocessing.isOfRows ? .encoding(tiled, preparedBy: preprocessing) : nil
  }

  /// Codes at every place, […,rows,columns,units], to images, the scales of their maps undone: of the size that the stream notes, else as large as
  /// the windows reach.
  /// - Throws: ``StreamMismatch`` where the codes are not of this model.
  public init(
    decodingImages header: ArrayHeader, by model: Model, _ tiling: Tiling, called name: String
  ) throws {
    try header.checkModel(model, called: name)
    let shape = header.shape
    let units = (model.codeLength ?? 0) / tiling.period.count
    guard !header.elementType.isInteger else {
      throw StreamMismatch.integers(found: header.elementType.rawValue)
    }
    guard shape.count >= 3, shape[shape.count - 1] == units,
      let problem = model.problem,
      let windows = tiling.windows(
        rows: shape[shape.count - 3], columns: shape[shape.count - 2], header.notes.grid)
    else {
      throw StreamMismatch.maps(model: name, units: units, found: shape)
    }
    let tiled = TiledDecoder(atoms: problem.atoms, tiling, windows)
    var notes = Notes(recordRank: 3)
    notes.imageName = header.notes.imageName
    let preprocessing = model.preprocessing
    notes.preprocessed = !preprocessing.isInvertible
    self.init(
      batchAxes: Array(shape.dropLast(3)), inputLength: windows.count * units,
      outputShape: [windows.vertical.length, windows.horizontal.length, tiling.channels],
      notes: notes, apply: { preprocessing.undo(tiled($0)) })
    strips = .decoding(tiled, undoing: preprocessing)
  }
}

extension Tiling {
  /// Windows at so many places: of the image that a grid is of, where it has these places, else of one without
  /// anything left over. Nil where there is no such image.
  fileprivate func windows(rows: Int, columns: Int, _ grid: GridGeometry?) -> ImageWindows? {
    if let grid, let windows = windows(imageHeight: grid.imageHeight, imageWidth: grid.imageWidth),
      windows.vertical.count == rows, windows.horizontal.count == columns
    {
      return windows
    }
    return windows(rows: rows, columns: columns)
  }
}
