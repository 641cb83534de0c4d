import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import Synchronization
import TensorStream

/// Codes of whole images by the energy of a model whose units see windows of them: those that minimise it, or those of
/// its encoder, to be measured by it.
public final class ImageInference: Sendable {
  /// How codes are found.
  public enum Method: Sendable {
    case encoder
    case solver(SparseSolver, SparseSolver.StoppingRule, startsAtEncoder: Bool)
  }

  let model: Model
  let tiling: Tiling
  /// What messages call the model.
  let name: String
  fileprivate let method: Method
  /// The energy, of windows.
  private let problem: CodingProblem
  private let takesStatistics: Bool
  /// The norm of images from which on their products with atoms can leave Float32.
  private let normLimit: Double
  private let counts = Mutex(SparseSolver.Exactness())
  private let sums = Mutex(CodeStatistics())

  /// - Parameters:
  ///   - tiling: that of the model.
  ///   - isNonnegative: z ≥ 0 although the model does not ask for it.
  /// - Throws: ``InferenceProblem`` where the model has no such energy, or the solver needs a Gram matrix.
  public init(
    _ model: Model, _ tiling: Tiling, by method: Method, lambda: Float? = nil,
    isNonnegative: Bool = false, takesStatistics: Bool = false, called name: String
  ) throws {
    self.model = model
    self.tiling = tiling
    self.name = name
    self.method = method
    self.takesStatistics = takesStatistics
    let problem = try model.energy(
      lambda: lambda, isNonnegative: isNonnegative, for: .solver, called: name)
    self.problem = problem
    let served = SparseSolver.allCases.filter {
      $0.servesImages(problem.penalty, poolsPlaces: model.poolWindows != nil)
    }
    if case .solver(let solver, _, _) = method, !served.contains(solver) {
      throw InferenceProblem.unservedImages(
        model: name, solver: solver.rawValue,
        served: served.map(\.rawValue))
    }
    let gain = max(1, Double(problem.lipschitz).squareRoot())
    normLimit = Double(Float.greatestFiniteMagnitude) / (4 * gain)
  }

  /// How exact a solver's codes so far are.
  public var exactness: SparseSolver.Exactness { counts.withLock { $0 } }

  /// How good the codes so far are; nil where it is not taken.
  public var statistics: CodeStatistics? { takesStatistics ? sums.withLock { $0 } : nil }

  /// The energy of images of one size.
  /// - Throws: `PoolProblem` where pools over places have too many members, or no window of them fits.
  func problem(_ geometry: Geometry) throws -> TiledProblem {
    TiledProblem(
      atoms: problem.atoms, geometry, lambda: problem.lambda, penalty: problem.penalty,
      whole: try pooledPlaces(geometry), isNonnegative: problem.isNonnegative,
      lipschitz: problem.lipschitz)
  }

  /// R of pools over windows of places, where the model's are.
  private func pooledPlaces(_ geometry: Geometry) throws -> (any Penalty)? {
    guard let windows = model.poolWindows, let pools = model.pools,
      case .tiled(_, let places) = geometry
    else { return nil }
    let (rows, columns) = (places.vertical.count, places.horizontal.count)
    guard
      let layout = try pools.over(
        windows, rows: rows, columns: columns, unitCount: problem.codeLength)
    else {
      throw PoolSourceProblem.noWindow(shape: [rows, columns, problem.codeLength])
    }
    return try GroupPenalty(layout, unitCount: places.count * problem.codeLength)
  }

  /// Codes of images, [N, H·W·C], place by place, [N, rows·columns·units]. The code of an image that is not finite is
  /// NaN, and in no statistics.
  func codes(
    of x: Matrix, _ geometry: Geometry, _ problem: TiledProblem, _ encoder: TiledEncoder?
  ) -> Matrix {
    let norms = x.rowNorms
    let kept = norms.indices.filter { norms[$0] < normLimit }
    let found = geometry.places(
      ofCells: cells(of: x.rows(at: kept), geometry, problem, encoder))
    guard kept.count < x.rows else { return found }
    let length = geometry.cellCount * self.problem.codeLength
    var codes = Matrix(
      rows: x.rows, columns: length,
      elements: [Float](repeating: .nan, count: x.rows * length))
    for (index, row) in kept.enumerated() { codes.setRow(row, to: found.row(index)) }
    return codes
  }

