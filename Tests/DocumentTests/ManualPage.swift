/// A page of the manual, as far as tests look into it: sections, options, literal blocks.
struct ManualPage {
  /// What stands under one `.Sh`, and under one `.Ss` of it.
  struct Section {
    /// The `.Sh`.
    let name: String
    /// The `.Ss`; empty before the first.
    let subsection: String
    fileprivate(set) var lines: [String] = []
  }

  /// An entry of a list of options.
  struct Option {
    /// `-o` and `--output`.
    let names: Set<String>
    /// Whether the entry names a value.
    let takesValue: Bool
    /// The whole entry.
    let text: String
  }

  let sections: [Section]

  init(_ file: String) throws {
    var sections: [Section] = []
    var name = ""
    for line in try Documents.text("man/\(file)").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix(".Sh ") {
        name = String(line.dropFirst(4))
        sections.append(Section(name: name, subsection: ""))
      } else if line.hasPrefix(".Ss ") {
        sections.append(Section(name: name, subsection: String(line.dropFirst(4))))
      } else if !sections.isEmpty {
        sections[sections.count - 1].lines.append(String(line))
      }
    }
    self.sections = sections
  }

  /// The names of the sections, in order.
  var sectionNames: [String] {
    sections.filter { $0.subsection.isEmpty }.map(\.name)
  }

  /// The titles in a section; the empty one stands for what is before the first.
  func subsections(of name: String) -> Set<String> {
    Set(sections.filter { $0.name == name }.map(\.subsection))
  }

  /// The lines of a section with all its subsections.
  func lines(of name: String) -> [String] {
    sections.filter { $0.name == name }.flatMap(\.lines)
  }

  /// All words of the page, without the marks around them.
  var words: Set<String> {
    let words = sections.flatMap(\.lines).flatMap { $0.split(separator: " ") }
    return Set(words.map { String($0.drop { $0 == "\"" }) })
  }

  // MARK: Options

  /// The options of section OPTIONS whose subsection is one of `subsections`.
  func options(in subsections: Set<String> = [""]) -> [Option] {
    let lines = sections.filter { $0.name == "OPTIONS" && subsections.contains($0.subsection) }
      .flatMap(\.lines)
    var entries: [[String]] = []
    for line in lines {
      if line.hasPrefix(".It Fl ") {
        entries.append([line])
      } else if line == ".El" {
        continue
      } else if !entries.isEmpty {
        entries[entries.count - 1].append(line)
      }
    }
    return entries.map { entry in
      Option(
        names: Self.flags(in: entry[0]),
        takesValue: entry[0].contains(" Ar ") || entry[0].contains(" Cm "),
        text: entry.joined(separator: "\n"))
    }
  }

  /// The options that the synopsis names.
  var synopsisOptions: Set<String> {
    lines(of: "SYNOPSIS").reduce(into: []) { $0.formUnion(Self.flags(in: $1)) }
  }

  private static func flags(in line: String) -> Set<String> {
    let words = line.split(separator: " ").map(String.init)
    return Set(
      zip(words, words.dropFirst()).filter { $0.0 == "Fl" || $0.0 == ".Fl" }.map { "-\($0.1)" })
  }

  // MARK: Literal blocks

  /// The texts of literal blocks, as a terminal shows them.
  func literals(in name: String, subsection: String? = nil) throws -> [String] {
    var blocks: [String] = []
    for section in sections
    where section.name == name && (subsection ?? section.subsection) == section.subsection {
      var block: [String]?
      for line in section.lines {
        if line.hasPrefix(".Bd -literal") {
          block = []
        } else if line == ".Ed" {
          if let block { blocks.append(block.map { $0 + "\n" }.joined()) }
          block = nil
        } else {
          try block?.append(Self.shown(line))
        }
      }
    }
    return blocks
  }

  /// The commands of section EXAMPLES: what follows `$ `, with the lines that go on after a backslash
  /// or begin with `> `.
  func commands() throws -> [String] {
    var commands: [String] = []
    for block in try literals(in: "EXAMPLES") {
      var goesOn = false
      for line in block.split(separator: "\n").map(String.init) {
        if line.hasPrefix("$ ") {
          commands.append(String(line.dropFirst(2)))
        } else if line.hasPrefix("> ") || goesOn {
          commands[commands.count - 1] += "\n" + line.dropFirst(goesOn ? 0 : 2)
        } else {
          continue
        }
        goesOn = line.hasSuffix("\\")
      }
    }
    return commands
  }

  /// A line of a literal block with its escapes replaced.
  private static func shown(_ line: String) throws -> String {
    var result = ""
    var rest = line[...]
    while let character = rest.popFirst() {
      guard character == "\\" else {
        result.append(character)
        continue
      }
      guard let (escape, text) = escapes.first(where: { rest.hasPrefix($0.0) }) else {
        throw UnknownEscape(line: line)
      }
      result += text
      rest = rest.dropFirst(escape.count)
    }
    return result
  }

  private static let escapes = [
    ("e", "\\"), ("(aq", "'"), ("(ga", "`"), ("(ha", "^"), ("(ti", "~"), ("-", "-"), ("&", ""),
  ]

  struct UnknownEscape: Error {
    let line: String
  }
}
