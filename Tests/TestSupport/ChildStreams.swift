import Foundation

/// A child's standard streams: our ends, which stay, and its own, which are ours until it starts.
struct ChildStreams {
  /// Writes into the child's standard input.
  private(set) var input: Descriptor?
  private(set) var output: Descriptor?
  private(set) var errors: Descriptor?
  private(set) var terminal: Descriptor?
  /// What the child finds at 0, 1 and 2.
  private var ends: [End] = []
  private var terminalEnd: Descriptor?

  private enum End {
    case descriptor(Descriptor)
    case file(String, flags: Int32)
    case closed
  }

  init(_ options: Child.Options) throws {
    switch options.standardInput {
    case .pipe:
      let pipe = try Descriptor.pipe()
      input = pipe.writing
      ends.append(.descriptor(pipe.reading))
    case .packets:
      let socket = try Descriptor.packetSocket()
      input = socket.writing
      ends.append(.descriptor(socket.reading))
    case .file(let path): ends.append(.file(path, flags: O_RDONLY))
    case .closed: ends.append(.closed)
    case .terminal: ends.append(try onTerminal())
    }
    let outputs = (
      try end(for: options.standardOutput), try end(for: options.standardError)
    )
    ends += [outputs.0.end, outputs.1.end]
    output = outputs.0.reading
    errors = outputs.1.reading
    for descriptor in [input, output, errors, terminal] { descriptor?.unblock() }
    if options.isNonBlocking {
      for case .descriptor(let descriptor) in ends { descriptor.unblock() }
    }
  }

  private mutating func end(
    for output: Child.Output
  ) throws -> (end: End, reading: Descriptor?) {
    switch output {
    case .captured, .sipped, .abandoned:
      let isSipped = if case .sipped = output { true } else { false }
      let pipe = isSipped ? try Descriptor.narrowSocket() : try Descriptor.pipe()
      if case .abandoned(after: 0) = output {
        pipe.reading.close()
        return (.descriptor(pipe.writing), nil)
      }
      return (.descriptor(pipe.writing), pipe.reading)
    case .file(let path): return (.file(path, flags: O_WRONLY | O_CREAT | O_TRUNC), nil)
    case .closed: return (.closed, nil)
    case .terminal: return (try onTerminal(), nil)
    }
  }

  /// One terminal for all the streams that want one.
  private mutating func onTerminal() throws -> End {
    if let terminalEnd { return .descriptor(terminalEnd) }
    let (screen, program) = try Descriptor.terminal()
    terminal = screen
    terminalEnd = program
    return .descriptor(program)
  }

  /// Starts the program at `path` and lets go of its ends of the streams.
  func start(
    _ path: String, arguments: [String], _ options: Child.Options
  ) throws -> ChildProcess {
    _ = Self.ignoreBrokenPipes
    var actions = SpawnActions.empty
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let folder = options.folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
    for (number, end) in zip(Int32(0)..., ends) {
      switch end {
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor.number, number)
      case .file(let path, let flags):
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o666)
      case .closed: posix_spawn_file_actions_addclose(&actions, number)
      }
    }
    #if os(Linux)
      closeAllElse(&actions)
    #endif
    var attributes = SpawnAttributes.empty
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.set(&attributes, options)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment = Self.environment(options)
    defer { for pointer in words + environment { free(pointer) } }
    var identifier: pid_t = 0
    let result = posix_spawn(&identifier, path, &actions, &attributes, &words, &environment)
    guard result == 0 else { throw ChildProblem.cannotStart(program: path, reason: result) }
    for case .descriptor(let descriptor) in ends { descriptor.close() }
    return ChildProcess(identifier: identifier)
  }

  /// A process group of its own, so that a time limit reaches a whole pipeline; no blocked signals;
  /// SIGPIPE, which the tests ignore, as the options say.
  private static func set(_ attributes: inout SpawnAttributes, _ options: Child.Options) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    if !options.ignoresBrokenPipe { sigaddset(&signals, SIGPIPE) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    #if canImport(Darwin)
      posix_spawnattr_setflags(&attributes, Int16(flags | POSIX_SPAWN_CLOEXEC_DEFAULT))
    #else
      posix_spawnattr_setflags(&attributes, Int16(flags))
    #endif
  }

  private static func environment(_ options: Child.Options) -> [UnsafeMutablePointer<CChar>?] {
    let inherited = ProcessInfo.processInfo.environment
    let merged = inherited.merging(options.environment) { _, ours in ours }
    return merged.map { strdup("\($0)=\($1)") } + [nil]
  }

  private static let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}

#if canImport(Darwin)
  private typealias SpawnActions = posix_spawn_file_actions_t?
  private typealias SpawnAttributes = posix_spawnattr_t?
  extension Optional where Wrapped == OpaquePointer {
    fileprivate static var empty: Self { nil }
  }
#else
  private typealias SpawnActions = posix_spawn_file_actions_t
  private typealias SpawnAttributes = posix_spawnattr_t
  extension posix_spawn_file_actions_t { fileprivate static var empty: Self { Self() } }
  extension posix_spawnattr_t { fileprivate static var empty: Self { Self() } }
#endif

/// A program that runs, with all it starts.
struct ChildProcess {
  let identifier: pid_t

  /// Waits for the end, and brings it about at the deadline.
  func wait(until deadline: ContinuousClock.Instant) -> Child.Status {
    var status: Int32 = 0
    // Its streams have ended, so it nearly has: look often, there is no wait with a time limit.
    while waitpid(identifier, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= deadline { return kill() }
      usleep(200)
    }
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
  }

  /// Sends a signal to the program and all it started.
  func send(_ signal: Int32) { Foundation.kill(-identifier, signal) }

  /// Kills the program and all it started.
  func kill() -> Child.Status {
    Foundation.kill(-identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) == -1 && errno == EINTR {}
    return .timedOut
  }
}
