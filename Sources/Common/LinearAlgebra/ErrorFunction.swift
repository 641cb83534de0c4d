/// erf x, within 2⁻⁵² of it and within 3 ulps next to 0: from plain arithmetic alone, the same everywhere.
public func errorFunction(_ x: Double) -> Double {
  errorFunction(x, gaussian: exponential(-x * x))
}

/// The same for a caller that has e^(−x²) already.
public func errorFunction(_ x: Double, gaussian: Double) -> Double {
  let size = abs(x)
  if size < 1 { return x * polynomial(ErrorFunction.centre, at: x * x) }
  guard size < 6 else { return x.isNaN ? x : x < 0 ? -1 : 1 }
  let rest = gaussian * polynomial(ErrorFunction.tail, at: (size - 3) / (size + 3))
  return x < 0 ? rest - 1 : 1 - rest
}

/// Chebyshev series as sums of powers, the constant first, as Tests/Reference/error_function.py prints them: what they
/// leave out is below 2⁻⁵⁶.
private enum ErrorFunction {
  /// erf x / x, of x², |x| ≤ 1.
  static let centre: [Double] = [
    0x1.20dd750429b6dp+0, -0x1.812746b0379c1p-2, 0x1.ce2f21a040fbfp-4, -0x1.b82ce31204d17p-6,
    0x1.565bccfa6f4bep-8, -0x1.c02db06ca928fp-11, 0x1.f9a2bee1b1f05p-14, -0x1.f4ca8c11f4161p-17,
    0x1.b982295083cfcp-20, -0x1.5c14fc0842667p-23, 0x1.d777c51831224p-27, -0x1.acbabf57ef501p-31,
  ]
  /// erfc x · e^(x²), of (x − 3)/(x + 3), 1 ≤ x ≤ 6. From there on erf x is 1.
  static let tail: [Double] = [
    0x1.6e9827d229d2dp-3, -0x1.4e102b9cf8513p-2, 0x1.f6ff204105a02p-3, -0x1.336ffbef08b15p-3,
    0x1.258b13b00eea5p-4, -0x1.8fa58eb5f909fp-6, 0x1.17c839088409bp-8, 0x1.73101f9dba36dp-11,
    -0x1.39085eb08a703p-11, 0x1.7b9ed14016323p-15, 0x1.0cb2ad4ba7c4cp-14, -0x1.af0533c4a8d3ap-17,
    -0x1.0cb6a31542e3cp-17, 0x1.0e38fefe8c2a8p-19, 0x1.554adb3bf2919p-20,
  ]
}

/// Σ cₙ xⁿ.
private func polynomial(_ coefficients: [Double], at x: Double) -> Double {
  var sum = 0.0
  for c in coefficients.reversed() { sum = sum * x + c }
  return sum
}
