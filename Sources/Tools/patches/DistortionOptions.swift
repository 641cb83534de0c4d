import ArgumentParser
import CommandLineSupport
import Imaging
import LinearAlgebra

/// Random changes of images, for more to learn from.
struct DistortionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Move each image by up to n pixels, up or down and to a side, at random.", valueName: "n"))
  var jitter: Int?

  @Flag(help: "Mirror every second image, at random, left to right.") var flip = false

  @Option(
    name: .customLong("elastic"),
    help: ArgumentHelp(
      """
      Bend each image at random: pixels move by a normal distance of this standard deviation along each axis, \
      smoothed with a Gaussian window of this side, odd (default: 17).
      """,
      valueName: "pixels[:window]"))
  var elasticText: String?

  func validate() throws {
    if let jitter, !Distortion.jitters.contains(jitter) {
      throw ValidationError("--jitter must be \(Distortion.jitters), got \(jitter)")
    }
    if let elasticText, elastic == nil {
      throw ValidationError(
        """
        --elastic must be a number of pixels above 0 such as 1.5, or with an odd window from 3 to 4095 \
        such as 1.5:17, got \(elasticText)
        """)
    }
  }

  private var elastic: (deviation: Float, window: Int)? {
    guard let words = elasticText?.split(separator: ":", omittingEmptySubsequences: false),
      (1...2).contains(words.count), let deviation = Float(words[0]),
      Distortion.elastics.contains(deviation)
    else { return nil }
    guard words.count == 2 else { return (deviation, Distortion().smoothness) }
    guard let window = Int(words[1]), GaussianBlur.windows.contains(window),
      !window.isMultiple(of: 2)
    else { return nil }
    return (deviation, window)
  }

  /// The first option that is given.
  var used: String? {
    let given = [
      (jitter != nil, "--jitter"), (flip, "--flip"), (elasticText != nil, "--elastic"),
    ]
    return given.first(where: \.0)?.1
  }

  var distortion: Distortion {
    var distortion = Distortion(jitter: jitter ?? 0, flips: flip)
    if let elastic { (distortion.elastic, distortion.smoothness) = elastic }
    return distortion
  }
}
