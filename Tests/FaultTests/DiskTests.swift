import Foundation
import TestSupport
import Testing

/// Disks that are full, files that may not grow, folders that take no file.
@Suite struct DiskTests {
  private static let writing = Program.large + Program.largeFits + Program.joins

  /// Expects a failure that names `file`, and the old bytes under the name of the output.
  private func expectOldFile(
    _ outcome: Child.Outcome, _ program: Program, in folder: TemporaryFolder, saying words: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      outcome.isFailure(of: program.name, saying: words),
      "\(program): \(outcome.status) \(outcome.errors)", sourceLocation: location)
    #expect(try folder.read("out") == Array("old".utf8), "\(program)", sourceLocation: location)
    let strays = try folder.names().filter { $0.contains("sparsepipe") }
    #expect(strays.isEmpty, "\(program): \(strays)", sourceLocation: location)
  }

  // MARK: A limit on the size of files

  /// Inputs whose output is larger than a block of 512 bytes.
  private static let large = writing.filter { $0.name != "inspect" && $0.name != "mosaic" }

  @Test(arguments: large) func limitOnFiles(_ program: Program) throws {
    let folder = try TemporaryFolder.withModels()
    try folder.write("old", to: "out")
    // Of one block of 512 or 1024 bytes, as the shell has it.
    let outcome = try Child.shell(
      "ulimit -f 1; exec \(program.command) -o out", input: program.input,
      options: .init(folder: folder.path))
    try expectOldFile(outcome, program, in: folder, saying: "out: cannot write: file too large")
  }

  @Test(arguments: large.filter { $0.name != "fit" })
  func limitOnStandardOutput(_ program: Program) throws {
    let folder = try TemporaryFolder()
    let outcome = try Fixtures.run(
      "ulimit -f 1; exec \(program.command)", input: program.input,
      options: .init(standardOutput: .file(folder.file("out"))))
    #expect(
      outcome.isFailure(of: program.name, saying: "<stdout>: cannot write: file too large"),
      "\(program): \(outcome.status) \(outcome.errors)")
  }

  // MARK: Training data that leaves memory

  /// `fit` as it is with no memory for its data, and `TMPDIR` as given.
  private func fit(
    _ program: Program, temporary: String, _ folder: TemporaryFolder, limit: String = "true"
  ) throws -> Child.Outcome {
    try Child.shell(
      "\(limit); cat | \(program.command) -o out", input: program.input,
      options: .init(
        environment: ["SPARSEPIPE_MEMORY": "0", "TMPDIR": temporary], folder: folder.path))
  }

  @Test(arguments: Program.largeFits) func temporaryFiles(_ program: Program) throws {
    let folder = try TemporaryFolder.withModels()
    try folder.write("a file", to: "file")
    try folder.write("old", to: "out")
    for (place, words) in [
      ("missing", "missing: cannot make a temporary file: no such file"),
      ("file", "file: cannot make a temporary file: not a directory"),
    ] {
      let outcome = try fit(program, temporary: folder.file(place), folder)
      try expectOldFile(outcome, program, in: folder, saying: words)
    }
    let limited = try fit(program, temporary: folder.path, folder, limit: "ulimit -f 8")
    try expectOldFile(
      limited, program, in: folder, saying: "\(folder.path): cannot write: file too large")
    // And where all is well, the same model as from memory, and nothing left.
    let spooled = try fit(program, temporary: folder.path, folder)
    #expect(spooled.succeeded, "\(spooled.errors)")
    let expected = try Child.shell(
      "\(program.command) -o expected", input: program.input, options: .init(folder: folder.path))
    #expect(expected.succeeded)
    #expect(try folder.read("out") == folder.read("expected"), "\(program)")
    #expect(try folder.names().filter { $0.contains("sparsepipe") }.isEmpty)
  }

  /// An empty TMPDIR is as none.
  @Test func memoryThatIsNoNumber() throws {
    let program = Program.largeFits[1]
    let folder = try TemporaryFolder.withModels()
    #expect(try fit(program, temporary: "", folder).succeeded)
    for value in ["1G", "-1", "x"] {
      let outcome = try Child.shell(
        "\(program.command) -o new", input: program.input,
        options: .init(environment: ["SPARSEPIPE_MEMORY": value], folder: folder.path))
      #expect(outcome.isFailure(code: 2, of: "fit", saying: "SPARSEPIPE_MEMORY=\(value)"))
    }
    #expect(try !folder.names().contains("new"))
  }

  // MARK: A disk of 64 KiB, where the tests may mount one

  @Test(.enabled(if: SmallDisk.canMount, "no right to mount a file system"), arguments: writing)
  func fullDisk(_ program: Program) throws {
    let disk = try SmallDisk()
    let folder = disk.folder
    for name in ["d.bin", "w.bin", "c.bin", "net.bin"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: Fixtures.folder.file(name))
    }
    try folder.write("old", to: "out")
    try disk.fill()
    let outcome = try Child.shell(
      "\(program.command) -o out", input: program.input, options: .init(folder: folder.path))
    try expectOldFile(outcome, program, in: folder, saying: "out: cannot write: no space left")
    guard program.name == "fit", !program.input.isEmpty else { return }
    let elsewhere = try TemporaryFolder.withModels()
    try elsewhere.write("old", to: "out")
    let spooled = try fit(program, temporary: folder.path, elsewhere)
    try expectOldFile(
      spooled, program, in: elsewhere, saying: "\(folder.path): cannot write: no space left")
    try disk.makeReadOnly()
    let refused = try fit(program, temporary: folder.path, elsewhere)
    try expectOldFile(
      refused, program, in: elsewhere, saying: "cannot make a temporary file: read-only")
  }

  @Test(.enabled(if: SmallDisk.canMount, "no right to mount a file system"), arguments: writing)
  func readOnlyDisk(_ program: Program) throws {
    let disk = try SmallDisk()
    try disk.folder.write("old", to: "out")
    try disk.makeReadOnly()
    // The input is a folder, which nobody gets to know: the output is looked at first.
    let outcome = try Fixtures.run("\(program.command) -o \(disk.folder.file("out")) < .")
    try expectOldFile(
      outcome, program, in: disk.folder, saying: "out: cannot open: read-only file system")
  }

  // MARK: Other outputs

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func logsAndLabels() throws {
    let folder = try TemporaryFolder.withModels()
    try folder.write("old", to: "out")
    let logged = try Child.shell(
      "\(Program.largeFits[0].command) --log /dev/full -o out", input: Program.largeFits[0].input,
      options: .init(folder: folder.path))
    try expectOldFile(
      logged, Program.largeFits[0], in: folder, saying: "/dev/full: cannot write: no space left")
    let labels = "patches --size full --labels l.idx --labels-out /dev/full -o out in.idx"
    try folder.write(Fixtures.idx(3, 4, 4), to: "in.idx")
    try folder.write([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9], to: "l.idx")
    let labelled = try Child.shell(labels, options: .init(folder: folder.path))
    try expectOldFile(
      labelled, Program(command: "patches", input: []), in: folder,
      saying: "/dev/full: cannot write: no space left")
  }

  /// The place of the output goes while the program runs.
  @Test(arguments: Program.large) func folderThatGoes(_ program: Program) throws {
    let folder = try TemporaryFolder.withModels()
    for (change, words) in [
      ("rmdir place", "place/out: cannot write: no such file"),
      ("mkdir place/out", "place/out: cannot write: is a directory"),
    ] {
      let half = program.input.count / 2
      let outcome = try Child.shell(
        """
        mkdir -p place
        (head -c \(half); sleep 0.05; \(change); cat) | \(program.command) -o place/out
        """, input: program.input, options: .init(folder: folder.path))
      #expect(
        outcome.isFailure(of: program.name, saying: words), "\(program): \(outcome.errors)")
      let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("place"))) ?? []
      #expect(left == ["out"] || left.isEmpty, "\(program): \(left)")
    }
  }
}

/// A file system of 64 KiB in memory.
private final class SmallDisk {
  let folder: TemporaryFolder

  static let canMount: Bool = (try? SmallDisk()) != nil

  init() throws {
    folder = try TemporaryFolder()
    try mount(["-t", "tmpfs", "-o", "size=64k", "none"])
  }

  deinit { _ = try? Child.shell("umount \(folder.path)") }

  func fill() throws {
    _ = try Child.shell(
      "head -c 100k /dev/zero > filling 2>&1", options: .init(folder: folder.path))
  }

  func makeReadOnly() throws { try mount(["-o", "remount,ro"]) }

  private func mount(_ options: [String]) throws {
    let outcome = try Child.shell("mount \(options.joined(separator: " ")) \(folder.path)")
    guard outcome.succeeded else { throw Refused() }
  }

  private struct Refused: Error {}
}
