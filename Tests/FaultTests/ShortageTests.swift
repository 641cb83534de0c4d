#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// Programs that get too little memory, or no thread: they work, or fail in one line.
  @Suite(.enabled(if: programsStandAlone, "the Swift runtime is not part of these programs"))
  struct ShortageTests {
    private func run(
      _ program: Program, kibibytes: Int, output: String = "", input: [UInt8]? = nil
    ) throws -> Child.Outcome {
      try Fixtures.run(
        "ulimit -v \(kibibytes); exec \(program.command)\(output)", input: input ?? program.input)
    }

    /// The least memory in which the program starts: before it, the system's loader fails.
    private func start(of name: String) throws -> Int {
      var (fails, starts) = (8 << 10, 64 << 10)
      while starts - fails > 32 {
        let middle = (fails + starts) / 2
        let outcome = try Child.shell("ulimit -v \(middle); exec \(name) --version")
        let reached = outcome.succeeded || outcome.isFailure(of: name, saying: "out of memory")
        if reached { starts = middle } else { fails = middle }
      }
      return starts + 64
    }

    @Test(arguments: Program.large + Program.largeFits + Program.joins)
    func memory(_ program: Program) throws {
      let whole = try Fixtures.run(
        program.command + (program.name == "fit" ? " -o /dev/stdout" : ""), input: program.input)
      let folder = try TemporaryFolder()
      let least = try start(of: program.name)
      var failures = 0
      for more in [0, 40, 200] + samples(8, of: 0...9000, seed: 5) {
        try folder.write("old", to: "out")
        let outcome = try run(
          program, kibibytes: least + more, output: " -o \(folder.file("out"))")
        let found = try folder.read("out")
        let what = "\(program), \(least + more) KiB: \(outcome.status) \(outcome.errors)"
        if outcome.succeeded {
          #expect(found == whole.output, "\(what)")
        } else {
          failures += 1
          #expect(
            outcome.isFailure(of: program.name, saying: "memory")
              || outcome.isFailure(of: program.name, saying: "no thread"), "\(what)")
          #expect(found == Array("old".utf8), "\(what)")
        }
      }
      #expect(try folder.names() == ["out"])
      #expect(failures > 0, "\(program): always enough memory from \(least) KiB on")
    }

    /// A record larger than memory, whose values keep coming.
    @Test func aRecordLargerThanMemory() throws {
      let header = NPY(shape: [1, 1 << 28, 4, 4, 1], []).bytes
      for command in ["pool --pools consecutive:4", "mosaic", "patches -r -o /dev/null"] {
        let name = String(command.prefix { $0 != " " })
        let shape = name == "pool" ? [1, 1 << 28] : [1, 1, 1, 1 << 14, 1 << 14]
        let input = name == "pool" ? NPY(shape: shape, []).bytes : header
        let outcome = try Fixtures.run(
          "(cat; head -c 400M /dev/zero) | (ulimit -v 200000; exec \(command) > out)",
          input: input)
        #expect(!outcome.succeeded && outcome.errors.filter { $0 == "\n" }.count == 1)
        #expect(outcome.isFailure(of: name), "\(command): \(outcome.errors)")
      }
    }

    /// Where no thread can be started, a program with several ends too.
    @Test func threads() throws {
      let program = Program.large[3]
      // Each thread's stack is asked for in full: two of them are more than there is.
      let outcome = try Fixtures.run(
        "ulimit -s 1000000; ulimit -v 600000; exec \(program.command) -j 4", input: program.input,
        options: .init(timeLimit: .seconds(20)))
      #expect(
        outcome.succeeded || outcome.isFailure(of: "encode", saying: "no thread can be started"),
        "\(outcome.status) \(outcome.errors)")
    }
  }
#endif
