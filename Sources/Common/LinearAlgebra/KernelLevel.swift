import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which kernels run. Levels with fused multiply-adds (``avx512``, ``avx2``, ``neon``) give the same
/// bits; ``portable`` rounds products and sums separately and is a level of its own.
public enum KernelLevel: String, Sendable, CaseIterable {
  /// x86-64 with AVX-512 F, VL, DQ and BW: 16 floats at a time.
  case avx512
  /// x86-64 with AVX2 and FMA: 8 floats at a time.
  case avx2
  /// arm64: 4 floats at a time.
  case neon
  /// Any processor, without fused multiply-adds.
  case portable

  /// What this process uses: the best the processor has, or the lower level that the environment
  /// variable `SPARSEPIPE_KERNEL` asks for.
  public static var current: KernelLevel { choice.level }

  /// Why the request in `SPARSEPIPE_KERNEL` was not followed, nil where it was or there is none.
  /// Ends a program as wrong usage: ``current`` is then not what the user asked for.
  public static var requestProblem: String? { choice.problem }

  /// The levels this build has on this processor, best first.
  public static let available: [KernelLevel] = allCases.filter {
    sp_kernels_at($0.cLevel) != nil
  }

  /// Whether sums of products are chains of fused multiply-adds.
  public var isFused: Bool { self != .portable }

  private static let choice = choose(
    request: getenv("SPARSEPIPE_KERNEL").map { String(cString: $0) }, available: available)

  /// The level for a request, and what is wrong with the request.
  package static func choose(
    request: String?, available: [KernelLevel]
  ) -> (level: KernelLevel, problem: String?) {
    let best = available[0]
    guard let request, !request.isEmpty else { return (best, nil) }
    if let level = KernelLevel(rawValue: request), available.contains(level) { return (level, nil) }
    let names = available.map(\.rawValue).joined(separator: ", ")
    let what = KernelLevel(rawValue: request) == nil ? "no such level" : "not on this processor"
    return (best, "SPARSEPIPE_KERNEL=\(request): \(what), expected one of \(names)")
  }

  var cLevel: sp_level {
    switch self {
    case .avx512: SP_AVX512
    case .avx2: SP_AVX2
    case .neon: SP_NEON
    case .portable: SP_PORTABLE
    }
  }

  /// The table of kernels. The level must be available.
  var kernels: sp_kernels {
    guard let kernels = sp_kernels_at(cLevel) else {
      preconditionFailure("the kernels of \(rawValue) are not available")
    }
    return kernels.pointee
  }
}

extension sp_kernels {
  /// The kernels of ``KernelLevel/current``: addresses of tables that nothing writes to.
  nonisolated(unsafe) static let current = KernelLevel.current.kernels
}
