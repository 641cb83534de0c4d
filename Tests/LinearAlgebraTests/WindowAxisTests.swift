import LinearAlgebra
import Testing

/// Windows along an axis against a count of the places where one fits.
@Suite struct WindowAxisTests {
  @Test(arguments: [1, 2, 7, 12], [1, 2, 5]) func places(_ length: Int, _ size: Int) {
    for stride in 1...6 {
      for padding in 0..<size {
        let places = Swift.stride(from: -padding, through: length + padding - size, by: stride)
        let starts = Array(places)
        let axis = WindowAxis(length, size: size, stride: stride, padding: padding)
        #expect((axis == nil) == starts.isEmpty)
        guard let axis, let last = starts.last else { continue }
        #expect((0..<axis.count).map(axis.start) == starts)
        #expect(axis.leftover == length + padding - (last + size) && !axis.isFlush)
        for (index, start) in starts.enumerated() {
          #expect(axis.span(index) == max(0, start)..<min(length, start + size))
        }
        let covering = WindowAxis(
          length, size: size, stride: stride, padding: padding, covers: true)
        let end = length + padding - size
        #expect(covering?.leftover == 0 && covering?.isFlush == (axis.leftover > 0))
        #expect(covering.map { $0.start($0.count - 1) } == end)
      }
    }
  }

  /// A header that lies says such lengths.
  @Test func huge() {
    let axis = WindowAxis(Int.max, size: 3, stride: 2)
    #expect(axis?.count == (Int.max - 3) / 2 + 1)
    #expect(WindowAxis(0, size: 1) == nil && WindowAxis(2, size: 3) == nil)
  }
}
