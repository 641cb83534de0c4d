import TensorStream

/// A number for people: four significant digits, no exponent where that reads well, a decimal point
/// whatever the locale.
public func shortNumber(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  if value == 0 { return "0" }
  let magnitude = abs(value)
  if magnitude >= 1e6 || magnitude < 1e-4 { return scientific(value) }
  var decimals = 3
  var threshold = 1.0
  while magnitude >= threshold * 10, decimals > 0 {
    threshold *= 10
    decimals -= 1
  }
  threshold = 1
  while magnitude < threshold {
    threshold /= 10
    decimals += 1
  }
  var text = fixed(value, decimals: decimals)
  if text.contains(".") {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return text
}

/// `value` with so many digits after the point.
public func fixed(_ value: Double, decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return sign + padded }
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

private func scientific(_ value: Double) -> String {
  var exponent = 0
  var mantissa = abs(value)
  while mantissa >= 10 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 1 {
    mantissa *= 10
    exponent -= 1
  }
  return (value < 0 ? "-" : "") + fixed(mantissa, decimals: 3) + "e\(exponent)"
}

/// One array in one line: shape, type, range, mean, density and notes.
public func arrayLine(
  shape: [Int], type: ElementType, summary: ArraySummary, notes: Notes
) -> String {
  var parts = ["[" + shape.map(String.init).joined(separator: ",") + "]", type.rawValue]
  if let minimum = summary.minimum, let maximum = summary.maximum, let mean = summary.mean,
    let density = summary.density
  {
    parts.append("range \(shortNumber(Double(minimum)))…\(shortNumber(Double(maximum)))")
    parts.append("mean \(shortNumber(mean))")
    parts.append("density \(fixed(100 * density, decimals: 1)) %")
  } else {
    parts.append("empty")
  }
  if summary.nanCount > 0 { parts.append("\(summary.nanCount) NaN") }
  if summary.infinityCount > 0 { parts.append("\(summary.infinityCount) infinite") }
  let notes = notes.text
  if !notes.isEmpty { parts.append(notes) }
  return parts.joined(separator: "  ")
}
