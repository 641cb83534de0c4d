import Imaging
import TestSupport

/// A folder with the files that the examples of the pages speak of: small pictures, a small data set
/// with its labels, a small model.
struct ExampleFolder {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(try encodePNG(Self.photograph(channels: 1)), to: "camera.png")
    try folder.write(try encodePNG(Self.photograph(channels: 3)), to: "coffee.png")
    try folder.write(try encodePNG(Self.scratches), to: "mask.png")
    let count = 300
    try folder.write(Self.idx([count, 28, 28], Self.digits(count)), to: "train-images.idx")
    try folder.write(Self.idx([count], (0..<count).map { UInt8($0 % 3) }), to: "train-labels.idx")
    let preparation = """
      set -e
      gzip train-images.idx
      cp train-images.idx.gz train-images-idx3-ubyte.gz
      cp train-images.idx.gz t10k-images-idx3-ubyte.gz
      gzip -c train-labels.idx >train-labels-idx1-ubyte.gz
      cp train-labels-idx1-ubyte.gz t10k-labels-idx1-ubyte.gz
      patches --sample 1000 camera.png -o train.npy
      patches --size full train-images.idx.gz --labels train-labels.idx --labels-out labels.npy \
        -o images.npy
      fit dictionary --dc --code 64 --epochs 1 -q -o w.bin <train.npy
      """
    let outcome = try run(preparation)
    guard outcome.succeeded else { throw NotPrepared(errors: outcome.errors) }
  }

  /// Runs a line of shell in the folder.
  func run(_ command: String) throws -> Child.Outcome {
    try Child.shell(command, options: .init(folder: folder.path))
  }

  func write(_ text: String, to name: String) throws { try folder.write(text, to: name) }

  struct NotPrepared: Error {
    let errors: String
  }

  // MARK: Contents

  /// 96×96 pixels with edges and shades of many directions.
  private static func photograph(channels: Int) -> Image {
    let side = 96
    var pixels: [Float] = []
    for y in 0..<side {
      for x in 0..<side {
        let disc = (x - 40) * (x - 40) + (y - 56) * (y - 56) < 700
        let stripes = (x * 3 + y * 2) / 16 % 2 == 0
        let noise = Float((x &* 7919 &+ y &* 104_729 &+ x &* y &* 31) % 64) / 640
        for channel in 0..<channels {
          let shade = Float(x + y * (channel + 1)) / Float(side * 4)
          pixels.append(min(1, shade + (disc ? 0.4 : 0) + (stripes ? 0.1 : 0) + noise))
        }
      }
    }
    return Image(height: side, width: side, channels: channels, pixels: pixels)
  }

  /// 96×96 pixels, white but for two black lines.
  private static var scratches: Image {
    let side = 96
    let pixels: [Float] = (0..<side * side).map { index in
      let (y, x) = index.quotientAndRemainder(dividingBy: side)
      return abs(x - y - 7) < 2 || abs(x + y / 2 - 60) < 2 ? 0 : 1
    }
    return Image(height: side, width: side, channels: 1, pixels: pixels)
  }

  /// [count,28,28]: bars in three directions, at places that differ.
  private static func digits(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<count {
      let place = 6 + index * 5 % 16
      for y in 0..<28 {
        for x in 0..<28 {
          let distance = [x - place, y - place, x - y + place - 14][index % 3]
          bytes.append(abs(distance) < 2 ? 230 : UInt8((x * y + index) % 16))
        }
      }
    }
    return bytes
  }

  /// An IDX file of unsigned bytes.
  private static func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let sizes = shape.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } }
    return [0, 0, 8, UInt8(shape.count)] + sizes + bytes
  }
}
