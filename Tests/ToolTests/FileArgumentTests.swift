import Foundation
import TestSupport
import Testing

/// Files after the options, as `cat` takes them, and standard input by its name.
@Suite struct FileArgumentTests {
  /// Those whose input is one array or more, one stream after another.
  static let streams = Program.all.filter { !["patches", "mosaic"].contains($0.name) }
  static let everything =
    Program.all
    + Program.fits.map {
      Program(command: $0.command + " -o /dev/null", input: $0.input, isFilter: false)
    }

  private func folder(_ program: Program) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["d.bin", "w.bin", "c.bin", "net.bin", "labels.txt"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: Fixtures.folder.file(name))
    }
    try folder.write(program.input, to: "x.npy")
    try folder.write(Array(program.input.dropLast()), to: "cut.npy")
    try folder.write([], to: "empty.npy")
    return folder
  }

  private func run(
    _ line: String, _ folder: TemporaryFolder, input: [UInt8] = []
  ) throws -> Child.Outcome {
    try Child.shell(line, input: input, options: .init(folder: folder.path))
  }

  /// A report as JSON names its file.
  @Test(
    arguments: everything.filter { !$0.command.contains("json") })
  func aFileIsAsStandardInput(_ program: Program) throws {
    let folder = try folder(program)
    let expected = try run(program.command, folder, input: program.input)
    #expect(expected.succeeded, "\(program): \(expected.errors)")
    for (files, input) in [("x.npy", []), ("-", program.input), ("./x.npy", program.input)] {
      let outcome = try run("\(program.command) \(files)", folder, input: input)
      #expect(outcome == expected, "\(program) \(files): \(outcome.errors)")
    }
  }

  @Test(arguments: streams.filter { $0.name != "inspect" && !$0.command.contains("--labels") })
  func severalFilesAreOneStream(_ program: Program) throws {
    let folder = try folder(program)
    let expected = try run(program.command, folder, input: program.input + program.input)
    for (files, input) in [("x.npy x.npy", []), ("x.npy -", program.input)] {
      let outcome = try run("\(program.command) \(files)", folder, input: input)
      #expect(outcome.succeeded && outcome == expected, "\(program) \(files): \(outcome.errors)")
    }
  }

  @Test(arguments: everything) func theFileAtFaultIsNamed(_ program: Program) throws {
    let folder = try folder(program)
    let isOne = program.name == "mosaic" || program.command.contains("-r")
    for before in isOne ? [""] : ["", "x.npy "] {
      for (name, words) in [("cut.npy", ""), ("empty.npy", "empty"), ("no.npy", "cannot open")] {
        let outcome = try run("\(program.command) \(before)\(name)", folder)
        expectFailure(outcome, from: program.name, saying: "\(name): \(words)", program.command)
        #expect(NPY.stream(outcome.output)?.isEmpty != false, "\(program) \(before)\(name)")
      }
    }
  }

  /// A training of several files is that of one file with all of them.
  @Test(arguments: ["", "SPARSEPIPE_MEMORY=0 ", "SPARSEPIPE_MEMORY=3000 "])
  func trainingOnSeveralFiles(_ memory: String) throws {
    let folder = try folder(Program.fits[0])
    let fit = "\(memory)fit dictionary --code 4 --epochs 2 -q"
    try folder.write(Fixtures.array([9, 4, 4, 1], note: "record=3", seed: 7).bytes, to: "y.npy")
    let outcome = try run(
      """
      cat x.npy y.npy x.npy >all.npy
      \(fit) all.npy -o one.bin && \(fit) -o several.bin x.npy y.npy x.npy &&
      cat y.npy | \(fit) x.npy - x.npy -o piped.bin
      """, folder)
    #expect(outcome.succeeded, "\(outcome.errors)")
    for name in ["several.bin", "piped.bin"] {
      #expect(try folder.read(name) == folder.read("one.bin"), "\(name)")
    }
  }

  @Test(arguments: [
    "encode -m - x.npy <d.bin", "decode -m - z.npy <d.bin", "pool -m - z.npy <d.bin",
    "classify -m - x.npy <c.bin", "classify -m c.bin --labels - x.npy <labels.txt",
    "patches -m - i.pgm <d.bin", "mosaic - <d.bin", "inspect - <d.bin",
    "patches --size 3 --labels - --labels-out /dev/null i.pgm <one.txt",
    "fit classifier --labels - x.npy -q -o /dev/null <labels.txt",
    "fit dictionary --code 4 --epochs 1 --whitening - x.npy -q -o /dev/null <w.bin",
    "fit lista --epochs 1 -m - x.npy -q -o /dev/null <d.bin",
    "fit lista --epochs 1 -m d.bin --codes - x.npy -q -o /dev/null <z.npy",
  ]) func standardInputForEveryOption(_ line: String) throws {
    let folder = try folder(Program.fits[0])
    try folder.write(Fixtures.pgm(height: 8, width: 8), to: "i.pgm")
    try folder.write("1\n", to: "one.txt")
    let codes = try run("encode -m d.bin --solver homotopy --gap 1e-6 x.npy -o z.npy", folder)
    #expect(codes.succeeded, "\(codes.errors)")
    let outcome = try run(line, folder)
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    let parts = line.split(separator: " <")
    let named = parts[0].split(separator: " ").map { $0 == "-" ? parts[1] : $0 }
    let expected = try run(named.joined(separator: " "), folder)
    // A note names the file.
    let (found, errors) = (outcome.errors, expected.errors)
    #expect(outcome.output == expected.output && found.isEmpty == errors.isEmpty, "\(line)")
  }

  @Test func messagesNameStandardInput() throws {
    let folder = try folder(Program.fits[0])
    for (line, words) in [
      ("encode -m - x.npy <labels.txt", "<stdin>: "),
      ("encode -m - z.npy <d.bin", "z.npy: <stdin> expects"),
      ("classify -m - x.npy <d.bin", "<stdin>: is a dictionary"),
      ("classify -m c.bin x.npy --labels - <x.npy", "<stdin>: "),
      ("fit dictionary -q -o o x.npy --whitening - <d.bin", "<stdin>: is a dictionary"),
    ] {
      try folder.write(Fixtures.array([2, 5, 5, 1], note: "record=3").bytes, to: "z.npy")
      let outcome = try run(line, folder)
      expectFailure(
        outcome, from: String(line.split(separator: " ")[0]), saying: ": \(words)", line)
    }
  }

  @Test func attachedValues() throws {
    let folder = try folder(Program.fits[0])
    let outcome = try run(
      """
      encode -j2 -md.bin -oz=1.npy x.npy && encode -m d.bin x.npy | cmp - z=1.npy &&
      fit dictionary -qs4 --code 4 --epochs 1 -oa.bin x.npy &&
      fit dictionary -q -s 4 -j 1 --code 4 --epochs 1 -o b.bin x.npy && cmp a.bin b.bin &&
      fit psd --seed 4 -qj2 --code 4 --epochs 1 x.npy -o e.bin
      """, folder)
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
  }

  /// Of an option that is no output, the last wins, so that an alias can be overridden.
  @Test func theLastWins() throws {
    let folder = try folder(Program.fits[0])
    let outcome = try run(
      "encode -m w.bin -j 3 --model d.bin -j 1 x.npy | inspect", folder)
    #expect(outcome.text.hasPrefix("[40,17]"), "\(outcome.errors)")
  }
}
