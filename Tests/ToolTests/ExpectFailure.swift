import TestSupport
import Testing

/// Expects a failure as all programs fail: the exit code, one line, nothing of a crash.
func expectFailure(
  _ outcome: Child.Outcome, code: Int32 = 1, from name: String, saying part: String = "",
  _ what: String, at location: SourceLocation = #_sourceLocation
) {
  #expect(
    outcome.isFailure(code: code, of: name, saying: part),
    "\(what): \(outcome.status), \(outcome.errors)", sourceLocation: location)
}
