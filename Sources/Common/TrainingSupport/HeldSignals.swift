#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// SIGINT and SIGTERM, held back until there is a good place to end. No handler: a signal that has
/// arrived waits, and does what it does by default when it is let through, so that a shell and make see
/// of what the program died.
struct HeldSignals {
  private static let numbers = [SIGINT, SIGTERM]
  private var held = sigset_t()

  /// Holds the signals back from this thread and all that it starts, but for those that the program was
  /// told to ignore, or that were held back before.
  init() {
    sigemptyset(&held)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &before)
    for number in Self.numbers where sigismember(&before, number) == 0 && !Self.isIgnored(number) {
      sigaddset(&held, number)
    }
    pthread_sigmask(SIG_BLOCK, &held, nil)
  }

  /// Whether one of them waits.
  var haveArrived: Bool {
    var (held, waiting) = (held, sigset_t())
    sigpending(&waiting)
    return Self.numbers.contains {
      sigismember(&held, $0) == 1 && sigismember(&waiting, $0) == 1
    }
  }

  /// Lets them through: one that has arrived ends the program.
  func release() {
    var held = held
    pthread_sigmask(SIG_UNBLOCK, &held, nil)
  }

  /// Held back, an ignored signal would wait like others.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #elseif canImport(Musl)
      let handler = action.__sa_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
