import Foundation
import Testing

/// The pages of the programs say of options what the programs say.
@Suite struct OptionTests {
  @Test(arguments: Documents.programs.filter { $0 != "fit" })
  func options(of program: String) throws {
    let page = try ManualPage("\(program).1")
    try compare(page.options(), with: DumpedHelp.of(program), called: program)
  }

  @Test func optionsOfFit() throws {
    let page = try ManualPage("fit.1")
    let fit = try DumpedHelp.of("fit")
    let shared = page.options(in: ["Options of all"])
    let own = fit.arguments ?? []
    for argument in own {
      #expect(shared.contains { $0.names == argument.optionNames }, "fit \(argument.optionNames)")
    }
    let subcommands = (fit.subcommands ?? []).filter { $0.commandName != "help" }
    let titles = Set(page.sections.filter { $0.name == "OPTIONS" }.map(\.subsection))
      .subtracting(["", "Options of all"])
    for command in subcommands {
      let name = "fit \(command.commandName)"
      // A title names the commands that have its options.
      let own = titles.filter { title in
        title.components(separatedBy: CharacterSet(charactersIn: ",:")).contains { part in
          part.components(separatedBy: " and ").contains { $0.hasSuffix(name) }
        }
      }
      #expect(own.contains("Options of \(name)"), "\(titles)")
      try compare(page.options(in: own) + shared, with: command, called: name)
    }
  }

  @Test(arguments: Documents.programs) func synopsis(of program: String) throws {
    let fit = try DumpedHelp.of(program)
    let arguments = ([fit] + (fit.subcommands ?? [])).flatMap { $0.arguments ?? [] }
    let known = arguments.reduce(into: Set()) { $0.formUnion($1.optionNames) }
    let unknown = try ManualPage("\(program).1").synopsisOptions.subtracting(known)
    #expect(unknown.isEmpty, "the synopsis of \(program) names \(unknown.sorted())")
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
