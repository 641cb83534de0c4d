import LinearAlgebra
import Testing

@Suite struct KernelLevelTests {
  @Test func portableIsEverywhere() {
    #expect(KernelLevel.available.last == .portable)
    #expect(KernelLevel.available.contains(.current))
  }

  @Test func aRequestIsFollowed() {
    let choice = KernelLevel.choose(request: "portable", available: [.avx512, .avx2, .portable])
    #expect(choice.level == .portable && choice.problem == nil)
    let lower = KernelLevel.choose(request: "avx2", available: [.avx512, .avx2, .portable])
    #expect(lower.level == .avx2 && lower.problem == nil)
  }

  @Test(arguments: [nil, ""]) func noRequest(request: String?) {
    let choice = KernelLevel.choose(request: request, available: [.neon, .portable])
    #expect(choice.level == .neon && choice.problem == nil)
  }

  @Test func anImpossibleRequestIsAProblem() {
    let higher = KernelLevel.choose(request: "avx512", available: [.avx2, .portable])
    #expect(higher.level == .avx2)
    #expect(
      higher.problem
        == "SPARSEPIPE_KERNEL=avx512: not on this processor, expected one of avx2, portable")
    let unknown = KernelLevel.choose(request: "sse9", available: [.avx2, .portable])
    #expect(
      unknown.problem == "SPARSEPIPE_KERNEL=sse9: no such level, expected one of avx2, portable")
  }
}
