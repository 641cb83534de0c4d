import ByteIO

/// What a file turns out to be by its first bytes: a tensor stream, else a model.
public struct Input {
  public let isStream: Bool

  /// Looks at the first bytes without taking them. Text and other foreign bytes count as a stream,
  /// whose reader says best what it found.
  public init(_ bytes: ByteReader) throws {
    let start = [UInt8](try bytes.peek(9))
    guard !start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      isStream = true
      return
    }
    // A model begins with the length of its header, in eight bytes, and the header's brace.
    isStream = start.count < 9 || start[8] != UInt8(ascii: "{")
  }
}
