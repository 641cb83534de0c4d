import Foundation
import TestSupport
import Testing

/// The commands of docs/tutorial.md, in order, print what it shows and draw its pictures.
@Suite struct TutorialTests {
  /// The folder of the photographs, which `make test` names.
  static let photographs = ProcessInfo.processInfo.environment["SPARSEPIPE_PHOTOGRAPHS"]

  @Test func numbers() throws {
    let steps = try Self.steps()
    #expect(steps.map(\.number) == Array(1...15))
    #expect(steps.allSatisfy { $0.commands.count == 1 }, "a command for each number")
    #expect(try Documents.names(in: "docs/tutorial") == Set(steps.flatMap(\.pictures)))
  }

  @Test(.enabled(if: photographs != nil, "SPARSEPIPE_PHOTOGRAPHS names no folder of photographs"))
  func commands() throws {
    let folder = try TemporaryFolder()
    let photographs = try #require(Self.photographs)
    // Without fused multiply-adds there are other digits, and other pictures.
    let isFused = try Fixtures.run("inspect d.bin").text.contains("kernel = fused")
    for name in try FileManager.default.contentsOfDirectory(atPath: photographs)
    where name.hasSuffix(".png") {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: "\(photographs)/\(name)")
    }
    for step in try Self.steps() {
      for command in step.commands {
        let outcome = try Child.shell(
          command, options: .init(folder: folder.path, timeLimit: .seconds(300)))
        try #require(outcome.succeeded, "\(step.number): \(outcome.errors)")
        #expect(outcome.errors.isEmpty, "\(step.number): \(outcome.errors)")
        #expect(!isFused || outcome.text == step.output, "\(step.number) prints \(outcome.text)")
      }
      for picture in step.pictures where isFused {
        let shown = try Data(
          contentsOf: URL(filePath: Documents.path("docs/tutorial/\(picture)")))
        #expect(try folder.read(picture) == Array(shown), "\(step.number): \(picture) differs")
      }
    }
  }

  /// What stands under one numbered heading.
  struct Step {
    let number: Int
    fileprivate(set) var commands: [String] = []
    /// The text block, what the command prints; empty where there is none.
    fileprivate(set) var output = ""
    fileprivate(set) var pictures: [String] = []
  }

  private static func steps() throws -> [Step] {
    var steps: [Step] = []
    var block = ""
    for line in try Documents.text("docs/tutorial.md").components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        block = block.isEmpty ? String(line.dropFirst(3)) : ""
      } else if block.isEmpty, line.hasPrefix("## ") {
        guard let number = Int(line.dropFirst(3).prefix { $0 != "." }) else { continue }
        steps.append(Step(number: number))
      } else if block == "sh" {
        steps[steps.count - 1].commands.append(line)
      } else if block == "text" {
        steps[steps.count - 1].output += line + "\n"
      } else if line.hasPrefix("!["), let name = line.split(separator: "/").last?.dropLast() {
        steps[steps.count - 1].pictures.append(String(name))
      }
    }
    return steps
  }
}
