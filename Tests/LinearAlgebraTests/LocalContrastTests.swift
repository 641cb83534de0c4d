import LinearAlgebra
import TestSupport
import Testing

@Suite struct LocalContrastTests {
  @Test("the transpose of the blur", arguments: [[7, 9, 3], [4, 3, 9], [1, 6, 5]])
  func transpose(_ c: [Int]) {
    let blur = GaussianBlur(window: c[2], height: c[0], width: c[1])
    func plane(_ seed: UInt64) -> [Double] {
      normalMatrix(1, c[0] * c[1], seed: seed).elements.map(Double.init)
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (x, y) = (plane(1), plane(2))
    let (there, back) = (dot(blur.apply(to: x), y), dot(x, blur.applyTranspose(to: y)))
    #expect(abs(there - back) < 1e-12 * (1 + abs(there)))
    // At the borders it is not symmetric.
    #expect(abs(there - dot(x, blur.apply(to: y))) > 1e-6)
  }

  @Test("what is no number stays none")
  func notFinite() {
    let contrast = LocalContrast(window: 3, height: 4, width: 4, channels: 1)
    for value in [Float.nan, .infinity] {
      for pixel in [0, 5] {
        var image = normalMatrix(1, 16, seed: 3).elements
        image[pixel] = value
        #expect(contrast(image).contains { $0.isNaN })
      }
    }
  }

  @Test("windows that have a centre")
  func windows() {
    #expect([3, 5, 4095].allSatisfy { LocalContrast.serves(window: $0) })
    #expect(![-3, 0, 1, 4, 4096, 4097].contains { LocalContrast.serves(window: $0) })
  }
}
