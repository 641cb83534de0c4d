import ArgumentParser

/// A command whose options have other defaults under a name.
public protocol PresetCommand: ParsableCommand {
  static var presets: [Preset] { get }
}

/// Options under a name: on a command line they stand before all others, which may change them.
public struct Preset: Sendable {
  let name: String
  let arguments: [String]

  /// - Parameter arguments: as in a shell, separated by spaces.
  public init(_ name: String, _ arguments: String) {
    self.name = name
    self.arguments = arguments.split(separator: " ").map(String.init)
  }
}

/// `--preset`.
public struct PresetOption<Command: PresetCommand>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A set of options, which others override: "
        + Command.presets.map(\.name).joined(separator: ", ") + ".", valueName: "name"))
  var preset: PresetName<Command>?

  public init() {}
}

struct PresetName<Command: PresetCommand>: ExpressibleByArgument {
  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
  }

  static var allValueStrings: [String] { Command.presets.map(\.name) }
}

extension ParsableCommand {
  /// A command line with the options of the preset that a subcommand is asked for.
  public static func expandingPresets(_ arguments: [String]) -> [String] {
    let subcommand = configuration.subcommands.first { $0._commandName == arguments.first }
    guard let command = subcommand as? any PresetCommand.Type else { return arguments }
    let options = arguments.dropFirst()
    let names =
      zip(options, options.dropFirst()).filter { $0.0 == "--preset" }.map(\.1)
      + options.filter { $0.hasPrefix("--preset=") }.map { String($0.dropFirst(9)) }
    let presets = names.compactMap { name in command.presets.first { $0.name == name } }
    return arguments.prefix(1) + presets.flatMap(\.arguments) + options
  }
}
