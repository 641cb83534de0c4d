import Foundation

/// Runs programs as a shell does: input fed while the output is drained, standard error apart, the
/// exit status kept, nothing inherited but what was meant.
public enum Child {
  /// Where standard input comes from.
  public enum Input: Sendable {
    /// A pipe with the `input` of the call.
    case pipe
    /// A socket with the `input`, of which no read gives more than so many bytes.
    case packets(of: Int)
    case file(String)
    /// No descriptor 0, as after `<&-`.
    case closed
    /// A terminal at which nobody types.
    case terminal
  }

  /// Where standard output or standard error goes.
  public enum Output: Sendable {
    /// Into ``Outcome/output`` or ``Outcome/errors``.
    case captured
    /// The same, from a pipe of one page, so many bytes at a time.
    case sipped(Int)
    /// Into a file, which is made or emptied: `/dev/full`, say.
    case file(String)
    /// No descriptor, as after `>&-`.
    case closed
    /// Onto a terminal, into ``Outcome/terminal``.
    case terminal
    /// Into a pipe whose reader leaves once it has this many bytes; at 0 it has left before.
    case abandoned(after: Int)
  }

  /// What surrounds a program.
  public struct Options: Sendable {
    /// Added to the environment of the tests.
    public var environment: [String: String]
    /// The working folder; file names of streams are relative to it too.
    public var folder: String?
    /// What the program finds at descriptor 0.
    public var standardInput: Input
    /// What it finds at descriptor 1.
    public var standardOutput: Output
    /// What it finds at descriptor 2.
    public var standardError: Output
    /// Starts the program with SIGPIPE ignored, not with its default action.
    public var ignoresBrokenPipe: Bool
    /// Whether the program finds its pipes in non-blocking mode, as another process that shares them
    /// may leave them.
    public var isNonBlocking: Bool
    /// A signal in the middle of the run.
    public var interruption: Interruption?
    /// After which the program and all it started are killed.
    public var timeLimit: Duration

    /// Plain surroundings but for what is given.
    public init(
      environment: [String: String] = [:], folder: String? = nil, standardInput: Input = .pipe,
      standardOutput: Output = .captured, standardError: Output = .captured,
      ignoresBrokenPipe: Bool = false, isNonBlocking: Bool = false,
      interruption: Interruption? = nil, timeLimit: Duration = .seconds(60)
    ) {
      self.environment = environment
      self.folder = folder
      self.standardInput = standardInput
      self.standardOutput = standardOutput
      self.standardError = standardError
      self.ignoresBrokenPipe = ignoresBrokenPipe
      self.isNonBlocking = isNonBlocking
      self.interruption = interruption
      self.timeLimit = timeLimit
    }
  }

  /// A signal that a program gets at a certain point of its run.
  public struct Interruption: Sendable {
    /// The signal.
    public var signal: Int32
    /// So many bytes of the input are given before it, the rest and the input's end after it; with
    /// more than there are, the end is given before it too.
    public var afterInput: Int
    /// At least so many bytes of the output are taken before it.
    public var afterOutput: Int
    /// How long it waits then.
    public var delay: Duration

    /// A signal after some input or some output.
    public init(
      _ signal: Int32, afterInput: Int = .max, afterOutput: Int = 0, delay: Duration = .zero
    ) {
      self.signal = signal
      self.afterInput = afterInput
      self.afterOutput = afterOutput
      self.delay = delay
    }
  }

  /// How a program ended.
  public enum Status: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
    /// Killed by us: see ``Options/timeLimit``.
    case timedOut
  }

  /// What a program left behind.
  public struct Outcome: Equatable, Sendable {
    /// Standard output, where it was captured.
    public var output: [UInt8]
    /// Standard error, where it was captured.
    public var errors: String
    /// What was shown on the terminal, line ends as the program wrote them.
    public var terminal: String
    /// How it ended.
    public var status: Status

    /// ``output`` as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Whether the program ended with status 0.
    public var succeeded: Bool { status == .exited(0) }

    /// Whether the program failed as all programs fail: the exit code, one line on standard error
    /// that begins with the program's name, nothing of a crash.
    public func isFailure(code: Int32 = 1, of name: String, saying part: String = "") -> Bool {
      status == .exited(code) && errors.hasPrefix("\(name): ") && errors.hasSuffix("\n")
        && errors.filter { $0 == "\n" }.count == 1 && (part.isEmpty || errors.contains(part))
    }
  }

  /// Runs `program` to its end.
  /// - Parameter program: a program of this package by its name, or the path of another.
  /// - Throws: ``ChildProblem`` when it cannot be started.
  public static func run(
    _ program: String, _ arguments: [String] = [], input: [UInt8] = [],
    options: Options = Options()
  ) throws -> Outcome {
    let path = try program.contains("/") ? program : builtProgram(program)
    let deadline = ContinuousClock.now + options.timeLimit
    let streams = try ChildStreams(options)
    let process = try streams.start(path, arguments: [program] + arguments, options)
    var conversation = ChildConversation(streams, input: input, options, with: process)
    let ended = conversation.run(until: deadline)
    let status = ended ? process.wait(until: deadline) : process.kill()
    return Outcome(
      output: conversation.output, errors: String(decoding: conversation.errors, as: UTF8.self),
      terminal: String(decoding: conversation.terminal, as: UTF8.self), status: status)
  }

  /// Runs a line of shell, in which the programs of this package go by their names.
  public static func shell(
    _ script: String, input: [UInt8] = [], options: Options = Options()
  ) throws -> Outcome {
    var options = options
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let path = options.environment["PATH"] ?? inherited
    options.environment["PATH"] = "\(programFolder):\(path)"
    return try run("/bin/sh", ["-c", script], input: input, options: options)
  }

  /// Runs `program` with a terminal for its standard output.
  public static func onTerminal(
    _ program: String, _ arguments: [String] = [], input: [UInt8] = [],
    options: Options = Options()
  ) throws -> Outcome {
    var options = options
    options.standardOutput = .terminal
    return try run(program, arguments, input: input, options: options)
  }

  /// Where the programs are: the folder that the environment variable `SPARSEPIPE_BIN` names, else
  /// that of the running tests, where a build puts both.
  public static var programFolder: String {
    if let folder = ProcessInfo.processInfo.environment["SPARSEPIPE_BIN"] {
      return URL(filePath: folder).standardizedFileURL.path
    }
    #if os(Linux)
      let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    #else
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      let tests = (bundle ?? Bundle.main).bundleURL
    #endif
    return tests.deletingLastPathComponent().path
  }

  private static func builtProgram(_ name: String) throws -> String {
    let path = "\(programFolder)/\(name)"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ChildProblem.notBuilt(path: path)
    }
    return path
  }
}

/// Why a program could not be started.
public enum ChildProblem: Error, Equatable, CustomStringConvertible {
  /// No program of this package is at that path.
  case notBuilt(path: String)
  /// The system refused the program, its folder or a file of its streams.
  case cannotStart(program: String, reason: Int32)
  /// The system refused a pipe or a terminal.
  case noDescriptor(reason: Int32)

  public var description: String {
    switch self {
    case .notBuilt(let path): "\(path) is not there; build it, or set SPARSEPIPE_BIN"
    case .cannotStart(let program, let reason):
      "cannot start \(program) with its streams: \(String(cString: strerror(reason)))"
    case .noDescriptor(let reason):
      "no pipe or terminal to be had: \(String(cString: strerror(reason)))"
    }
  }
}
