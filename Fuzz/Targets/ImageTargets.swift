import ByteIO
import CPNG
import Imaging

/// Images have the shape that was announced and finite pixels, 0…1 unless they are IDX, and stepping
/// over them comes to the same end as reading them.
func fuzzImages(_ bytes: [UInt8]) throws { _ = try images(in: bytes) }

@discardableResult
private func images(in bytes: [UInt8]) throws -> [Image] {
  let file = try ImageFile(ByteReader(bytes))
  var images: [Image] = []
  while let info = try file.nextInfo() {
    guard let image = try file.next() else { preconditionFailure("announced and not there") }
    precondition(
      (image.height, image.width, image.channels) == (info.height, info.width, info.channels),
      "an image of another shape than announced")
    let isGood = image.pixels.allSatisfy { (0...1).contains($0) }
    precondition(
      isGood || file.format == .idx && image.pixels.allSatisfy(\.isFinite), "pixels out of range")
    images.append(image)
  }
  let skipper = try ImageFile(ByteReader(bytes))
  var count = 0
  while try skipper.nextInfo() != nil {
    try skipper.skip()
    count += 1
  }
  precondition(count == images.count, "stepping over images comes to another number")
  return images
}

/// The bytes as they are and with their check sums put right, which random changes never are. An
/// image of 8 bits comes back from the encoder as it was.
func fuzzPNG(_ bytes: [UInt8]) throws {
  guard !asksForMuch(bytes) else { return }
  let decoded = try (try? images(in: bytes)) ?? images(in: withGoodChecksums(bytes))
  for image in decoded {
    let again = try images(in: encodePNG(image))
    let rounded = image.pixels.map { ($0 * 255).rounded() / 255 }
    precondition(again.count == 1 && again[0].pixels == rounded, "the encoder changed pixels")
  }
}

/// Whether the header asks for an interlaced image beyond 2²² pixels: libpng needs all of it at once,
/// and the sanitizer takes its time over memory that nobody touches.
private func asksForMuch(_ bytes: [UInt8]) -> Bool {
  guard bytes.count >= 33, bytes[28] == 1 else { return false }
  let sides = [16, 20].map { start in bytes[start..<start + 4].reduce(0.0) { $0 * 256 + Double($1) }
  }
  return sides[0] * sides[1] > 0x1p22
}

private func withGoodChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var start = 8
  while start + 12 <= bytes.count {
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start - 12 else { break }
    let sum = crc32(0, Array(bytes[start + 4..<start + 8 + length]), UInt32(length + 4))
    for index in 0..<4 {
      bytes[start + 8 + length + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index))
    }
    start += 12 + length
  }
  return bytes
}

/// IDX as images and as labels.
func fuzzIDX(_ bytes: [UInt8]) throws {
  let areLabels = !fails { _ = try readLabels(ByteReader(bytes)) }
  do {
    try images(in: bytes)
  } catch  where areLabels {}
}

/// Labels as text are the lines' numbers, as another way of reading finds them.
func fuzzLabels(_ bytes: [UInt8]) throws {
  let labels = try readLabels(ByteReader(bytes))
  guard bytes.first != 0, !bytes.starts(with: [0x1f, 0x8b]) else { return }
  var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
    String(decoding: line.filter { ![0x20, 0x09, 0x0d].contains($0) }, as: UTF8.self)
  }
  while lines.last == "" { lines.removeLast() }
  precondition(lines.map { Int32($0) } == labels.map { $0 }, "other labels than the lines say")
}
