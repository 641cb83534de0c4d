import TestSupport
import Testing

/// Random changes of images by `patches`.
@Suite struct DistortionTests {
  /// 40 images of 11×9 pixels that are all alike, so that only chance tells them apart.
  private func images() throws -> (folder: TemporaryFolder, image: [Float]) {
    let folder = try TemporaryFolder()
    let image = (0..<99).map { Float($0 * 37 % 101) / 101 }
    try folder.write(
      NPY(shape: [40, 11, 9, 1], (0..<40).flatMap { _ in image }).bytes, to: "x.npy")
    return (folder, image)
  }

  private func changed(
    _ options: String, _ folder: TemporaryFolder, count: Int = 40
  ) throws -> [[Float]] {
    let outcome = try Child.shell(
      "patches --size full \(options) x.npy", options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(options): \(outcome.errors)")
    let all = try #require(NPY.stream(outcome.output))[0].floats
    let length = all.count / count
    return (0..<count).map { Array(all[$0 * length..<($0 + 1) * length]) }
  }

  private func moved(_ image: [Float], _ down: Int, _ right: Int) -> [Float] {
    (0..<99).map { place in
      let y = max(0, min(place / 9 - down, 10))
      let x = max(0, min(place % 9 - right, 8))
      return image[y * 9 + x]
    }
  }

  @Test func jitter() throws {
    let (folder, image) = try images()
    var moves: [[Float]: Int] = [:]
    for down in -1...1 {
      for right in -1...1 { moves[moved(image, down, right)] = 3 * down + right }
    }
    let found = try changed("--jitter 1 -s 3", folder).map { moves[$0] }
    #expect(found.allSatisfy { $0 != nil })
    // Of nine, 40 images leave out one or two at most.
    #expect(Set(found).count >= 7)
    #expect(try changed("--jitter 0 -s 3", folder).allSatisfy { $0 == image })
  }

  @Test func flip() throws {
    let (folder, image) = try images()
    let mirrored: [Float] = (0..<99).map { place in
      let x = place % 9
      return image[place - x + 8 - x]
    }
    let found = try changed("--flip -s 4", folder)
    let count = found.count { $0 == mirrored }
    #expect(found.allSatisfy { $0 == image || $0 == mirrored } && (8...32).contains(count))
  }

  /// Of an image that rises by 1 a pixel to the right, the change is how far its pixels have moved.
  @Test func elastic() throws {
    let folder = try TemporaryFolder()
    let (height, width) = (64, 200)
    let ramp = (0..<height * width).map { Float($0 % width) }
    try folder.write(NPY(shape: [1, height, width, 1], ramp).bytes, to: "x.npy")
    func distances(_ options: String) throws -> [Float] {
      zip(try changed(options, folder, count: 1)[0], ramp).map { $0 - $1 }
    }
    let found = try distances("--elastic 1.5:9 -s 1")
    // Away from the edges, beyond which nothing rises.
    var (squares, steps) = (0.0, 0.0)
    var count = 0.0
    for y in 8..<height - 8 {
      for x in 8..<width - 8 {
        let (here, next) = (Double(found[y * width + x]), Double(found[y * width + x + 1]))
        squares += here * here
        steps += (here - next) * (here - next)
        count += 1
      }
    }
    let deviation = (squares / count).squareRoot()
    #expect(abs(deviation - 1.5) < 0.12, "\(deviation)")
    // Neighbours of a Gaussian of standard deviation 9/4, cut off at ±4, differ by 0.33 of the deviation.
    let step = (steps / squares).squareRoot()
    #expect(abs(step - 0.33) < 0.03, "\(step)")
    let smoother = try distances("--elastic 1.5:33 -s 1")
    #expect(smoother != found)
  }

  @Test func followTheSeedAndTheNumber() throws {
    let (folder, _) = try images()
    let options = "--jitter 2 --flip --elastic 1:5"
    let found = try changed("\(options) -s 1", folder)
    #expect(Set(found).count == 40)
    #expect(try changed("\(options) -s 1", folder) == found)
    #expect(try changed("\(options) -s 2", folder) != found)
    #expect(
      try changed("\(options) -s 1 --range 7:19", folder, count: 12) == Array(found[7..<19]))
    #expect(try changed("\(options) -s 1 - <", folder) == found)
    // What is beside it does not change how an image is moved.
    let both = try changed("--jitter 2 --flip -s 1", folder)
    let jitter = try changed("--jitter 2 -s 1", folder)
    #expect(both.count(where: jitter.contains) >= 8)
  }

  @Test func channelsMoveTogether() throws {
    let folder = try TemporaryFolder()
    let pixels: [Float] = (0..<42).flatMap { place -> [Float] in
      [Float(place), 2 * Float(place), 3]
    }
    try folder.write(NPY(shape: [1, 7, 6, 3], pixels).bytes, to: "x.npy")
    let found = try changed("--jitter 2 --elastic 0.7:3 -s 1", folder, count: 1)[0]
    #expect(found != pixels)
    for place in 0..<42 {
      #expect(abs(found[3 * place + 1] - 2 * found[3 * place]) < 1e-4)
      #expect(found[3 * place + 2] == 3)
    }
  }
}
