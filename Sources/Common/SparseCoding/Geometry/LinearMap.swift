import LinearAlgebra

/// Weights of units, [K, D], packed for one geometry: from records to what each unit sees of them, Wx, and its
/// adjoint, Wᵀz.
///
/// Of a tiled geometry the records are images and the weights are of windows. A row of output is of one period of
/// places, so that it has all K units: of convolution, K maps, a row for each place.
public struct LinearMap: Sendable {
  private let form: Form
  /// D, or H·W·C of images.
  let recordLength: Int

  private enum Form: Sendable {
    case dense(forward: PackedMatrix?, adjoint: PackedMatrix?)
    case tiled(TiledMap)
  }

  /// The ways that a map is wanted for.
  public enum Way: Sendable {
    /// Wx.
    case forward
    /// Wᵀz.
    case adjoint
    case both
  }

  /// - Parameters:
  ///   - weight: W, [K, D]; D is the length of a window where there are windows.
  ///   - threads: that pack the weights.
  public init(
    _ weight: Matrix, _ geometry: Geometry = .dense, for way: Way = .forward,
    on threads: Threads = Threads(1)
  ) {
    switch geometry {
    case .dense:
      recordLength = weight.columns
      form = .dense(
        forward: way == .adjoint ? nil : PackedMatrix(weight, on: threads),
        adjoint: way == .forward ? nil : PackedMatrix(transposeOf: weight, on: threads))
    case .tiled(let tiling, let windows):
      recordLength = windows.imageLength
      form = .tiled(TiledMap(weight, tiling, windows, for: way, on: threads))
    }
  }

  /// Wx.
  /// - Parameters:
  ///   - x: records, [N, D], or images, [N, H·W·C].
  ///   - step: what becomes of the sums, of [K] units; nil leaves them.
  /// - Returns: [N·cells, K].
  public func callAsFunction(_ x: Matrix, _ step: Epilogue? = nil) -> Matrix {
    switch form {
    case .dense(let forward, _):
      guard let forward else { preconditionFailure("a map packed for its adjoint alone") }
      return product(x, forward, epilogue: step)
    case .tiled(let map): return map.cells(of: x, step: step)
    }
  }

  /// Wᵀz.
  /// - Parameter z: [N·cells, K].
  /// - Returns: [N, D], or images, [N, H·W·C].
  public func adjoint(_ z: Matrix) -> Matrix {
    switch form {
    case .dense(_, let adjoint):
      guard let adjoint else { preconditionFailure("a map packed without its adjoint") }
      return product(z, adjoint)
    case .tiled(let map): return map.images(of: z)
    }
  }

  /// The gradient of W where ∂/∂(Wx) is known: Σ δxᵀ over records, or over all their windows.
  /// - Parameters:
  ///   - delta: [N·cells, K].
  ///   - x: [N, D], or images, [N, H·W·C].
  /// - Returns: [K, D].
  public func gradient(_ delta: Matrix, input x: Matrix) -> Matrix {
    switch form {
    case .dense: transposedProduct(delta, x)
    case .tiled(let map): map.gradient(delta, input: x)
    }
  }
}
