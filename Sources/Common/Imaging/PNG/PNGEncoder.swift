import CPNG

/// The bytes of a PNG file that holds `image`, 8 bits a channel.
///
/// Values are clamped to 0…1, multiplied by 255 and rounded to the nearest.
///
/// - Parameter image: `[H,W,C]` with 1 channel (grey) or 3 (RGB).
/// - Throws: ``PNGProblem``: another number of channels, no pixels, or a NaN.
public func encodePNG(_ image: Image) throws -> [UInt8] {
  guard image.channels == 1 || image.channels == 3 else {
    throw PNGProblem.channels(found: image.channels)
  }
  guard image.height > 0 && image.width > 0 else {
    throw PNGProblem.zeroSize(height: image.height, width: image.width)
  }
  if let index = image.pixels.firstIndex(where: \.isNaN) {
    let pixel = index / image.channels
    throw PNGProblem.notANumber(row: pixel / image.width, column: pixel % image.width)
  }
  let samples = image.pixels.map { UInt8((min(max($0, 0), 1) * 255).rounded()) }

  let output = PNGOutput()
  var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
  let status = cpng_write(
    samples, UInt32(image.height), UInt32(image.width), Int32(image.channels),
    { context, bytes, count in
      Unmanaged<PNGOutput>.fromOpaque(context).takeUnretainedValue()
        .append(UnsafeBufferPointer(start: bytes, count: count))
    }, Unmanaged.passUnretained(output).toOpaque(), &message)
  guard status == 0 else {
    let words = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw PNGProblem.invalid(fromLibrary: String(decoding: words, as: UTF8.self))
  }
  return output.bytes
}

/// Collects what libpng writes.
private final class PNGOutput {
  private(set) var bytes: [UInt8] = []

  func append(_ part: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: part) }
}
