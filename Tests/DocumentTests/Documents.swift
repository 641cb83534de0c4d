import Foundation

/// The documents beside the sources.
enum Documents {
  static let programs = [
    "patches", "encode", "decode", "pool", "classify", "fit", "mosaic", "inspect",
  ]
  /// What `fit` learns: each has a page of its own, as git's commands have.
  static let fits = [
    "dictionary", "lateral", "lista", "psd", "autoencoder", "drsae", "whiten", "classifier",
    "prune",
    "join", "stack",
  ]
  /// The pages of section 1.
  static let commandPages = programs.map { "\($0).1" } + fits.map { "fit-\($0).1" }
  static let pages = commandPages + ["sparse-model.5", "sparsepipe.7", "tensor-stream.7"]
  static let shells = ["bash", "zsh", "fish"]

  /// The folder that holds Package.swift.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func path(_ name: String) -> String { "\(root)/\(name)" }

  static func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
  }

  /// The names in a folder, hidden ones left out.
  static func names(in folder: String) throws -> Set<String> {
    let names = try FileManager.default.contentsOfDirectory(atPath: path(folder))
    return Set(names.filter { !$0.hasPrefix(".") })
  }

  /// The file that a program's completions for `shell` are in.
  static func completions(of program: String, for shell: String) -> String {
    switch shell {
    case "zsh": "completions/zsh/_\(program)"
    case "fish": "completions/fish/\(program).fish"
    default: "completions/\(shell)/\(program)"
    }
  }
}
