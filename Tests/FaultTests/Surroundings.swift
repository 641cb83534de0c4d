import Foundation
import LinearAlgebra
import TestSupport

/// How much is tried. Every test is seeded, so the same cases come every time;
/// `SPARSEPIPE_FAULTS=20` tries twenty times as many.
let effort = max(
  1, ProcessInfo.processInfo.environment["SPARSEPIPE_FAULTS"].flatMap { Int($0) } ?? 1)

/// `count` times the effort of numbers from `range`, the same at every run.
func samples(_ count: Int, of range: ClosedRange<Int>, seed: UInt64) -> [Int] {
  var random = CounterRandom(seed: seed, stream: 7)
  return (0..<count * effort).map { _ in
    range.lowerBound + Int(random.uniform() * Double(range.count))
  }
}

/// Whether the programs are as `make build` leaves them, the Swift runtime inside: only there does
/// a lack of memory end in our words.
let programsStandAlone: Bool = {
  guard let bytes = try? Data(contentsOf: URL(filePath: "\(Child.programFolder)/pool")) else {
    return false
  }
  return bytes.range(of: Data("libswiftCore.so".utf8)) == nil
}()

extension TemporaryFolder {
  /// A folder in which programs find the models of the fixtures.
  static func withModels() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["d.bin", "w.bin", "c.bin", "net.bin", "labels.txt"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: Fixtures.folder.file(name))
    }
    return folder
  }
}

extension Program {
  /// The words after the program's name.
  var arguments: [String] { command.split(separator: " ").dropFirst().map(String.init) }
}
