import Foundation
import TestSupport
import Testing

/// The pages of the programs say of options what the programs say.
@Suite struct OptionTests {
  @Test(arguments: Documents.programs.filter { $0 != "fit" })
  func options(of program: String) throws {
    let page = try ManualPage("\(program).1")
    try compare(page.options(), with: DumpedHelp.of(program), called: program)
  }

  /// `fit.1` has the options that commands share, once, under titles that name the commands; the page of
  /// a command has its own, and of a shared one no more than what is different there.
  @Test(arguments: Documents.fits) func options(ofFit name: String) throws {
    let page = try ManualPage("fit-\(name).1")
    let own = page.options(in: page.subsections(of: "OPTIONS"))
    let shared = try Self.sharedOptions(of: name)
    let inherited = shared.filter { option in !own.contains { $0.names == option.names } }
    try compare(own + inherited, with: Self.subcommand(name), called: "fit \(name)")
    for option in own where shared.contains(where: { $0.names == option.names }) {
      let words = option.text.split { $0.isWhitespace }
      #expect(words.count <= 50, "fit-\(name).1 repeats \(option.names.sorted()) of fit.1")
    }
  }

  /// No command without a page, no page without a command, and the titles of `fit.1` name commands.
  @Test func pagesOfFit() throws {
    let fit = try DumpedHelp.of("fit")
    let commands = try DumpedHelp.fits().map(\.commandName)
    #expect(Set(commands) == Set(Documents.fits))
    let page = try ManualPage("fit.1")
    for title in page.subsections(of: "OPTIONS").subtracting(["", Self.ofAll]) {
      #expect(
        Self.commands(in: title).allSatisfy(commands.contains), "a title of fit.1: \(title)")
    }
    let forAll = page.options(in: [Self.ofAll])
    for argument in fit.arguments ?? [] {
      #expect(forAll.contains { $0.names == argument.optionNames }, "\(argument.optionNames)")
    }
  }

  private static let ofAll = "Options of all"

  private static func sharedOptions(of name: String) throws -> [ManualPage.Option] {
    let page = try ManualPage("fit.1")
    let titles = page.subsections(of: "OPTIONS").filter { commands(in: $0).contains(name) }
    return page.options(in: titles.union([ofAll]))
  }

  /// `Steps: options of lista and psd` are `lista` and `psd`.
  private static func commands(in title: String) -> [String] {
    guard let list = title.components(separatedBy: " of ").last, title.contains(": ") else {
      return []
    }
    return list.replacingOccurrences(of: " and ", with: ", ").components(separatedBy: ", ")
  }

  private static func subcommand(_ name: String) throws -> DumpedHelp.Command {
    try #require(try DumpedHelp.fits().first { $0.commandName == name })
  }

  @Test(arguments: Documents.programs) func synopsis(of program: String) throws {
    let command = try DumpedHelp.of(program)
    let known = ([command] + (command.subcommands ?? [])).reduce(into: Set()) {
      $0.formUnion($1.optionNames)
    }
    let unknown = try ManualPage("\(program).1").synopsisOptions.subtracting(known)
    #expect(unknown.isEmpty, "the synopsis of \(program) names \(unknown.sorted())")
  }

  /// All options of its own are in the synopsis of a `fit`.
  @Test(arguments: Documents.fits) func synopsis(ofFit name: String) throws {
    let page = try ManualPage("fit-\(name).1")
    let unknown = page.synopsisOptions.subtracting(try Self.subcommand(name).optionNames)
    #expect(unknown.isEmpty, "the synopsis of fit \(name) names \(unknown.sorted())")
    let missing = page.options().filter { page.synopsisOptions.isDisjoint(with: $0.names) }
    #expect(missing.isEmpty, "the synopsis of fit \(name) lacks \(missing.map(\.names))")
  }

  private func compare(
    _ documented: [ManualPage.Option], with command: DumpedHelp.Command, called name: String
  ) throws {
    let arguments = (command.arguments ?? []).filter { !$0.optionNames.isEmpty }
    #expect(!arguments.isEmpty)
    for option in documented where !arguments.contains(where: { $0.optionNames == option.names }) {
      Issue.record("\(name) has no option \(option.names.sorted()) that its page describes")
    }
    for argument in arguments {
      let names = argument.optionNames.sorted()
      guard let option = documented.first(where: { $0.names == argument.optionNames }) else {
        Issue.record("the page of \(name) does not describe \(names)")
        continue
      }
      #expect(option.takesValue == (argument.kind == "option"), "value of \(name) \(names)")
      let stated = (argument.allValues ?? []) + (argument.statedDefault.map { [$0] } ?? [])
      func split(_ text: String) -> [Substring] { text.split { " \n,;:".contains($0) } }
      let words = split(option.text)
      let entry = Set(words.map { $0.last == "." ? $0.dropLast() : $0 })
      for value in stated where !split(value).allSatisfy(entry.contains) {
        Issue.record("the page of \(name) does not say \(value) at \(names)")
      }
    }
  }
}
