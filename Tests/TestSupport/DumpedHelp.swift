#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a program says of its command line with `--experimental-dump-help`.
public struct DumpedHelp: Decodable {
  public let command: Command

  public struct Command: Decodable {
    public let commandName: String
    /// Those that the help shows.
    public let arguments: [Argument]?
    public let subcommands: [Command]?

    private enum CodingKeys: CodingKey { case commandName, arguments, subcommands }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      commandName = try values.decode(String.self, forKey: .commandName)
      arguments = try values.decodeIfPresent([Argument].self, forKey: .arguments)?
        .filter(\.shouldDisplay)
      subcommands = try values.decodeIfPresent([Command].self, forKey: .subcommands)
    }

    /// The names of all its options.
    public var optionNames: Set<String> {
      (arguments ?? []).reduce(into: []) { $0.formUnion($1.optionNames) }
    }
  }

  public struct Argument: Decodable {
    public let kind: String
    public let shouldDisplay: Bool
    public let names: [Name]?
    public let abstract: String?
    public let allValues: [String]?
    public let defaultValue: String?
    let completionKind: CompletionKind?

    struct CompletionKind: Decodable {
      let file: Extensions?

      struct Extensions: Decodable {}
    }

    public struct Name: Decodable {
      public let kind: String
      public let name: String
    }

    /// `-o` and `--output`; none of what stands by itself.
    public var optionNames: Set<String> {
      Set((names ?? []).map { $0.kind == "long" ? "--\($0.name)" : "-\($0.name)" })
    }

    /// Whether it names a file.
    public var namesFile: Bool { completionKind?.file != nil }

    /// The default, also where it stands in the help text alone.
    public var statedDefault: String? {
      if let defaultValue { return defaultValue }
      let parts = (abstract ?? "").split(separator: "(default: ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let value = parts[1].prefix { $0.isNumber || ".e-".contains($0) }
      return value.first?.isNumber == true ? String(value) : nil
    }
  }

  /// The commands of `fit`.
  public static func fits() throws -> [Command] {
    (try of("fit").subcommands ?? []).filter { $0.commandName != "help" }
  }

  public static func of(_ program: String) throws -> Command {
    let outcome = try Child.run(program, ["--experimental-dump-help"])
    return try JSONDecoder().decode(DumpedHelp.self, from: Data(outcome.output)).command
  }
}
