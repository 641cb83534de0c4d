import Foundation
import TestSupport
import Testing

/// The runner of programs, tried on programs of the system.
@Suite struct ChildTests {
  private func sh(
    _ script: String, input: [UInt8] = [], _ options: Child.Options = Child.Options()
  ) throws -> Child.Outcome {
    try Child.run("/bin/sh", ["-c", script], input: input, options: options)
  }

  // MARK: Streams

  @Test func moreThanAnyPipeHolds() throws {
    let input = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let outcome = try Child.run("/bin/cat", input: input)
    #expect(outcome.succeeded && outcome.output == input && outcome.errors.isEmpty)
  }

  @Test func standardErrorApart() throws {
    let outcome = try sh("head -c 300000 /dev/zero >&2; echo out; echo end >&2")
    #expect(outcome.text == "out\n" && outcome.succeeded)
    #expect(outcome.errors.utf8.count == 300_004 && outcome.errors.hasSuffix("end\n"))
  }

  @Test func inputThatNobodyReads() throws {
    let outcome = try Child.run("/bin/false", input: [UInt8](repeating: 0, count: 1_000_000))
    #expect(outcome.status == .exited(1) && outcome.output.isEmpty)
  }

  @Test func inputOfNothing() throws {
    #expect(try sh("wc -c").text.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
  }

  @Test func closedStreams() throws {
    let noInput = try Child.run("/bin/cat", options: .init(standardInput: .closed))
    #expect(noInput.status == .exited(1) && noInput.errors.hasPrefix("/bin/cat: "))
    let noOutput = try sh("echo lost", .init(standardOutput: .closed))
    #expect(!noOutput.succeeded && noOutput.output.isEmpty && !noOutput.errors.isEmpty)
    let noErrors = try sh("echo lost >&2 || echo noticed", .init(standardError: .closed))
    #expect(noErrors.text == "noticed\n" && noErrors.errors.isEmpty)
  }

  @Test func filesForStreams() throws {
    let folder = try TemporaryFolder()
    try folder.write("in a file", to: "in")
    let options = Child.Options(
      folder: folder.path, standardInput: .file("in"), standardOutput: .file("out"),
      standardError: .file("err"))
    let outcome = try sh("cat; echo bad >&2", options)
    #expect(outcome.succeeded && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(try folder.read("out") == Array("in a file".utf8))
    #expect(try folder.read("err") == Array("bad\n".utf8))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func fullDisk() throws {
    let outcome = try Child.run(
      "/bin/cat", input: [1], options: .init(standardOutput: .file("/dev/full")))
    #expect(outcome.status == .exited(1) && !outcome.errors.isEmpty)
  }

  // MARK: Signals

  @Test(arguments: [0, 1000]) func readerThatLeaves(count: Int) throws {
    let options = Child.Options(standardOutput: .abandoned(after: count))
    let outcome = try Child.run("/bin/cat", ["/dev/zero"], options: options)
    #expect(outcome.status == .killed(signal: SIGPIPE) && outcome.output.count == count)
  }

  @Test func readerThatLeavesUnnoticed() throws {
    let options = Child.Options(standardOutput: .abandoned(after: 0), ignoresBrokenPipe: true)
    let outcome = try Child.run("/bin/cat", ["/dev/zero"], options: options)
    #expect(outcome.status == .exited(1) && outcome.errors.contains("Broken pipe"))
  }

  @Test func signalsAreTold() throws {
    #expect(try sh("kill -9 $$").status == .killed(signal: SIGKILL))
    #expect(try sh("exit 7").status == .exited(7))
  }

  @Test func timeLimit() throws {
    let start = ContinuousClock.now
    let options = Child.Options(timeLimit: .milliseconds(200))
    for script in ["sleep 60", "sleep 60 | sleep 60", "exec >&- 2>&-; sleep 60"] {
      #expect(try sh(script, options).status == .timedOut, "\(script)")
    }
    let partial = try sh("echo first; sleep 60", options)
    #expect(partial.status == .timedOut && partial.text == "first\n")
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  // MARK: Surroundings

  @Test func environmentAndFolder() throws {
    let folder = try TemporaryFolder()
    let options = Child.Options(environment: ["SPARSE": "x y"], folder: folder.path)
    let outcome = try sh("echo \"$SPARSE\"; pwd; test -n \"$PATH\"", options)
    #expect(outcome.text == "x y\n\(folder.path)\n" && outcome.succeeded)
  }

  @Test func programsOfTheFolderComeFirst() throws {
    let outcome = try Child.shell("echo \"$PATH\"; cat", input: Array("in".utf8))
    #expect(outcome.text.hasPrefix(Child.programFolder + ":") && outcome.text.hasSuffix("in"))
    #expect(Child.programFolder.hasPrefix("/"))
  }

  @Test func programsThatAreNotThere() throws {
    let path = "\(Child.programFolder)/no-such-program"
    #expect(throws: ChildProblem.notBuilt(path: path)) { try Child.run("no-such-program") }
    #expect(throws: ChildProblem.cannotStart(program: "/no/such", reason: ENOENT)) {
      try Child.run("/no/such")
    }
  }

  @Test func nothingElseIsInherited() async throws {
    // Many at a time: a pipe that a sibling inherited would show, or keep a reader waiting.
    try await withThrowingTaskGroup(of: Child.Outcome.self) { group in
      for _ in 0..<40 {
        group.addTask { try Child.run("/bin/sh", ["-c", "cat >&2; ls /dev/fd/"]) }
      }
      for try await outcome in group {
        let open = outcome.text.split(separator: "\n")
        #expect(Set(open).isSubset(of: ["0", "1", "2", "3", "4"]) && outcome.succeeded, "\(open)")
      }
    }
  }

  // MARK: Terminals

  @Test func outputOnATerminal() throws {
    let script = "test -t 1 && echo shown; test -t 0 || cat; test -t 2 || echo apart >&2"
    let outcome = try Child.onTerminal("/bin/sh", ["-c", script], input: Array("in\n".utf8))
    #expect(outcome.terminal == "shown\nin\n" && outcome.errors == "apart\n" && outcome.succeeded)
  }

  @Test func muchOnATerminal() throws {
    let outcome = try Child.onTerminal("/bin/sh", ["-c", "head -c 200000 /dev/zero | tr '\\0' x"])
    #expect(outcome.terminal == String(repeating: "x", count: 200_000))
  }

  @Test func allStreamsOnATerminal() throws {
    let options = Child.Options(
      standardInput: .terminal, standardOutput: .terminal, standardError: .terminal)
    let outcome = try sh("test -t 0 && test -t 2 && echo asks >&2; echo told", options)
    #expect(outcome.terminal == "asks\ntold\n" && outcome.output.isEmpty && outcome.succeeded)
    let waiting = Child.Options(standardInput: .terminal, timeLimit: .milliseconds(200))
    #expect(try Child.run("/bin/cat", options: waiting).status == .timedOut)
  }

  // MARK: Folders

  @Test func temporaryFolders() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let path = try #require(folder?.path)
    #expect(try folder?.write([1, 2], to: "b") == "\(path)/b")
    try folder?.write("text", to: ".a")
    #expect(try folder?.names() == [".a", "b"])
    #expect(try folder?.read("b") == [1, 2])
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
