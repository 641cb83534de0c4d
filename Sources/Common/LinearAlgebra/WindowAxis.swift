/// Where windows lie along an axis: `size` places each, `stride` apart, over `length` places with `padding`
/// more on either side. Where it is asked to cover the axis, a last window lies flush with the end that the
/// stride does not reach.
public struct WindowAxis: Equatable, Sendable {
  /// Places of the axis, without the padding.
  public let length: Int
  public let size: Int
  public let stride: Int
  public let padding: Int
  /// How many windows there are.
  public let count: Int
  /// Places at the end (of the padded axis) that no window reaches.
  public let leftover: Int
  /// Whether the last window lies flush with the end, off the stride.
  public let isFlush: Bool
  /// The last place at which a window may begin, counted with the padding.
  private let spare: Int

  /// Nil where no window fits.
  /// - Precondition: size and stride are at least 1, and the padding is from 0 to less than the size.
  public init?(_ length: Int, size: Int, stride: Int = 1, padding: Int = 0, covers: Bool = false) {
    precondition(
      size >= 1 && stride >= 1 && (0..<size).contains(padding),
      "windows of \(size), \(stride) apart, with padding \(padding)")
    spare = (length - (size - padding)).addingReportingOverflow(padding).partialValue
    guard spare >= 0 else { return nil }
    self.length = length
    self.size = size
    self.stride = stride
    self.padding = padding
    let over = spare % stride
    isFlush = covers && over > 0
    count = spare / stride + (isFlush ? 2 : 1)
    leftover = covers ? 0 : over
  }

  /// The first place of a window; negative in the padding.
  public func start(_ window: Int) -> Int { min(window * stride, spare) - padding }

  /// The places of the axis that a window covers; the rest of it is padding.
  public func span(_ window: Int) -> Range<Int> {
    let start = start(window)
    return (start..<start + size).clamped(to: 0..<length)
  }

  /// The places of the axis from the first to the last that some windows cover.
  /// - Precondition: there is one of them.
  public func reach(of windows: Range<Int>) -> Range<Int> {
    span(windows.lowerBound).lowerBound..<span(windows.upperBound - 1).upperBound
  }
}
