/// Numbers under the tiles of a picture, in digits of 3 by 5 dots.
public struct TileNumbers: Equatable, Sendable {
  /// The number of each tile; nil is none.
  let numbers: [Int?]
  /// Pixels a dot.
  let size: Int

  /// Pixels under each tile: the digits and a dot above and below.
  var height: Int { 7 * size }

  /// Digits as large as tiles have room for, at most two pixels a dot.
  /// - Throws: ``PictureProblem/tooNarrow(digits:expected:found:)``.
  init(_ numbers: [Int?], tileWidth: Int) throws {
    let digits = numbers.reduce(1) { max($0, String($1 ?? 0).count) }
    let expected = 4 * digits - 1
    guard tileWidth >= expected else {
      throw PictureProblem.tooNarrow(digits: digits, expected: expected, found: tileWidth)
    }
    self.numbers = numbers
    size = min(2, tileWidth / expected)
  }

  /// The pixels that are lit of the number of a tile, from the upper left corner of the strip.
  func pixels(of tile: Int) -> [(y: Int, x: Int)] {
    guard let number = numbers[tile] else { return [] }
    let dots = String(number).utf8.enumerated().flatMap { place, digit in
      (0..<15).filter { Self.digits[Int(digit) - 48] >> (14 - $0) & 1 == 1 }
        .map { (y: 1 + $0 / 3, x: 4 * place + $0 % 3) }
    }
    return dots.flatMap { dot in
      (0..<size * size).map { (y: dot.y * size + $0 / size, x: dot.x * size + $0 % size) }
    }
  }

  /// 0 to 9, row by row from the top, the upper left dot the highest of 15 bits.
  private static let digits: [Int] = [
    0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111, 0b111_001_111_001_111,
    0b101_101_111_001_001, 0b111_100_111_001_111, 0b111_100_111_101_111, 0b111_001_010_010_010,
    0b111_101_111_101_111, 0b111_101_111_001_111,
  ]
}