  /// Codes of images, which are finite, [N·cells, K].
  private func cells(
    of x: Matrix, _ geometry: Geometry, _ problem: TiledProblem, _ encoder: TiledEncoder?
  ) -> Matrix {
    func encoded() -> Matrix? {
      encoder.map { geometry.cells(ofPlaces: $0(x), units: self.problem.codeLength) }
    }
    var code: Matrix
    switch method {
    case .encoder: code = encoded() ?? Matrix(zeros: 0, columns: self.problem.codeLength)
    case .solver(let solver, let rule, let startsAtEncoder):
      let solution = solver.solve(
        problem, images: x, until: rule, start: startsAtEncoder ? encoded() : nil)
      counts.withLock { $0 += solution.exactness }
      code = solution.code
    }
    if takesStatistics {
      let statistics = CodeStatistics(of: code, records: x, problem)
      sums.withLock { $0.add(statistics) }
    }
    return code
  }
}

extension RecordMap {
  /// Images […,H,W,C] to codes at every place, […,rows,columns,units].
  /// - Parameter masks: of the images, beside them; they are told what size these are of.
  /// - Throws: ``StreamMismatch`` where the array is not of images whose places are whole periods.
  public init(
    encodingImages header: ArrayHeader, by inference: ImageInference,
    beside masks: CompanionStream? = nil
  ) throws {
    let (model, tiling) = (inference.model, inference.tiling)
    let needsEncoder = if case .encoder = inference.method { true } else { false }
    self = try RecordMap(
      encodingImages: header, by: model, tiling, needsEncoder: needsEncoder,
      called: inference.name)
    let shape = Array(header.shape.suffix(3))
    guard let encoder = model.encoder,
      let geometry = Geometry.tiled(tiling, imageHeight: shape[0], imageWidth: shape[1]),
      case .tiled(_, let windows) = geometry
    else {
      throw StreamMismatch.periods(model: inference.name, tiling, found: header.shape)
    }
    let problem = try inference.problem(geometry)
    let tiled = TiledEncoder(encoder, tiling, windows)
    // An energy is of the whole image.
    rows = nil
    guard let masks else {
      apply = { inference.codes(of: $0, geometry, problem, tiled) }
      return
    }
    try masks.expect(recordShape: shape)
    // Masks are beside what comes in.
    earlier = []
    let preprocessing = model.preprocessing
    let length = inputLength
    apply = { tile in
      var codes: [Float] = []
      for row in 0..<tile.rows {
        let (x, mask) = (tile.row(row).prefix(length), tile.row(row).suffix(length))
        let known = zip(x, mask).map { $1 == 0 ? 0 : $0 }
        codes +=
          inference.codes(
            of: preprocessing(Matrix(rows: 1, columns: length, elements: known)), geometry,
            problem.masked(by: Array(mask)), tiled
          ).elements
      }
      return Matrix(rows: tile.rows, columns: codes.count / max(1, tile.rows), elements: codes)
    }
  }

  /// Codes of images with the images and their masks beside them to images without anything missing.
  /// - Parameter companions: images and masks, which are told what size they are of.
  public func fillingImages(_ companions: [CompanionStream]) throws -> RecordMap {
    var map = self
    map.strips = nil
    let (codeLength, length) = (inputLength, outputShape.reduce(1, *))
    for companion in companions { try companion.expect(recordShape: outputShape) }
    map.apply = { tile in
      var images = try apply(tile.columns(at: 0..<codeLength))
      for row in 0..<tile.rows {
        let beside = tile.row(row).dropFirst(codeLength)
        let (x, mask) = (Array(beside.prefix(length)), Array(beside.suffix(length)))
        for index in 0..<length where mask[index] != 0 {
          images.elements[row * length + index] = x[index]
        }
      }
      return images
    }
    return map
  }
}
