import ArgumentParser
import Inference

extension PoolChoice {
  /// The value of `--pools`.
  public init(option text: String) throws {
    do { try self.init(text) } catch { throw ValidationError("--pools: \(error)") }
  }
}
