import CommandLineSupport
import TensorStream

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is said of two arrays that were compared. The signal of PSNR is a pixel's range, 1.
public struct ComparisonReport: Encodable {
  let shape: [Int]
  let rmse: Double?
  let relativeSquaredError: Double?
  let meanSquaredDistance: Double?
  let largestDifference: Double?
  /// Nil where the arrays are equal: it is infinite.
  let psnr: Double?

  public init(_ comparison: ArrayComparison) {
    let error = comparison.meanSquaredError
    shape = comparison.shape
    rmse = error?.squareRoot()
    relativeSquaredError = comparison.relativeSquaredError
    meanSquaredDistance = comparison.meanSquaredDistance
    largestDifference = error == nil ? nil : comparison.largestDifference
    psnr = error.flatMap { $0 > 0 ? -10 * log10($0) : nil }
  }

  /// All in one line.
  public var line: String {
    var parts = ["[" + shape.map(String.init).joined(separator: ",") + "]"]
    guard rmse != nil else { return (parts + ["empty"]).joined(separator: "  ") }
    for (name, value) in [
      ("rmse", rmse), ("relative squared error", relativeSquaredError),
      ("squared distance", meanSquaredDistance), ("largest difference", largestDifference),
    ] {
      if let value { parts.append("\(name) \(shortNumber(value))") }
    }
    parts.append("PSNR \(psnr.map { fixed($0, decimals: 2) } ?? "inf") dB")
    return parts.joined(separator: "  ")
  }

  /// An object with all reports, under `arrays`.
  public static func json(_ reports: [ComparisonReport]) throws -> String {
    try jsonText(["arrays": reports])
  }
}
