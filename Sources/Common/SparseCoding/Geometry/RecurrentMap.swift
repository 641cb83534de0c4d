import LinearAlgebra

extension Tiling {
  /// How S lies over the codes at all places: its windows hold those that a unit's own window overlaps. Of a convolution
  /// with kernels of s and a stride of 1 it is one with kernels of 2s − 1 (Kavukcuoglu et al. 2010).
  /// - Parameter units: of a place.
  public func recurrent(units: Int) -> Tiling {
    Tiling(
      height: 2 * reach.rows + 1, width: 2 * reach.columns + 1, channels: units,
      padding: reach.rows, horizontalPadding: reach.columns, period: period)
  }

  /// The windows of S over the codes of images of one size.
  /// - Parameter windows: of the images.
  func recurrentWindows(over windows: ImageWindows, units: Int) -> ImageWindows {
    let places = recurrent(units: units).windows(
      imageHeight: windows.vertical.count, imageWidth: windows.horizontal.count)
    guard let places else { preconditionFailure("padding that leaves no place") }
    return places
  }
}

/// S of an encoder, packed for one geometry: from codes to what they add to the sums of the next pass, and back.
///
/// Of units that see windows S is a map of windows of codes: see ``Tiling/recurrent(units:)``.
package struct RecurrentMap: Sendable {
  private let form: Form
  /// What the encoder's units see of a record.
  private let geometry: Geometry

  private enum Form: Sendable {
    case dense(forward: PackedMatrix, adjoint: PackedMatrix)
    case tiled(TiledMap)
  }

  /// - Parameters:
  ///   - weight: S, [K, K], or of windows [phases·units, places·units].
  ///   - geometry: what the encoder's units see of a record.
  ///   - threads: that pack the weights.
  package init(_ weight: Matrix, _ geometry: Geometry, on threads: Threads = Threads(1)) {
    self.geometry = geometry
    switch geometry {
    case .dense:
      form = .dense(
        forward: PackedMatrix(weight, on: threads),
        adjoint: PackedMatrix(transposeOf: weight, on: threads))
    case .tiled(let tiling, let windows):
      let units = weight.rows / tiling.period.count
      form = .tiled(
        TiledMap(
          weight, tiling.recurrent(units: units),
          tiling.recurrentWindows(over: windows, units: units), on: threads))
    }
  }

  /// f(drive + S z), [N·cells, K].
  /// - Parameters:
  ///   - z: [N·cells, K].
  ///   - drive: [N·cells, K].
  ///   - step: f.
  package func callAsFunction(_ z: Matrix, drive: Matrix, _ step: EncoderStep) -> Matrix {
    switch form {
    case .dense(let forward, _): return step(z, forward, start: .matrix(drive))
    case .tiled(let map):
      let places = geometry.places(ofCells: z)
      return step.applied { map.cells(of: places, start: drive, step: $0) }
    }
  }

  /// Sᵀδ, [N·cells, K].
  /// - Parameter delta: [N·cells, K].
  package func adjoint(_ delta: Matrix) -> Matrix {
    switch form {
    case .dense(_, let adjoint): product(delta, adjoint)
    case .tiled(let map): geometry.cells(ofPlaces: map.images(of: delta), units: delta.columns)
    }
  }

  /// The gradient of S, Σ δzᵀ, of its shape.
  /// - Parameters:
  ///   - delta: ∂/∂(S z), [N·cells, K].
  ///   - z: [N·cells, K].
  package func gradient(_ delta: Matrix, input z: Matrix) -> Matrix {
    switch form {
    case .dense: transposedProduct(delta, z)
    case .tiled(let map): map.gradient(delta, input: geometry.places(ofCells: z))
    }
  }
}
