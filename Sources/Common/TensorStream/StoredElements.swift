import ByteIO

/// The elements of one array in the order of the file, as far as they have not been taken.
final class StoredElements {
  /// Elements that are allocated before any of them has arrived.
  private static let trustedCount = 1 << 22
  /// Elements that are converted at once.
  private static let blockCount = 1 << 13
  /// Shorter reads go through the reader's buffer, longer ones past it.
  private static let bufferedBytes = 1 << 16

  let bytes: ByteReader
  let allowsNonFinite: Bool
  private(set) var header = ArrayHeader(shape: [0])
  var recordLength = 1
  private var arrayIndex = 0
  private var taken = 0
  private var scratch: [UInt8] = []

  init(_ bytes: ByteReader, allowsNonFinite: Bool) {
    self.bytes = bytes
    self.allowsNonFinite = allowsNonFinite
  }

  /// Turns to the array whose header has just been read.
  func begin(_ header: ArrayHeader, arrayIndex: Int) {
    self.header = header
    self.arrayIndex = arrayIndex
    recordLength = 1
    taken = 0
  }

  /// The next `count` elements as Float32; the array has as many left.
  func floats(_ count: Int) throws -> [Float] {
    var floats = try tile(min(count, Self.trustedCount))
    // Grown as the bytes arrive, so a shape that lies cannot ask for memory.
    while floats.count < count { floats += try tile(min(count - floats.count, Self.trustedCount)) }
    return floats
  }

  /// The next `count` elements, of an integer type, as Int32; the array has as many left.
  func integers(_ count: Int) throws -> [Int32] {
    var integers: [Int32] = []
    while integers.count < count {
      let length = min(count - integers.count, Self.blockCount)
      let first = taken
      try withBlock(length) { raw in
        integers += try [Int32](unsafeUninitializedCapacity: length) { part, partCount in
          let part = UnsafeMutableBufferPointer(rebasing: part[..<length])
          if let failure = header.elementType.convert(
            raw, bigEndian: header.bigEndian, to: part)
          {
            throw StreamProblem.labelOutOfRange(
              failure.text, index: header.indexInCOrder(ofStored: first + failure.index))
          }
          partCount = length
        }
      }
    }
    return integers
  }

  /// The next `count` elements, allocated at once.
  private func tile(_ count: Int) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { floats, initializedCount in
      let floats = UnsafeMutableBufferPointer(rebasing: floats[..<count])
      if header.elementType == .float32 {
        try fill(UnsafeMutableRawBufferPointer(floats))
        if header.bigEndian != (1.bigEndian == 1) { Self.swapBytes(of: floats) }
        try check(floats, raw: nil)
        taken += count
      } else {
        try convert(to: floats)
      }
      initializedCount = count
    }
  }

  private func convert(to floats: UnsafeMutableBufferPointer<Float>) throws {
    for start in stride(from: 0, to: floats.count, by: Self.blockCount) {
      let end = min(start + Self.blockCount, floats.count)
      let part = UnsafeMutableBufferPointer(rebasing: floats[start..<end])
      try withBlock(end - start) { raw in
        header.elementType.convert(raw, bigEndian: header.bigEndian, to: part)
        if header.elementType.isFloat { try check(part, raw: raw) }
      }
    }
  }

  /// Hands the next `count` elements to `body`, at most a block.
  private func withBlock(_ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let byteCount = count * header.elementType.size
    if scratch.count < byteCount { scratch = [UInt8](repeating: 0, count: byteCount) }
    try scratch.withUnsafeMutableBytes { scratch in
      let raw = UnsafeMutableRawBufferPointer(rebasing: scratch[..<byteCount])
      try fill(raw)
      try body(UnsafeRawBufferPointer(raw))
    }
    taken += count
  }

  private func fill(_ raw: UnsafeMutableRawBufferPointer) throws {
    if raw.count <= Self.bufferedBytes { _ = try bytes.peek(raw.count) }
    let found = try bytes.read(into: raw)
    guard found == raw.count else {
      throw StreamProblem.dataTruncated(
        expected: header.byteCount, found: taken * header.elementType.size + found)
    }
  }

  /// Refuses NaN and infinity unless they are allowed, and finite numbers that became infinite.
  /// - Parameters:
  ///   - floats: the next elements, converted.
  ///   - raw: the same as stored; nil where they are Float32.
  private func check(
    _ floats: UnsafeMutableBufferPointer<Float>, raw: UnsafeRawBufferPointer?
  ) throws {
    if allowsNonFinite && header.elementType != .float64 { return }
    guard !areFinite(UnsafeBufferPointer(floats)) else { return }
    for i in floats.indices where !floats[i].isFinite {
      if let raw, header.elementType == .float64 {
        let stored = ElementType.float64(in: raw, at: i, bigEndian: header.bigEndian)
        if stored.isFinite { throw StreamProblem.overflow(stored, at: place(taken + i)) }
      }
      if !allowsNonFinite {
        let found = floats[i].isNaN ? "NaN" : floats[i] < 0 ? "-infinity" : "infinity"
        throw StreamProblem.nonFinite(found: found, at: place(taken + i))
      }
    }
  }

  private func place(_ index: Int) -> StreamProblem.Place {
    let (record, value) = header.indexInCOrder(ofStored: index)
      .quotientAndRemainder(dividingBy: max(recordLength, 1))
    return StreamProblem.Place(
      array: arrayIndex, record: record, value: value, recordLength: recordLength)
  }

  private static func swapBytes(of floats: UnsafeMutableBufferPointer<Float>) {
    for i in floats.indices { floats[i] = Float(bitPattern: floats[i].bitPattern.byteSwapped) }
  }
}
