import LinearAlgebra

extension Image {
  /// Local contrast normalisation, ``LocalContrast``.
  ///
  /// - Parameter window: the window's side in pixels, odd; the caller guarantees it.
  /// - Returns: `[H,W,C]`, no longer 0…1.
  public func localContrastNormalized(window: Int) -> Image {
    let contrast = LocalContrast(
      window: window, height: height, width: width, channels: channels)
    var result = self
    result.pixels = contrast(pixels)
    return result
  }
}
