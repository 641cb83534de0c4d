import TestSupport
import Testing

/// The completions on disk are those that the programs generate; `make completions` writes them.
@Suite struct CompletionTests {
  @Test(arguments: Documents.programs, Documents.shells)
  func completions(of program: String, for shell: String) throws {
    let generated = try Child.run(program, ["--generate-completion-script", shell])
    #expect(generated.succeeded, "\(generated.errors)")
    let file = Documents.completions(of: program, for: shell)
    let isUpToDate = try generated.text == Documents.text(file)
    #expect(isUpToDate, "\(file) is out of date; run make completions")
  }

  @Test(arguments: Documents.shells) func nothingElse(for shell: String) throws {
    let expected = Documents.programs.map { Documents.completions(of: $0, for: shell) }
    let found = try Documents.names(in: "completions/\(shell)")
    #expect(Set(found.map { "completions/\(shell)/\($0)" }) == Set(expected))
  }
}
