import TestSupport
import Testing

/// A person at a terminal gets words, never bytes.
@Suite struct TerminalTests {
  private func arguments(_ program: Program) -> [String] {
    program.command.split(separator: " ").dropFirst().map(String.init)
  }

  @Test(arguments: Program.all) func output(_ program: Program) throws {
    let outcome = try Child.onTerminal(
      program.name, arguments(program), input: program.input,
      options: .init(folder: Fixtures.folder.path))
    if program.name == "mosaic" || program.command.contains("-r") {
      expectFailure(outcome, code: 2, from: program.name, saying: "-o", program.command)
      #expect(outcome.terminal.isEmpty)
    } else {
      #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.terminal.hasSuffix("\n") && !outcome.terminal.contains("NUMPY"))
      guard program.isFilter else { return }
      let reported = try Fixtures.run("\(program) | inspect", input: program.input)
      // Of codes inspect tells more, lines that are set in.
      let lines = reported.text.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      #expect(lines.map { $0 + "\n" }.joined() == outcome.terminal)
    }
  }

  @Test(arguments: Program.all + Program.fits) func input(_ program: Program) throws {
    let output = program.name == "fit" ? ["-o", "/dev/null"] : []
    let outcome = try Child.run(
      program.name, arguments(program) + output,
      options: .init(
        folder: Fixtures.folder.path, standardInput: .terminal, timeLimit: .seconds(10)))
    expectFailure(outcome, code: 2, from: program.name, saying: "terminal", program.command)
    #expect(outcome.output.isEmpty)
  }

  @Test func progressAndItsFailure() throws {
    let options = Child.Options(folder: Fixtures.folder.path, standardError: .terminal)
    let arguments = ["dictionary", "--code", "4", "--epochs", "3", "--dc", "-o", "/dev/null"]
    let outcome = try Child.run("fit", arguments, input: Fixtures.records.bytes, options: options)
    #expect(outcome.succeeded && outcome.terminal.hasSuffix("\n"))
    #expect(outcome.terminal.contains("\r") && outcome.terminal.contains("3/3"))
    let plain = try Child.run(
      "fit", arguments, input: Fixtures.records.bytes, options: .init(folder: options.folder))
    #expect(!plain.errors.contains("\r") && plain.errors.contains("fit: 3/3"))
  }
}
