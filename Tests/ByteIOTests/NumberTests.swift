import ByteIO
import Testing

@Suite struct NumberTests {
  /// Against the processor's, where Swift has it.
  @Test func everyHalfIsExact() {
    #if arch(arm64) || os(Linux)
      for bits in UInt16.min...UInt16.max {
        let (found, expected) = (float(ofHalf: bits), Float(Float16(bitPattern: bits)))
        let agrees = expected.isNaN ? found.isNaN : found.bitPattern == expected.bitPattern
        if !agrees { Issue.record("\(bits): \(found), expected \(expected)") }
      }
    #endif
  }

  @Test func countsOfElements() {
    #expect(elementCount(of: []) == 1)
    #expect(elementCount(of: [3, 1, 5]) == 15)
    #expect(elementCount(of: [.max]) == .max)
    #expect(elementCount(of: [1 << 32, 1 << 31]) == nil)
    #expect(elementCount(of: [3, -1]) == nil)
    #expect(elementCount(of: [3, 5], atMost: 15) == 15)
    #expect(elementCount(of: [3, 5], atMost: 14) == nil)
    // In any order.
    for shape in [[0, 1 << 32, 1 << 32], [1 << 32, 0, 1 << 32], [0, -1], [-1, 0]] {
      #expect(elementCount(of: shape) == nil, "\(shape)")
    }
    #expect(elementCount(of: [7, 0]) == 0)
    #expect(elementCount(of: [7, 0], atMost: 6) == nil)
  }
}
