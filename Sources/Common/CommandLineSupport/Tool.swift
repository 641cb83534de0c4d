import ArgumentParser
import ByteIO
import CArguments
import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The suite's version, the same for every program.
public let suiteVersion = "0.1.0"

/// A program of the suite: options in, a library call, a stream out.
///
/// This protocol owns how a program ends: exit codes 0 (done), 1 (bad data or failed input or
/// output) and 2 (wrong usage), and the one line on standard error, `tool: file: problem`.
public protocol Tool: ParsableCommand, NamesFiles {
  /// The command line with what its options stand for.
  static func expanding(_ arguments: [String]) -> [String]
}

extension Tool {
  public static func expanding(_ arguments: [String]) -> [String] { arguments }

  /// The entry of the program, and the only place that ends it.
  public static func main() {
    Process.guardStandardDescriptors()
    keepFreedMemory()
    // A file beyond the limit of its size is a failed write like others, and not the end by a signal.
    signal(SIGXFSZ, SIG_IGN)
    let arguments = expanding(Array(Process.arguments.dropFirst())).withAttachedValues
    do {
      guard !Process.arguments.isEmpty else { throw UsageProblem("started without arguments") }
      var command = try parseAsRoot(arguments)
      if let problem = KernelLevel.requestProblem { throw UsageProblem(problem) }
      if let command = command as? any NamesFiles { try command.namedFiles.check(arguments) }
      try command.run()
    } catch {
      Process.end(with: error, of: Self.self, arguments)
    }
    Process.succeed()
  }
}

/// A command line that asks for what cannot be; ends the program with exit code 2.
public struct UsageProblem: Problem {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// The running program.
public enum Process {
  /// The name the program was started by; a prefix given at installation is part of it.
  public static let name: String = {
    let last = arguments.first?.utf8.split(separator: UInt8(ascii: "/")).last
    return last.map { String(Substring($0)) } ?? "sparsepipe"
  }()

  /// The command line, the program's own name first, as text that gives its bytes back: see
  /// ``Swift/String/init(systemBytes:)``.
  static let arguments: [String] = {
    let count = sp_argument_count()
    return count < 0 ? CommandLine.arguments : (0..<count).map { String(system: sp_argument($0)) }
  }()

  /// Writes one line to standard error, as `tool: message`.
  public static func say(_ message: some CustomStringConvertible) {
    writeToStandardError("\(oneLine(name)): \(oneLine(String(describing: message)))\n")
  }

  static func succeed() -> Never { exit(0) }

  /// Whether a person reads standard error.
  public static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
  public static var standardOutputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  public static var standardInputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Makes sure that no file we open gets the number of a standard stream that was closed: what is
  /// written to a closed standard output must fail, and not land in a model.
  static func guardStandardDescriptors() {
    for (descriptor, mode) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
  }

  /// Reports `error` in one line and ends the program.
  static func end(
    with error: any Error, of command: (some Tool).Type, _ arguments: [String]
  ) -> Never {
    switch error {
    case let usage as UsageProblem: fail(usage, code: 2)
    case let problem as FileProblem where problem.problem as? SystemProblem == .readerGone: exit(1)
    case let problem as any Problem: fail(problem, code: 1)
    default: end(withParserError: error, of: command, arguments)
    }
  }

  private static func fail(_ problem: any Problem, code: Int32) -> Never {
    say(words(of: problem))
    exit(code)
  }

  private static func end(
    withParserError error: any Error, of command: (some Tool).Type, _ arguments: [String]
  ) -> Never {
    let message = command.fullMessage(for: error)
    guard command.exitCode(for: error) != .success else {
      // Help, the version and completion scripts are output like any other: a full disk is an error.
      let output = ByteWriter.standardOutput()
      do {
        try output.write((message + "\n").systemBytes)
        try output.finish()
      } catch {
        end(with: error, of: command, arguments)
      }
      exit(0)
    }
    let subcommands = command.configuration.subcommands.map { $0._commandName }
    let usage = UsageMessage(
      command.message(for: error), arguments: arguments, subcommands: subcommands)
    // The subcommand is part of the last line, See 'fit dictionary --help' for more information.
    let help = message.split(separator: "'").suffix(2).first.map(String.init)
    say("\(usage.text) (see \(help ?? "\(name) --help"))")
    exit(2)
  }
}
