import Foundation
import FuzzTargets
import Testing

/// The corpus and every input that once crashed a reader, through the targets of `Fuzz/`, without
/// libFuzzer: each has to end in a value or in a problem, or it ends the tests.
@Suite struct ReplayTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fuzz")

  static func inputs(_ kind: String, _ target: FuzzTarget) -> [URL] {
    let folder = folder.appending(path: "\(kind)/\(target.rawValue)")
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
  }

  @Test(arguments: FuzzTarget.allCases) func replay(_ target: FuzzTarget) throws {
    let corpus = Self.inputs("corpus", target)
    #expect(corpus.count >= 5, "\(target) has hardly a corpus")
    var taken = 0
    for file in corpus where target.run(Array(try Data(contentsOf: file))) { taken += 1 }
    #expect((1..<corpus.count).contains(taken), "\(target) takes \(taken) of \(corpus.count)")
  }

  /// Nearly all of what crashed is bad input; which of it is not is said here.
  @Test(arguments: FuzzTarget.allCases) func crash(_ target: FuzzTarget) throws {
    let taken = try Self.inputs("crashes", target).filter {
      target.run(Array(try Data(contentsOf: $0)))
    }
    let expected =
      target == .model
      ? [
        "atom-whose-norm-overflows", "atoms-whose-bound-is-subnormal",
        "atoms-whose-norms-are-nearly-beyond-float",
      ] : []
    #expect(taken.map(\.lastPathComponent) == expected)
  }
}
