import LinearAlgebra
import Synchronization

/// Weights that are packed at their first use: many an encoder is made to be written, or to be packed for windows.
final class PackedOnce: Sendable {
  private let weights: [Matrix]
  private let packed = Mutex<[PackedMatrix]?>(nil)

  init(_ weights: [Matrix]) { self.weights = weights }

  func callAsFunction() -> [PackedMatrix] {
    packed.withLock { packed in
      if let packed { return packed }
      let all = weights.map { PackedMatrix($0) }
      packed = all
      return all
    }
  }
}
