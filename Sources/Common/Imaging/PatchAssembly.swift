import ByteIO
import TensorStream

/// Puts windows back into images, overlaps averaged: the inverse of ``PatchCutter``.
public struct PatchAssembly: Sendable {
  /// What the command line says of the geometry; the stream's notes say the rest.
  public var stride: Int?
  public var padding: Int?

  public init(stride: Int? = nil, padding: Int? = nil) {
    self.stride = stride
    self.padding = padding
  }

  /// Reads arrays `[…,gy,gx,h,w,C]` and hands on one image for each batch entry; of a trace,
  /// `[…,gy,gx,T+1,h,w,C]`, one for each step; of whole images, `[N,H,W,C]`, each; of an array with an
  /// axis of zero, none.
  /// - Parameter means: what was taken from each image, to be put back.
  /// - Throws: ``PatchProblem`` where shape, notes and flags do not agree, with the stream's name.
  public func run(
    _ reader: TensorReader, means: TakenMeans? = nil, _ body: (Image, WindowGrid) throws -> Void
  ) throws {
    while var header = try reader.next() {
      let rank = header.notes.isTrace ? 6 : 5
      if header.shape.count == 4, !header.notes.isTrace, header.notes.grid == nil {
        // A whole image is a grid of one window.
        header.shape.insert(contentsOf: [1, 1], at: 1)
        header.notes.grid = GridGeometry(
          imageHeight: header.shape[3], imageWidth: header.shape[4], stride: stride ?? 1,
          padding: padding ?? 0)
      }
      guard header.shape.count >= rank else {
        throw FileProblem(file: reader.name, problem: PatchProblem.notWindows(shape: header.shape))
      }
      guard !header.shape.contains(0) else { continue }
      let (grid, steps, channels, count) = try naming(reader.name) {
        try geometry(of: header, rank)
      }
      let windowLength = grid.height * grid.width * channels
      reader.recordLength = max(1, windowLength)
      for _ in 0..<count {
        var assemblies = [Reassembly](
          repeating: Reassembly(grid: grid, channels: channels), count: steps)
        for row in 0..<grid.rows {
          let windows = try reader.readFloats(upTo: grid.columns * steps * windowLength)
          for step in 0..<steps {
            let windows =
              steps == 1 ? windows : Self.windows(of: step, steps, windows, length: windowLength)
            assemblies[step].add(row: row, windows: windows)
          }
        }
        let taken = try means?.next(of: grid, channels)
        for assembly in assemblies {
          let image = assembly.image()
          try body(taken.map { image.adding($0) } ?? image, grid)
        }
      }
    }
    try means?.finish()
  }

  /// `[gx,h,w,C]` of one step out of `[gx,T+1,h,w,C]`.
  private static func windows(
    of step: Int, _ steps: Int, _ windows: [Float], length: Int
  ) -> [Float] {
    Swift.stride(from: step * length, to: windows.count, by: steps * length).flatMap {
      windows[$0..<$0 + length]
    }
  }

  private func geometry(
    of header: ArrayHeader, _ rank: Int
  ) throws -> (grid: WindowGrid, steps: Int, channels: Int, count: Int) {
    let shape = header.shape
    let steps = header.notes.isTrace ? shape[shape.count - 4] : 1
    let axes = Array(shape.suffix(rank).prefix(2) + shape.suffix(3))
    let noted = header.notes.grid
    if let stride, let noted, stride != noted.stride {
      throw PatchProblem.otherStride(expected: noted.stride, found: stride)
    }
    if let padding, let noted, padding != noted.padding {
      throw PatchProblem.otherPadding(expected: noted.padding, found: padding)
    }
    guard let step = stride ?? noted?.stride else { throw PatchProblem.noGrid(shape: shape) }
    let border = padding ?? noted?.padding ?? 0
    let height = noted?.imageHeight ?? Self.side(axes[0], axes[2], step, border)
    let width = noted?.imageWidth ?? Self.side(axes[1], axes[3], step, border)
    let values = Double(height) * Double(width) * Double(axes[4]) * Double(steps)
    guard values <= Double(Image.pixelLimit) else {
      throw PatchProblem.imageTooLarge(height: height, width: width, limit: Image.pixelLimit)
    }
    let grid = try WindowGrid(
      imageHeight: height, imageWidth: width, height: axes[2], width: axes[3], stride: step,
      padding: border, covers: noted?.covers ?? false)
    guard grid.rows == axes[0], grid.columns == axes[1] else {
      throw PatchProblem.gridContradiction(
        what: "windows of an image of \(height)x\(width)",
        expected: "\(grid.rows)x\(grid.columns)", found: "\(axes[0])x\(axes[1])")
    }
    return (grid, steps, axes[4], shape.dropLast(rank).reduce(1, *))
  }

  /// The side of the image that `count` windows of `size` pixels were cut from; what does not fit an
  /// integer is larger than any image may be.
  private static func side(_ count: Int, _ size: Int, _ step: Int, _ border: Int) -> Int {
    let side = (Double(count) - 1) * Double(step) + Double(size) - 2 * Double(border)
    return Int(exactly: side) ?? Int.max
  }
}
