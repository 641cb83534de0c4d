/// Random numbers that are a function of (seed, stream, position) alone: Philox4x32-10, Salmon et al.
/// 2011. Everything below is plain arithmetic, so every machine gives the same numbers.
///
/// Streams of one seed are independent: give every epoch, or every thread's tile, its own.
public struct CounterRandom: RandomNumberGenerator, Sendable {
  /// What all streams of a run share.
  public let seed: UInt64
  /// Which of the seed's streams this is.
  public let stream: UInt64
  /// How many 64-bit numbers have been taken; may be set, to go anywhere at once.
  public var position: UInt64 = 0
  /// The two numbers at positions 2·blockIndex and 2·blockIndex + 1.
  private var block: (UInt64, UInt64) = (0, 0)
  private var blockIndex: UInt64?

  /// At position 0 of a stream.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let index = position / 2
    if index != blockIndex {
      let words = Self.philox(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
          UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
        key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
      block = (
        UInt64(words[0]) | UInt64(words[1]) << 32, UInt64(words[2]) | UInt64(words[3]) << 32
      )
      blockIndex = index
    }
    defer { position &+= 1 }
    return position % 2 == 0 ? block.0 : block.1
  }

  /// Standard normal, by inversion of the distribution function. Takes one position.
  public mutating func normal() -> Double {
    // The middle of one of 2⁵² equal parts of (0, 1): never 0 or 1.
    normalQuantile((Double(next() >> 12) + 0.5) * 0x1p-52)
  }

  /// 0..<n in a uniformly random order.
  public mutating func permutation(of n: Int) -> [Int] {
    var order = Array(0..<n)
    for i in stride(from: n - 1, to: 0, by: -1) { order.swapAt(i, index(below: i + 1)) }
    return order
  }

  /// The block cipher: ten rounds on a counter of four words under a key of two.
  package static func philox(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let p = UInt64(c[0]) * 0xD251_1F53
      let q = UInt64(c[2]) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: q >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: q),
        UInt32(truncatingIfNeeded: p >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p))
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }
}

extension RandomNumberGenerator {
  /// Uniform in 0..<bound without bias: a product of 128 bits, and the few unfair draws again
  /// (Lemire 2019). Written out, so that a seed draws the same with every version of the standard
  /// library.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound >= 1, "an index below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let unfair = (0 &- range) % range
      while product.low < unfair { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }
}
