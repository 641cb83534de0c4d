import TestSupport
import Testing

/// What compares must be able to fail.
@Suite struct ComparerTests {
  @Test func sameBitsTellsApart() {
    #expect(sameBits([1, .nan, .infinity], [1, .nan, .infinity]) && sameBits([], []))
    #expect(!sameBits([0], [-0.0]) && !sameBits([1], [Float(1).nextUp]))
    #expect(!sameBits([0, 0], [1, 2]) && !sameBits([1], [1, 1]) && !sameBits([.nan], [1]))
  }

  @Test func ulpsCountFloats() {
    #expect(ulps(1, from: 1) == 0 && ulps(Float(1).nextUp.nextUp, from: 1) == 2)
    #expect(ulps(0, from: 1) > 1e6)
    #expect(ulps(.nan, from: 1) == .infinity && ulps(1, from: .nan) == .infinity)
  }

  @Test func agreeingIsWithinATolerance() {
    #expect(agree([1, 2], [1.1, 2], within: 0.2) && agree([], [], within: 0))
    #expect(!agree([0, 0], [1, 2], within: 0.2) && !agree([1], [1, 1], within: 9))
    #expect(!agree([.nan], [.nan], within: 9) && !agree([.infinity], [.infinity], within: 9))
  }

  @Test func plainTwinsRoundAsTheySay() {
    // (1 + ε)² − 1 − 2ε is ε² with one rounding, 0 with two.
    let x = 1 + Float.ulpOfOne
    #expect(TermRounding.fused.add(x, x, to: -1 - 2 * .ulpOfOne) == .ulpOfOne * .ulpOfOne)
    #expect(TermRounding.separate.add(x, x, to: -1 - 2 * .ulpOfOne) == 0)
  }
}
