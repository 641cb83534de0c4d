import Foundation
import TestSupport
import Testing

/// What every program promises, whatever it computes.
@Suite struct FilterContractTests {
  static let everything = Program.all + Program.fits.map(writing)
  /// Every stream program, and `fit` into a file nobody looks at.
  private static func writing(_ fit: Program) -> Program {
    Program(command: fit.command + " -o /dev/null", input: fit.input, isFilter: false)
  }

  @Test(arguments: everything) func goodInput(_ program: Program) throws {
    let outcome = try Fixtures.run(program.command, input: program.input)
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
    if program.isFilter { #expect(NPY.stream(outcome.output)?.isEmpty == false) }
  }

  @Test(arguments: everything) func zeroBytes(_ program: Program) throws {
    let outcome = try Fixtures.run(program.command)
    expectFailure(
      outcome, from: program.name, saying: "<stdin>: empty, \(program.wanted)", program.command)
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: everything) func textInsteadOfAStream(_ program: Program) throws {
    for input in ["hello, world\n", "{\"a\": 1}", "\u{93}NUMPY", "\n"] {
      let outcome = try Fixtures.run(program.command, input: Array(input.utf8))
      expectFailure(outcome, from: program.name, saying: "<stdin>: ", program.command + input)
    }
  }

  /// Cut short anywhere, at the seams too, input is a failure, and what was written is cut short.
  @Test(arguments: everything) func truncation(_ program: Program) throws {
    let count = program.input.count
    let positions = [1, 5, 6, 8, 9, 10, 11, 64, 127, 128, 129, count / 2, count - 4, count - 1]
    for position in Set(positions) where position < count {
      let outcome = try Fixtures.run(program.command, input: Array(program.input[..<position]))
      let what = "\(program.command), \(position) of \(count) bytes"
      expectFailure(outcome, from: program.name, saying: "<stdin>: ", what)
      #expect(outcome.output.isEmpty || NPY.stream(outcome.output) == nil, "\(what)")
    }
  }

  /// Every program that reads a stream, in one of its ways, and the quickest `fit`.
  private static let streamPrograms = [
    "patches -r", "encode -m d.bin", "decode -m d.bin", "pool", "classify -m c.bin --scores",
    "mosaic", "inspect", "fit whiten -q -o /dev/null",
  ]

  /// Each byte of a header changed: a failure in one line, or a whole result, where the byte is one of
  /// a note or makes another good header. The fuzz targets `npy` and `header` try all values.
  @Test(arguments: streamPrograms) func everyHeaderByteChanged(_ command: String) throws {
    let program = try #require(Self.everything.first { $0.command == command })
    let header = 10 + Int(program.input[8]) + 256 * Int(program.input[9])
    var refused = 0
    for position in 0..<header {
      var input = program.input
      input[position] ^= UInt8(1 << (position % 8))
      let outcome = try Fixtures.run(program.command, input: input)
      let what = "\(program.command), byte \(position)"
      if outcome.succeeded {
        #expect(outcome.errors.isEmpty, "\(what): \(outcome.errors)")
        if program.isFilter { #expect(NPY.stream(outcome.output) != nil, "\(what)") }
      } else {
        refused += 1
        expectFailure(outcome, from: program.name, what)
        #expect(outcome.output.isEmpty || NPY.stream(outcome.output) == nil, "\(what)")
      }
    }
    // The magic, the version, the length, the keys and the shape.
    #expect(refused > 50, "\(program): \(refused) of \(header)")
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: everything + Program.joins)
  func fullDisk(_ program: Program) throws {
    let script = program.command.replacing(" -o /dev/null", with: "")
    if program.name != "fit" {
      let outcome = try Fixtures.run(
        script, input: program.input, options: .init(standardOutput: .file("/dev/full")))
      expectFailure(outcome, from: program.name, saying: "<stdout>: cannot write", script)
    }
    let named = try Fixtures.run("\(script) -o /dev/full", input: program.input)
    expectFailure(named, from: program.name, saying: "/dev/full: cannot write", script)
  }

  @Test(arguments: Program.all) func readerThatLeaves(_ program: Program) throws {
    for count in [0, 10] {
      for ignored in [false, true] {
        let options = Child.Options(
          folder: Fixtures.folder.path, standardOutput: .abandoned(after: count),
          ignoresBrokenPipe: ignored)
        let arguments = program.command.split(separator: " ").dropFirst().map(String.init)
        let outcome = try Child.run(
          program.name, arguments, input: program.input, options: options)
        #expect(outcome.errors.isEmpty, "\(program), \(count) bytes: \(outcome.errors)")
        let ends: [Child.Status] = ignored ? [.exited(1)] : [.killed(signal: SIGPIPE)]
        // A reader of ten bytes may have got all there was into its pipe.
        let allowed = count == 0 ? ends : ends + [.exited(0)]
        #expect(allowed.contains(outcome.status), "\(program), ignored: \(ignored)")
      }
    }
  }

  @Test(arguments: Program.all) func closedOutput(_ program: Program) throws {
    let outcome = try Fixtures.run("\(program.command) >&-", input: program.input)
    expectFailure(
      outcome, from: program.name, saying: "<stdout>: cannot write", program.command)
  }

  @Test(arguments: everything) func closedInput(_ program: Program) throws {
    let outcome = try Fixtures.run("\(program.command) <&-")
    expectFailure(outcome, from: program.name, saying: "<stdin>: cannot read", program.command)
  }

  @Test(arguments: everything) func closedErrors(_ program: Program) throws {
    let good = try Fixtures.run("\(program.command) 2>&-", input: program.input)
    #expect(good.succeeded, "\(program)")
    let bad = try Fixtures.run("\(program.command) 2>&-")
    #expect(bad.status == .exited(1) && bad.output.isEmpty, "\(program)")
  }

  @Test(arguments: everything) func inputThatIsAFolder(_ program: Program) throws {
    let outcome = try Fixtures.run("\(program.command) < .")
    expectFailure(
      outcome, from: program.name, saying: "<stdin>: is a directory", program.command)
  }

  // MARK: The command line

  static let names =
    ["patches", "encode", "decode", "pool", "classify", "fit", "mosaic", "inspect"]
    + (Program.fits + Program.joins).map {
      $0.command.split(separator: " ").prefix(2).joined(separator: " ")
    }

  @Test(arguments: names) func unknownFlag(_ name: String) throws {
    let outcome = try Fixtures.run("\(name) --no-such-flag")
    let tool = name.split(separator: " ")[0]
    expectFailure(outcome, code: 2, from: "\(tool)", name)
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: names) func helpAndVersion(_ name: String) throws {
    let help = try Fixtures.run("\(name) --help")
    #expect(help.succeeded && help.errors.isEmpty && help.text.contains("USAGE: \(name)"))
    if !name.contains(" ") {
      let version = try Fixtures.run("\(name) --version")
      #expect(version.succeeded && version.errors.isEmpty && version.text.contains("."))
    }
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let full = try Fixtures.run("\(name) --help > /dev/full")
    expectFailure(full, from: "\(name.split(separator: " ")[0])", saying: "<stdout>", name)
  }

  @Test(arguments: everything) func unknownKernelLevel(_ program: Program) throws {
    let outcome = try Fixtures.run(
      program.command, input: program.input,
      options: .init(environment: ["SPARSEPIPE_KERNEL": "abacus"]))
    expectFailure(outcome, code: 2, from: program.name, saying: "abacus", program.command)
    #expect(outcome.output.isEmpty)
  }

  @Test func fitWithoutWhat() throws {
    expectFailure(try Fixtures.run("fit"), code: 2, from: "fit", saying: "dictionary", "fit")
  }

  @Test(arguments: ["patches", "mosaic", "inspect"]) func unreadableFile(_ name: String) throws {
    for (file, words) in [
      ("missing.png", "cannot open: no such file"), (".", "is a directory"),
      ("d.bin/below", "cannot open: not a directory"),
    ] {
      let outcome = try Fixtures.run("\(name) \(file)")
      expectFailure(outcome, from: name, saying: "\(file): \(words)", "\(name) \(file)")
    }
  }

  @Test(arguments: [
    "encode -m", "decode -m", "pool -m", "classify -m", "patches -m",
    "fit dictionary -q -o o.bin --whitening", "classify -m c.bin --labels",
    "fit classifier -q -o o.bin --labels", "patches --labels-out /dev/null --labels",
  ]) func unreadableOption(_ command: String) throws {
    let name = String(command.split(separator: " ")[0])
    for (file, words) in [
      ("missing.bin", "cannot open"), (".", "is a directory"), ("d.bin/below", "cannot open"),
      ("/dev/null", "empty"),
    ] {
      let outcome = try Fixtures.run("\(command) \(file)", input: Fixtures.records.bytes)
      expectFailure(outcome, from: name, saying: "\(file): \(words)", "\(command) \(file)")
    }
  }
}
