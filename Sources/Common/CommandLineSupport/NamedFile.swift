import ByteIO

/// A file that the command line names, and what becomes of it.
public struct NamedFile: Sendable {
  enum Use {
    /// - Parameter mayBeBad: whether it need not be there.
    case input(mayBeBad: Bool)
    /// What is written; `replaced` is the option of an input that it may take the place of.
    case output(replaced: String?, isOptional: Bool)
  }

  /// As the user writes it; nil for an input that stands by itself and for standard output.
  let option: String?
  /// `-` is standard input; nil is standard output.
  let path: String?
  let use: Use

  var isInput: Bool { if case .input = use { true } else { false } }
  var readsStandardInput: Bool { isInput && path == "-" }

  /// Where it is, nil for what is no regular file.
  fileprivate var place: FilePlace? {
    guard let path else { return .standardOutput }
    return readsStandardInput ? .standardInput : FilePlace(path)
  }

  /// What messages call it.
  fileprivate var name: String { option ?? (isInput ? "the input" : "standard output") }
}

extension [NamedFile] {
  /// The file of an option that reads one; none where the option is not given.
  public static func input(_ option: String, _ path: String?) -> [NamedFile] {
    path.map { [NamedFile(option: option, path: $0, use: .input(mayBeBad: false))] } ?? []
  }

  /// Files that stand by themselves, standard input where there is none.
  /// - Parameter mayBeBad: whether they need not be there.
  public static func inputs(_ paths: [String], mayBeBad: Bool = false) -> [NamedFile] {
    (paths.isEmpty ? ["-"] : paths).map {
      NamedFile(option: nil, path: $0, use: .input(mayBeBad: mayBeBad))
    }
  }

  /// The file of an option that writes one; none where the option is not given.
  /// - Parameter input: the option of a file that may be the same.
  public static func output(
    _ option: String, _ path: String?, replacing input: String? = nil
  ) -> [NamedFile] {
    let use = NamedFile.Use.output(replaced: input, isOptional: false)
    return path.map { [NamedFile(option: option, path: $0, use: use)] } ?? []
  }

  /// The file of `-o`, standard output where it is not given.
  public static func outputOrStandard(_ path: String?) -> [NamedFile] {
    let use = NamedFile.Use.output(replaced: nil, isOptional: true)
    return [NamedFile(option: path == nil ? nil : "-o", path: path, use: use)]
  }

  /// Refuses files that cannot be, or that would be lost in one another, before any is opened.
  /// - Parameter arguments: the command line, to see what was given twice.
  /// - Throws: ``UsageProblem``; `SystemProblem`, with the file's name, for one that cannot be read.
  func check(_ arguments: [String]) throws {
    for file in self { try file.checkName() }
    let outputs = filter { !$0.isInput }
    for option in outputs.compactMap(\.option) { try requireOnce(option, in: arguments) }
    try requireOneReader()
    try requireFilesOfTheirOwn()
    for file in self where !file.readsStandardInput {
      if case .input(mayBeBad: false) = file.use { try checkReadable(file.path ?? "") }
    }
  }

  /// Refuses an output that is another of the files.
  /// - Throws: ``UsageProblem``.
  public func requireFilesOfTheirOwn() throws {
    let inputs = filter(\.isInput).map { ($0, $0.place) }
    var others = inputs
    for output in self where !output.isInput {
      guard let place = output.place else { continue }
      for (other, otherPlace) in others where place == otherPlace {
        try output.requireOther(than: other)
      }
      others.append((output, place))
    }
  }

  private func requireOneReader() throws {
    let readers = filter(\.readsStandardInput)
    guard readers.count > 1 else { return }
    let names = readers.map(\.name)
    guard names[0] != names[1] else { throw UsageProblem("standard input, -, can be read once") }
    throw UsageProblem("standard input, -, can be read once, not as \(names[0]) and as \(names[1])")
  }

  /// The last of an option that is given twice wins, but nobody means to write one of two outputs.
  private func requireOnce(_ option: String, in arguments: [String]) throws {
    let names = option == "-o" ? ["-o", "--output"] : [option]
    let given = arguments.prefix { $0 != "--" }.count { argument in
      names.contains { name in
        // The value of a letter may follow it at once.
        argument == name || argument.hasPrefix(name.hasPrefix("--") ? "\(name)=" : name)
      }
    }
    if given > 1 { throw UsageProblem("\(option) is given \(given) times, expected one output") }
  }
}

extension NamedFile {
  fileprivate func checkName() throws {
    if path == "" { throw UsageProblem("\(name) needs the name of a file, got an empty one") }
    guard path == "-" else { return }
    if case .output(_, let isOptional) = use {
      let hint = isOptional ? "; without \(name) the output goes to standard output" : ""
      throw UsageProblem("\(name) needs the name of a file, not -\(hint)")
    }
    if option != nil, Process.standardInputIsTerminal {
      throw UsageProblem("\(name) is standard input, which is a terminal; expected a file")
    }
  }

  fileprivate func requireOther(than file: NamedFile) throws {
    if case .output(let option?, _) = use, option == file.option { return }
    let path = path ?? inputName(file.path ?? "")
    guard option != nil, file.option != nil else {
      throw UsageProblem("\(name) would overwrite what is read, \(path)")
    }
    throw UsageProblem("\(name) and \(file.name) need files of their own, both are \(path)")
  }
}

/// What names files on its command line: a command, or a group of options.
public protocol NamesFiles {
  /// All of them, read or written.
  var namedFiles: [NamedFile] { get }
}
