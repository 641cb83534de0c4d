import Foundation
import Testing

/// The rooms of the library: what they may import, what stands in none of them, and what their comments say.
@Suite struct RoomTests {
  /// Swift files by the room that they are in.
  private static func sources() throws -> [(room: String, path: String, text: String)] {
    let folder = Documents.path("Sources/Common")
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap {
      $0 as? String
    }
    return try files.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      (
        String(path.prefix { $0 != "/" }), path,
        try Documents.text("Sources/Common/\(path)")
      )
    }
  }

  /// What comes with the toolchain or stands between programs and their command line.
  private static let foreign: Set = [
    "ArgumentParser", "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl",
    "Synchronization",
  ]

  /// CONTRIBUTING.md has every arrow between rooms, and no other.
  @Test func arrows() throws {
    var drawn: [String: Set<String>] = [:]
    let text = try Documents.text("CONTRIBUTING.md")
    let block = try #require(text.components(separatedBy: "## Arrows").last)
    for line in block.split(separator: "\n") {
      let sides = line.components(separatedBy: "→")
      guard sides.count == 2, !line.hasPrefix("#") else { continue }
      let words = sides[1].split { $0 == " " || $0 == "," }.map(String.init)
      drawn[sides[0].trimmingCharacters(in: .whitespaces)] = Set(words)
    }
    var found: [String: Set<String>] = [:]
    for (room, _, text) in try Self.sources() {
      let imports = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { $0.hasPrefix("import ") }.map { String($0.dropFirst(7)) }
      found[room, default: []].formUnion(Set(imports).subtracting(Self.foreign))
    }
    for (room, imports) in found.filter({ !$0.value.isEmpty }) {
      #expect(drawn[room] == imports, "\(room) imports \(imports.sorted())")
    }
    #expect(Set(drawn.keys) == Set(found.filter { !$0.value.isEmpty }.keys))
  }

  /// Words that name an option stand beside the options.
  @Test func options() throws {
    let support: Set = ["CommandLineSupport", "PictureSupport", "TrainingSupport"]
    for (room, path, text) in try Self.sources() where !support.contains(room) {
      for line in text.split(separator: "\n") where !line.contains("///") {
        let strings = line.split(separator: "\"", omittingEmptySubsequences: false)
          .enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let named = strings.filter { $0.contains(/(^|\s)(--[a-z]|-m\b)/) }
        #expect(named.isEmpty, "\(path): \(named)")
      }
    }
  }

  /// A public type or function with what is above it.
  private struct Declaration {
    let kind: String
    let name: String
    /// The declaration up to its body.
    let text: String
    let comment: String
  }

  private static func declarations(in text: String) -> [Declaration] {
    let lines = text.components(separatedBy: "\n")
    let start =
      /\s*public (?:(?:final|indirect|mutating|static) )*(func|init|struct|enum|class|protocol)\b\s*([\w+=<]*).*/
    return lines.indices.compactMap { index in
      guard let match = lines[index].wholeMatch(of: start) else { return nil }
      var comment: [String] = []
      var above = index - 1
      while above >= 0 {
        let line = lines[above].trimmingCharacters(in: .whitespaces)
        guard line.hasPrefix("///") || line.hasPrefix("@") else { break }
        comment.insert(line, at: 0)
        above -= 1
      }
      let end = lines[index...].firstIndex { $0.contains("{") } ?? index
      return Declaration(
        kind: String(match.1), name: String(match.2),
        text: lines[index...end].joined(separator: " "), comment: comment.joined(separator: " "))
    }
  }

  /// Public types and functions say what they are, and of matrices and rows of numbers which shapes they
  /// have, in brackets. What a protocol asks for is told there, what an initialiser sets beside the property.
  @Test func comments() throws {
    let sources = try Self.sources()
    var told: Set = ["description", "encode", "run", "validate", "=="]
    for (_, _, text) in sources {
      let requirement = /\n  (?:mutating |static )?func (\w+)/
      told.formUnion(text.matches(of: requirement).map { String($0.1) })
    }
    var count = 0
    for (_, path, text) in sources {
      for declaration in Self.declarations(in: text) where !told.contains(declaration.name) {
        let isInitialiser = declaration.kind == "init"
        if isInitialiser, declaration.comment.isEmpty { continue }
        count += 1
        #expect(!declaration.comment.isEmpty, "\(path): \(declaration.text)")
        let numbers = /Matrix\b|\[Float\]|\[Double\]|ArraySlice<Float>/
        guard !isInitialiser, ["func"].contains(declaration.kind),
          declaration.text.contains(numbers)
        else { continue }
        #expect(declaration.comment.contains(/\[[^\]]+\]/), "\(path): \(declaration.text)")
      }
    }
    #expect(count > 300, "\(count)")
  }
}
