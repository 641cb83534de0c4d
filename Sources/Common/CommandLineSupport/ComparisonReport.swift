import TensorStream

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One comparison in one line; the signal of PSNR is a pixel's range, 1.
public func comparisonLine(shape: [Int], _ comparison: ArrayComparison) -> String {
  let name = "[" + shape.map(String.init).joined(separator: ",") + "]"
  guard let error = comparison.meanSquaredError else { return "\(name)  empty" }
  var parts = [name, "rmse \(shortNumber(error.squareRoot()))"]
  if let relative = comparison.relativeSquaredError {
    parts.append("relative squared error \(shortNumber(relative))")
  }
  parts.append("largest difference \(shortNumber(comparison.largestDifference))")
  parts.append("PSNR \(error > 0 ? fixed(-10 * log10(error), decimals: 2) : "inf") dB")
  return parts.joined(separator: "  ")
}
