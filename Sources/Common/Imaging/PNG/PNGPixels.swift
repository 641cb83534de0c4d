import CPNG

/// Turns rows of PNG samples into pixels of 0…1.
///
/// Samples are divided by their maximum (255, 65535, or 1, 3, 15 of low depths). What is
/// transparent lies on white: `v = c·a + 1·(1 − a)`, computed from the integers and rounded once.
struct PNGPixels {
  private let width: Int
  /// Colour channels of the pixels, 1 or 3.
  private let channels: Int
  private let hasAlpha: Bool
  private let isDeep: Bool
  private let maximum: Int
  /// The one transparent colour of a file without alpha.
  private let key: [Int]?
  /// Palette files: `[count, 3]`, on white already. Empty otherwise.
  private let palette: [Float]
  /// The value of every level of at most 8 bits.
  private let levels: [Float]

  init(_ header: cpng_header) {
    var header = header
    width = Int(header.width)
    channels = header.color_type == 0 || header.color_type == 4 ? 1 : 3
    hasAlpha = header.color_type >= 4
    isDeep = header.depth == 16
    let maximum = 1 << Int(header.depth) - 1
    self.maximum = maximum
    let key = [header.key.0, header.key.1, header.key.2].prefix(channels)
    self.key = header.has_key == 0 ? nil : key.map { Int($0) & maximum }
    levels = isDeep ? [] : (0...maximum).map { Float($0) / Float(maximum) }
    palette = header.color_type == 3 ? Self.paletteOnWhite(&header) : []
  }

  /// - Parameters:
  ///   - row: samples of one row, `[W, samples a pixel]`, as the shim gives them.
  ///   - pixels: where the row goes, `[W,C]`, not yet initialized.
  /// - Throws: ``PNGProblem/paletteIndex(found:count:)``.
  func convert(_ row: [UInt8], to pixels: UnsafeMutablePointer<Float>) throws {
    if !palette.isEmpty {
      try convertIndices(row, to: pixels)
    } else if isDeep || hasAlpha || key != nil {
      convertWithOpacity(row, to: pixels)
    } else {
      for i in 0..<width * channels { pixels[i] = levels[Int(row[i])] }
    }
  }

  private func convertIndices(_ row: [UInt8], to pixels: UnsafeMutablePointer<Float>) throws {
    for x in 0..<width {
      let index = Int(row[x])
      guard 3 * index < palette.count else {
        throw PNGProblem.paletteIndex(found: index, count: palette.count / 3)
      }
      for c in 0..<3 { pixels[3 * x + c] = palette[3 * index + c] }
    }
  }

  private func convertWithOpacity(_ row: [UInt8], to pixels: UnsafeMutablePointer<Float>) {
    let samples = channels + (hasAlpha ? 1 : 0)
    for x in 0..<width {
      var opacity = maximum
      if hasAlpha {
        opacity = sample(row, samples * x + channels)
      } else if let key, (0..<channels).allSatisfy({ sample(row, samples * x + $0) == key[$0] }) {
        opacity = 0
      }
      for c in 0..<channels {
        let color = sample(row, samples * x + c)
        pixels[channels * x + c] = Self.onWhite(color, opacity: opacity, maximum: maximum)
      }
    }
  }

  @inline(__always)
  private func sample(_ row: [UInt8], _ index: Int) -> Int {
    isDeep ? Int(row[2 * index]) << 8 | Int(row[2 * index + 1]) : Int(row[index])
  }

  @inline(__always)
  private static func onWhite(_ color: Int, opacity: Int, maximum: Int) -> Float {
    let mixed = color * opacity + maximum * (maximum - opacity)
    return Float(Double(mixed) / Double(maximum * maximum))
  }

  private static func paletteOnWhite(_ header: inout cpng_header) -> [Float] {
    let count = Int(header.palette_count)
    let alpha = withUnsafeBytes(of: &header.alpha) { Array($0) }
    return withUnsafeBytes(of: &header.palette) { colors in
      (0..<3 * count).map {
        onWhite(Int(colors[$0]), opacity: Int(alpha[$0 / 3]), maximum: 255)
      }
    }
  }
}
