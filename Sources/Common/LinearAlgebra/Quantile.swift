/// The value that a share of all, 0…1, is not above, linear between two of them; nil where there is
/// none.
/// - Parameter values: [n], ascending.
public func quantile(_ share: Double, ofSorted values: [Double]) -> Double? {
  guard let greatest = values.last else { return nil }
  let place = share * Double(values.count - 1)
  let lower = Int(place)
  guard lower + 1 < values.count else { return greatest }
  return values[lower] + (place - Double(lower)) * (values[lower + 1] - values[lower])
}
