import CKernels

/// What single units see of an image, and leave in it.
extension ImageWindows {
  /// What the window of a place has of its image: runs of elements, one below the other.
  public struct Placement: Sendable {
    /// Where the first run begins in the image and in the window.
    let pixel, element: Int
    let rows, run: Int
  }

  /// Where the window of a place lies in an image.
  public func placement(row: Int, column: Int) -> Placement {
    let (ys, xs) = (vertical.span(row), horizontal.span(column))
    let (top, left) = (vertical.start(row), horizontal.start(column))
    return Placement(
      pixel: (ys.lowerBound * horizontal.length + xs.lowerBound) * channels,
      element: ((ys.lowerBound - top) * horizontal.size + xs.lowerBound - left) * channels,
      rows: ys.count, run: xs.count * channels)
  }

  /// From a row of a window to the next.
  var windowStride: Int { horizontal.size * channels }

  /// What a unit sees of one image at a place, in an order of sums of its own.
  /// - Parameters:
  ///   - weights: [K, h·w·C], of which row `unit` is the unit's.
  ///   - image: [H·W·C].
  public func dot(
    _ place: Placement, _ weights: Matrix, unit: Int, with image: [Float]
  ) -> Float {
    image.withUnsafeBufferPointer { image in
      weights.elements.withUnsafeBufferPointer { weights in
        guard let image = image.baseAddress, let weights = weights.baseAddress else { return 0 }
        return sp_window_dot(
          image + place.pixel, rowLength, weights + unit * windowLength + place.element,
          windowStride, place.rows, place.run)
      }
    }
  }

  /// ‖w‖² of what a unit has at a place.
  /// - Parameter mask: [H·W·C], 0 where an image has nothing, or nil.
  public func squaredNorm(
    _ place: Placement, _ weights: Matrix, unit: Int, mask: [Float]?
  ) -> Float {
    weights.elements.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return 0 }
      let window = weights + unit * windowLength + place.element
      func square(_ mask: UnsafePointer<Float>?) -> Float {
        sp_window_square(window, windowStride, mask, rowLength, place.rows, place.run)
      }
      guard let mask else { return square(nil) }
      return mask.withUnsafeBufferPointer { square($0.baseAddress.map { $0 + place.pixel }) }
    }
  }

  /// Adds a unit's weights at a place to one image, `amount` times.
  /// - Parameters:
  ///   - mask: [H·W·C], 0 where an image has nothing and nothing is added, or nil.
  ///   - image: [H·W·C].
  public func add(
    _ amount: Float, _ place: Placement, _ weights: Matrix, unit: Int, mask: [Float]?,
    to image: inout [Float]
  ) {
    image.withUnsafeMutableBufferPointer { image in
      weights.elements.withUnsafeBufferPointer { weights in
        guard let image = image.baseAddress, let weights = weights.baseAddress else { return }
        let window = weights + unit * windowLength + place.element
        func add(_ mask: UnsafePointer<Float>?) {
          sp_window_add(
            amount, window, windowStride, mask, image + place.pixel, rowLength, place.rows,
            place.run)
        }
        guard let mask else { return add(nil) }
        mask.withUnsafeBufferPointer { add($0.baseAddress.map { $0 + place.pixel }) }
      }
    }
  }
}
