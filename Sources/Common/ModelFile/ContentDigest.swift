/// A 64-bit FNV-1a digest, taken piece by piece.
///
/// It tells models and data sets apart that were mixed up by accident. It is no protection against
/// someone who wants two of them to look the same.
public struct ContentDigest: Equatable, Sendable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of nothing.
  public init() {}

  /// The digest so far, as 16 hexadecimal digits.
  public var hex: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Adds the bytes of `buffer`.
  public mutating func update(_ buffer: UnsafeRawBufferPointer) {
    var state = state
    for byte in buffer { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.state = state
  }

  /// Adds `bytes`.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds `floats`, [n], as the little-endian bytes that a file of them holds. -0 differs from 0.
  public mutating func update(_ floats: [Float]) {
    floats.withUnsafeBytes { update($0) }
  }
}
