import Foundation
import TestSupport
import Testing

/// Cases as folders, `Tests/Cases/<tool>/<case>/`: `cmd` (a line of shell that runs in the folder),
/// `in.npy` for its standard input, and what is expected: `out.npy` or `out.txt`, `err`, `status`.
/// `RECORD=1` writes these three anew; the difference is to be reviewed.
@Suite struct GoldenCaseTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Cases").path

  static let cases: [String] = {
    let manager = FileManager.default
    let tools = (try? manager.contentsOfDirectory(atPath: root).sorted()) ?? []
    return tools.flatMap { tool in
      ((try? manager.contentsOfDirectory(atPath: "\(root)/\(tool)").sorted()) ?? []).map {
        "\(tool)/\($0)"
      }
    }
  }()

  /// Of every program there is what it gives where all is well, not its failures alone.
  @Test func everyProgramSucceeds() throws {
    let programs = Set(Program.all.map(\.name) + ["fit"])
    let successes = Self.cases.filter { name in
      FileManager.default.contents(atPath: "\(Self.root)/\(name)/status") == Data("0\n".utf8)
    }
    #expect(Set(successes.map { String($0.prefix { $0 != "/" }) }) == programs)
  }

  @Test(arguments: cases) func golden(_ name: String) throws {
    let folder = "\(Self.root)/\(name)"
    func read(_ file: String) -> [UInt8]? {
      FileManager.default.contents(atPath: "\(folder)/\(file)").map { Array($0) }
    }
    let command = String(decoding: try #require(read("cmd")), as: UTF8.self)
    let outcome = try Child.shell(
      command, input: read("in.npy") ?? [], options: .init(folder: folder))
    guard case .exited(let status) = outcome.status else {
      Issue.record("\(name): \(outcome.status)")
      return
    }
    let output = outcome.output.starts(with: [0x93]) ? "out.npy" : "out.txt"
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      for old in ["out.npy", "out.txt"] {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(old)")
      }
      try Data(outcome.output).write(to: URL(filePath: "\(folder)/\(output)"))
      try Data(outcome.errors.utf8).write(to: URL(filePath: "\(folder)/err"))
      try Data("\(status)\n".utf8).write(to: URL(filePath: "\(folder)/status"))
    }
    #expect(read(output) == outcome.output, "\(name): \(outcome.text.prefix(2000))")
    #expect(read("err").map { String(decoding: $0, as: UTF8.self) } == outcome.errors, "\(name)")
    #expect(read("status") == Array("\(status)\n".utf8), "\(name)")
  }
}
