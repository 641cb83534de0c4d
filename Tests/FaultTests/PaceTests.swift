import Foundation
import TestSupport
import Testing

/// Input and output at any pace give the same bytes.
@Suite struct PaceTests {
  /// Programs that read a header byte for byte, with a small input.
  private static let programs =
    Program.all + [
      Program(command: "fit whiten -q -o /dev/stdout", input: Fixtures.records.bytes)
    ]

  private func run(_ program: Program, _ options: Child.Options) throws -> Child.Outcome {
    var options = options
    options.folder = Fixtures.folder.path
    return try Child.run(program.name, program.arguments, input: program.input, options: options)
  }

  private func expectSame(
    _ program: Program, _ options: Child.Options, _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(program.input, to: "in")
    let expected = try run(program, .init(standardInput: .file(file)))
    let outcome = try run(program, options)
    let isSame = expected.succeeded && outcome == expected
    #expect(
      isSame, "\(program) \(what)", sourceLocation: location)
  }

  @Test(arguments: programs) func bytesOneByOne(_ program: Program) throws {
    try expectSame(program, .init(standardInput: .packets(of: 1)), "a byte at a time")
    try expectSame(program, .init(standardInput: .packets(of: 67)), "67 bytes at a time")
  }

  // A socket, through which outputs are sipped, cannot be opened by its name.
  @Test(arguments: programs.filter { !$0.command.contains("/dev/stdout") })
  func readerThatSips(_ program: Program) throws {
    try expectSame(program, .init(standardOutput: .sipped(3)), "three bytes at a time")
  }

  /// Another process that shares a pipe can make it non-blocking, which must not look like an error.
  @Test(arguments: Program.large) func pipesThatDoNotBlock(_ program: Program) throws {
    try expectSame(
      program, .init(standardOutput: .sipped(4000), isNonBlocking: true), "without blocking")
  }

  /// Stopped and continued over and over, with a signal that nobody handles between.
  @Test(arguments: Program.large) func stoppedAndContinued(_ program: Program) throws {
    let whole = try Fixtures.run(program.command, input: program.input)
    let outcome = try Fixtures.run(
      """
      exec 3<&0
      \(program.command) <&3 & program=$!
      for i in 1 2 3 4 5 6 7 8 9 10; do
        kill -STOP $program; kill -WINCH $program; kill -CHLD $program; kill -CONT $program
      done 2>/dev/null
      wait $program
      """, input: program.input)
    let isSame = whole.succeeded && outcome == whole
    #expect(isSame, "\(program): \(outcome.status) \(outcome.errors)")
  }
}
