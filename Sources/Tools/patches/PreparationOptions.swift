import ArgumentParser
import CommandLineSupport
import Imaging
import LinearAlgebra
import TensorStream

/// What is done to whole images before they are cut.
struct PreparationOptions: ParsableArguments, NamesFiles {
  @OptionGroup var distortion: DistortionOptions

  @Option(
    help: ArgumentHelp(
      "Add Gaussian noise of this standard deviation to the pixels, which are 0…1.",
      valueName: "deviation"))
  var noise: Float?

  @Option(
    help: ArgumentHelp(
      "Local contrast normalisation of the image; the side of its Gaussian window in pixels, odd.",
      valueName: "window"))
  var contrast: Int?

  @Option(
    help: ArgumentHelp(
      "Take the local mean from each pixel; the side of its Gaussian window in pixels, odd.",
      valueName: "window"))
  var center: Int?

  @Option(
    help: ArgumentHelp(
      """
      Pixels are missing: a picture or an array, 1 where one is there and 0 where not. Those become 0, and \
      --center takes means of the others.
      """,
      valueName: "file"),
    completion: .file())
  var mask: String?

  @Option(
    help: ArgumentHelp("Write the means that --center takes, [N,H,W,C].", valueName: "file"),
    completion: .file())
  var meansOut: String?

  func validate() throws {
    if let noise, !(noise >= 0 && noise.isFinite) {
      throw ValidationError("--noise must be at least 0, got \(noise)")
    }
    for (name, window) in [("--contrast", contrast), ("--center", center)] {
      if let window, !LocalContrast.serves(window: window) {
        throw ValidationError("\(name) must be odd and from 3 to 4095, got \(window)")
      }
    }
    if contrast != nil, center != nil {
      throw ValidationError("--contrast takes the local mean as well as --center; give one")
    }
    if contrast != nil, mask != nil {
      throw ValidationError("--contrast does not know missing pixels, --mask; --center does")
    }
    if center == nil, meansOut != nil {
      throw ValidationError("--means-out has no effect without --center")
    }
  }

  var namedFiles: [NamedFile] { .input("--mask", mask) + .output("--means-out", meansOut) }

  /// The first option that is given.
  var used: String? {
    if let used = distortion.used { return used }
    let given = [
      (noise != nil, "--noise"), (contrast != nil, "--contrast"), (center != nil, "--center"),
      (mask != nil, "--mask"), (meansOut != nil, "--means-out"),
    ]
    return given.first(where: \.0)?.1
  }

  func preparation(seed: UInt64) throws -> ImagePreparation {
    let mask = try mask.map {
      try PixelMask(openFile($0, wanting: "a mask, 1 where a pixel is there"))
    }
    let contrast: ImagePreparation.Contrast =
      if let contrast { .normalized(window: contrast) } else if let center {
        .centered(window: center)
      } else { .asItIs }
    return ImagePreparation(
      distortion: distortion.distortion, contrast: contrast, mask: mask, noise: noise ?? 0,
      seed: seed)
  }

  /// Whether anything of it is random.
  var isRandom: Bool { noise != nil || distortion.used != nil }

  func openMeans() throws -> (any TensorSink)? {
    try meansOut.map { TensorWriter(try .file($0)) }
  }
}
