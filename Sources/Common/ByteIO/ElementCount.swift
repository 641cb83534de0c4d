/// The product of the lengths of a shape, nil where it is more than `limit` or a length is below 0.
/// Zeros come last, so that whether an absurd shape is refused does not depend on the order of its axes.
public func elementCount(of shape: some Sequence<Int>, atMost limit: Int = .max) -> Int? {
  var (count, isEmpty) = (1, false)
  for length in shape {
    guard length != 0 else {
      isEmpty = true
      continue
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: length)
    if length < 0 || overflow || product > limit { return nil }
    count = product
  }
  return isEmpty ? 0 : count
}
