import ByteIO

/// Reads the images of a PNM file, one after another; white space may stand between them.
final class PNMDecoder: ImageDecoder {
  private let bytes: ByteReader
  /// The header that ``nextInfo()`` has read ahead.
  private var header: PNMHeader?
  private var isFirst = true

  init(_ bytes: ByteReader) {
    self.bytes = bytes
  }

  var declaredCount: Int? { nil }

  func nextInfo() throws -> ImageInfo? { try nextHeader()?.info }

  func next(as channels: PixelChannels) throws -> Image? {
    guard let header = try nextHeader() else { return nil }
    self.header = nil
    return header.isText ? try readText(header, as: channels) : try readRaw(header, as: channels)
  }

  func skip() throws {
    guard let header = try nextHeader() else { return }
    self.header = nil
    if header.isText {
      _ = try readText(header, as: .grey)
    } else {
      var row = [UInt8](repeating: 0, count: header.rowByteCount)
      for y in 0..<header.height { try readRow(y, header, into: &row) }
    }
  }

  private func nextHeader() throws -> PNMHeader? {
    if header == nil {
      while !isFirst, let byte = try bytes.peek(1).first, PNMText.isSpace(byte) {
        _ = try bytes.read(upTo: 1)
      }
      if try !isFirst && bytes.isAtEnd() { return nil }
      header = try PNMHeader(bytes)
      isFirst = false
    }
    return header
  }

  // MARK: - P4, P5, P6

  /// Reads row `y`, which is the next.
  private func readRow(_ y: Int, _ header: PNMHeader, into row: inout [UInt8]) throws {
    let count = try row.withUnsafeMutableBytes { try bytes.read(into: $0) }
    guard count == row.count else {
      let bytesPerSample = header.maximum > 255 ? 2 : 1
      let rowSamples = header.width * header.channels
      let found = header.samples == .bits ? count * 8 : count / bytesPerSample
      throw PNMProblem.truncated(
        expected: header.sampleCount, found: y * rowSamples + min(found, rowSamples))
    }
  }

  private func readRaw(_ header: PNMHeader, as channels: PixelChannels) throws -> Image {
    let rowLength = header.width * header.channels
    let divisor = Float(header.maximum)
    var row = [UInt8](repeating: 0, count: header.rowByteCount)
    return try Image.decoded(header.info, as: channels) { pixels, y in
      try readRow(y, header, into: &row)
      for i in 0..<rowLength {
        let sample = Self.sample(row, i, header)
        guard sample <= header.maximum else {
          throw PNMProblem.sampleTooLarge(
            index: y * rowLength + i, found: sample, maximum: header.maximum)
        }
        pixels[i] = Float(sample) / divisor
      }
    }
  }

  /// Sample `i` of a raw row; a bit that is set is black, 0.
  @inline(__always)
  private static func sample(_ row: [UInt8], _ i: Int, _ header: PNMHeader) -> Int {
    if header.samples == .bits { return 1 - Int(row[i / 8] >> UInt8(7 - i % 8) & 1) }
    if header.maximum > 255 { return Int(row[2 * i]) << 8 | Int(row[2 * i + 1]) }
    return Int(row[i])
  }

  // MARK: - P1, P2, P3

  /// Reads decimal samples. No more is read than the image must still have, so an image is there
  /// as soon as its last sample is; a comment may stand between any two samples.
  private func readText(_ header: PNMHeader, as channels: PixelChannels) throws -> Image {
    let rowLength = header.width * header.channels
    var parser = PNMSampleParser(header)
    var used = 0
    let image = try Image.decoded(header.info, as: channels) { pixels, _ in
      for i in 0..<rowLength {
        while used == parser.samples.count {
          parser.samples.removeAll(keepingCapacity: true)
          used = 0
          try readPart(of: header, &parser)
        }
        pixels[i] = parser.samples[used]
        used += 1
      }
    }
    if parser.isInComment { try PNMText.skipComment(bytes) }
    return image
  }

  private func readPart(of header: PNMHeader, _ parser: inout PNMSampleParser) throws {
    let remaining = header.sampleCount - parser.count
    let least = header.samples == .bits ? remaining : 2 * remaining - 1
    let part = try bytes.read(upTo: min(least, 64 * 1024))
    guard part.isEmpty else { return try parser.parse(part) }
    try parser.endNumber()
    guard !parser.samples.isEmpty else {
      throw PNMProblem.truncated(expected: header.sampleCount, found: parser.count)
    }
  }
}

/// Turns the text of P1, P2 and P3 pixels into samples of 0…1, a part at a time.
private struct PNMSampleParser {
  private let header: PNMHeader
  /// Samples of the parts since they were last taken out.
  var samples: [Float] = []
  /// How many samples there were so far.
  private(set) var count = 0
  private(set) var isInComment = false
  /// The number whose digits are being read.
  private var number: Int?

  init(_ header: PNMHeader) {
    self.header = header
  }

  mutating func parse(_ text: [UInt8]) throws {
    for byte in text {
      if isInComment {
        isInComment = byte != 0x0A && byte != 0x0D
      } else if PNMText.isDigit(byte) {
        // Held past the largest maximum, so that no number of digits overflows.
        number = min((number ?? 0) * 10 + Int(byte - 0x30), 1_000_000)
        // The digits of bits need no space between them.
        if header.samples == .bits { try endNumber() }
      } else if PNMText.isSpace(byte) || byte == PNMText.commentStart {
        try endNumber()
        isInComment = byte == PNMText.commentStart
      } else {
        throw PNMProblem.notASample(index: count, found: PNMProblem.shown(byte))
      }
    }
  }

  mutating func endNumber() throws {
    guard let sample = number else { return }
    guard sample <= header.maximum else {
      throw PNMProblem.sampleTooLarge(
        index: count, found: sample, maximum: header.maximum)
    }
    let level = header.samples == .bits ? 1 - sample : sample
    samples.append(Float(level) / Float(header.maximum))
    count += 1
    number = nil
  }
}
