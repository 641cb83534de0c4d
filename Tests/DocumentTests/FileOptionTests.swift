import TestSupport
import Testing

/// No file that a program writes may be one that it reads, or writes as well: every option that names
/// a file against every other, as the programs list them.
@Suite struct FileOptionTests {
  /// A command and the options that it cannot do without.
  struct Command: Sendable, CustomStringConvertible {
    let name: String
    var needs: [String] = []
    /// Options that have no effect without others.
    var companions: [String: String] = [:]
    /// Options that go with no other.
    var alone: Set<String> = []
    var description: String { name }
  }

  static let commands =
    [
      Command(
        name: "patches", needs: ["--labels", "--labels-out"],
        companions: ["--means-out": "--center 3"], alone: ["--means"]),
      Command(name: "encode", companions: ["--mask": "--solver fista"]),
      Command(
        name: "decode", companions: ["--mask": "--fill /dev/null", "--fill": "--mask /dev/null"]),
      Command(name: "pool"), Command(name: "classify", needs: ["--model"]),
      Command(name: "mosaic", companions: ["--codes": "--order use --built-in"]),
      Command(
        name: "inspect", companions: ["--model-out": "--built-in"],
        alone: ["--inhibition", "--variances"]),
      Command(name: "fit classifier", needs: ["--labels", "--output"]),
      Command(name: "fit drsae", needs: ["--labels", "--output"]),
    ]
    + ["autoencoder", "dictionary", "lista", "psd"].map {
      Command(name: "fit \($0)", needs: ["--output"])
    }
    + [Command(name: "fit whiten", needs: ["--output"])]

  static let written: Set = [
    "--output", "--log", "--checkpoint", "--labels-out", "--means-out", "--model-out",
  ]

  private func arguments(_ command: Command) throws -> [DumpedHelp.Argument] {
    let words = command.name.split(separator: " ").map(String.init)
    let help = try DumpedHelp.of(words[0])
    guard words.count > 1 else { return help.arguments ?? [] }
    return help.subcommands?.first { $0.commandName == words[1] }?.arguments ?? []
  }

  /// The long names of the options that name files.
  private func options(_ command: Command) throws -> [String] {
    try arguments(command).filter(\.namesFile).compactMap { argument in
      argument.optionNames.first { $0.hasPrefix("--") }
    }.filter { !command.alone.contains($0) }
  }

  private func run(
    _ command: Command, _ chosen: [String: String], _ rest: String = "", in folder: TemporaryFolder
  ) throws -> Child.Outcome {
    var values = Dictionary(uniqueKeysWithValues: command.needs.map { ($0, "needed\($0)") })
    values.merge(chosen) { _, new in new }
    let options = values.sorted { $0.key < $1.key }.map { name, value in
      "\(name) \(value) \(command.companions[name] ?? "")"
    }
    return try Child.shell(
      "\(command.name) \(options.joined(separator: " ")) \(rest)",
      options: .init(folder: folder.path))
  }

  private func expectRefusal(
    _ outcome: Child.Outcome, of command: Command, saying words: String, _ what: String
  ) {
    let name = String(command.name.split(separator: " ")[0])
    #expect(
      outcome.isFailure(code: 2, of: name, saying: words), "\(command) \(what): \(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: commands) func filesOfTheirOwn(_ command: Command) throws {
    let folder = try TemporaryFolder()
    try folder.write("what is there", to: "same")
    let options = try options(command)
    let outputs = options.filter(Self.written.contains)
    #expect(!outputs.isEmpty)
    for output in outputs {
      for other in options
      where other != output && [output, other] != ["--checkpoint", "--resume"] {
        let outcome = try run(command, [output: "same", other: "./same"], in: folder)
        expectRefusal(outcome, of: command, saying: "need files of their own", "\(output) \(other)")
      }
      // Beside the built-in model nothing is read.
      for (rest, what) in [("same", "same"), ("<same", "same")] where output != "--model-out" {
        let outcome = try run(command, [output: "./same"], rest, in: folder)
        expectRefusal(outcome, of: command, saying: "would overwrite what is read, ./\(what)", rest)
      }
      let dash = try run(command, [output: "-"], in: folder)
      expectRefusal(dash, of: command, saying: "needs the name of a file, not -", output)
    }
    #expect(try folder.read("same") == Array("what is there".utf8))
    #expect(try folder.names() == ["same"])
  }

  /// What is read is looked at before standard input is: a wrong name is told at once.
  @Test(arguments: commands) func missingFiles(_ command: Command) throws {
    let folder = try TemporaryFolder()
    for name in command.needs { try folder.write("", to: "needed\(name)") }
    for option in try options(command).filter({ !Self.written.contains($0) }) {
      let outcome = try run(command, [option: "missing"], "< .", in: folder)
      let name = String(command.name.split(separator: " ")[0])
      #expect(
        outcome.isFailure(of: name, saying: "missing: cannot open: no such file"),
        "\(command) \(option): \(outcome.errors)")
    }
  }

  /// A letter whose value may stand with it is one in all programs.
  @Test(arguments: commands) func attachedValues(_ command: Command) throws {
    let folder = try TemporaryFolder()
    for argument in try arguments(command) where argument.kind == "option" {
      for name in argument.optionNames where !name.hasPrefix("--") {
        let outcome = try run(command, [:], "\(name)1 --no-such-option", in: folder)
        #expect(!outcome.errors.contains("'\(name)1'"), "\(command): \(outcome.errors)")
      }
    }
  }
}
