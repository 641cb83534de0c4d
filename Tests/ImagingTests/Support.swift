import ByteIO
import Imaging
import TestSupport

/// A file beside the script that wrote it.
func fixture(_ name: String) throws -> [UInt8] {
  let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  return try ByteReader(path: "/\(tests)/Reference/png-kinds/\(name)").read(upTo: 1 << 20)
}

extension Image {
  /// The shape alone.
  var info: ImageInfo { ImageInfo(height: height, width: width, channels: channels) }
}

/// The images of a file in memory.
func images(_ bytes: [UInt8]) throws -> [Image] {
  let file = try ImageFile(ByteReader(bytes, name: "test"))
  var images: [Image] = []
  while let image = try file.next() { images.append(image) }
  return images
}

/// What is wrong with a file of images, without the file's name.
func problem(_ bytes: [UInt8]) -> (any Problem)? {
  unnamed { _ = try images(bytes) }
}

/// The problem that `body` throws, which must name the file `test`.
func unnamed(_ body: () throws -> Void) -> (any Problem)? {
  do {
    try body()
    return nil
  } catch let problem as FileProblem where problem.file == "test" {
    return problem.problem
  } catch {
    return nil
  }
}

/// A source that gives one byte at a time and fails past its end.
final class FailingSource: ByteSource {
  let name = "test"
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard position < bytes.count else { throw SystemProblem.cannotRead(reason: 5) }
    buffer[0] = bytes[position]
    position += 1
    return 1
  }
}

/// SplitMix64, for tests whose randomness is seeded.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// An image of uniform noise.
func noise(_ height: Int, _ width: Int, _ channels: Int, seed: UInt64) -> Image {
  var generator = SeededGenerator(seed)
  let pixels = (0..<height * width * channels).map { _ in
    Float.random(in: 0..<1, using: &generator)
  }
  return Image(height: height, width: width, channels: channels, pixels: pixels)
}

/// `value` as four bytes, the highest first.
func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}
