import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a program says of its command line with `--experimental-dump-help`.
struct DumpedHelp: Decodable {
  let command: Command

  struct Command: Decodable {
    let commandName: String
    let arguments: [Argument]?
    let subcommands: [Command]?

    /// The names of all its options.
    var optionNames: Set<String> {
      (arguments ?? []).reduce(into: []) { $0.formUnion($1.optionNames) }
    }
  }

  struct Argument: Decodable {
    let kind: String
    let names: [Name]?
    let abstract: String?
    let allValues: [String]?
    let defaultValue: String?
    let completionKind: CompletionKind?

    struct CompletionKind: Decodable {
      let file: Extensions?

      struct Extensions: Decodable {}
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }

    /// `-o` and `--output`; none of what stands by itself.
    var optionNames: Set<String> {
      Set((names ?? []).map { $0.kind == "long" ? "--\($0.name)" : "-\($0.name)" })
    }

    /// Whether it names a file.
    var namesFile: Bool { completionKind?.file != nil }

    /// The default, also where it stands in the help text alone.
    var statedDefault: String? {
      if let defaultValue { return defaultValue }
      let parts = (abstract ?? "").split(separator: "(default: ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let value = parts[1].prefix { $0.isNumber || ".e-".contains($0) }
      return value.first?.isNumber == true ? String(value) : nil
    }
  }

  static func of(_ program: String) throws -> Command {
    let outcome = try Child.run(program, ["--experimental-dump-help"])
    return try JSONDecoder().decode(DumpedHelp.self, from: Data(outcome.output)).command
  }
}
