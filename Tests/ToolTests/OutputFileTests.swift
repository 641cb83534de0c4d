import Foundation
import TestSupport
import Testing

/// `-o`: whole or not at all.
@Suite struct OutputFileTests {
  static let programs = Program.all + Program.fits
  static let everything = programs + Program.joins

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }

  /// Runs in a folder of its own in which the files of the models are seen.
  private func run(
    _ program: Program, _ output: String, _ folder: TemporaryFolder, input: [UInt8]? = nil
  ) throws -> Child.Outcome {
    for name in ["d.bin", "w.bin", "c.bin", "net.bin", "labels.txt"] {
      try? FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: Fixtures.folder.file(name))
    }
    return try Child.shell(
      "\(program.command) -o \(output)", input: input ?? program.input,
      options: .init(folder: folder.path))
  }

  @Test(arguments: everything) func sameBytesAsStandardOutput(_ program: Program) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(program, "out", folder)
    #expect(outcome.succeeded && outcome.output.isEmpty, "\(outcome.errors)")
    if program.name != "fit" {
      let direct = try Fixtures.run(program.command, input: program.input)
      #expect(try folder.read("out") == direct.output)
    }
    #expect(try mode(folder.file("out")) & 0o111 == 0)
  }

  @Test(arguments: programs) func failureLeavesTheOldFile(_ program: Program) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "out")
    let before = try folder.names().count
    let short = Array(program.input.dropLast())
    for input in [[], short, Array("no stream".utf8)] {
      let outcome = try run(program, "out", folder, input: input)
      #expect(outcome.status == .exited(1), "\(program)")
      #expect(try folder.read("out") == Array("old".utf8), "\(program)")
      let none = try run(program, "new", folder, input: input)
      #expect(none.status == .exited(1))
    }
    let after = try folder.names()
    #expect(after.count == before + 5, "\(after)")
  }

  @Test func layersThatDoNotMeetLeaveTheOldFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "out")
    for layers in ["-m w.bin -m c.bin --pooling consecutive", "-m d.bin -m w.bin --pooling none"] {
      let join = Program(command: "fit join \(layers)", input: [])
      for output in ["out", "new"] {
        let outcome = try run(join, output, folder)
        #expect(!outcome.succeeded && outcome.errors.hasPrefix("fit: "), "\(outcome.errors)")
      }
    }
    #expect(try folder.read("out") == Array("old".utf8))
    #expect(
      try Set(folder.names()) == ["c.bin", "d.bin", "labels.txt", "net.bin", "out", "w.bin"])
  }

  @Test(arguments: programs) func interrupted(_ program: Program) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "out")
    for signal in ["INT", "TERM", "KILL"] {
      let half = Array(program.input.prefix(program.input.count / 2))
      let script = """
        mkfifo fifo
        exec 3<&0
        (cat <&3; sleep 5) > fifo & feeder=$!
        \(program.command) -o out < fifo & program=$!
        sleep 0.05; kill -\(signal) $program; kill $feeder; wait $program; rm fifo
        """
      _ = try Child.shell(
        "exec 2>/dev/null; \(script)", input: half, options: .init(folder: folder.path))
      #expect(try folder.names().filter { $0.contains("sparsepipe") }.isEmpty)
      #expect(try folder.read("out") == Array("old".utf8), "\(program) \(signal)")
    }
  }

  /// What cannot be written is known before anything is read: the input is a folder, which nobody
  /// gets to know.
  @Test(arguments: everything) func unwritablePlaces(_ program: Program) throws {
    let long = String(repeating: "n", count: 256)
    for output in ["missing/out", "labels.txt/out", ".", long] {
      let outcome = try Child.shell(
        "\(program.command) -o \(output) < .", options: .init(folder: Fixtures.folder.path))
      #expect(!outcome.errors.contains("<stdin>"), "\(program) \(output): \(outcome.errors)")
      expectFailure(outcome, from: program.name, saying: output, "\(program) \(output)")
    }
  }

  @Test func linksModesAndLongNames() throws {
    let program = Program.all[3]
    let folder = try TemporaryFolder()
    try folder.write("old", to: "target")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.file("target"))
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "target")
    try manager.createSymbolicLink(atPath: folder.file("dangling"), withDestinationPath: "new")
    try manager.createSymbolicLink(atPath: folder.file("loop"), withDestinationPath: "loop")
    #expect(try run(program, "link", folder).succeeded)
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.file("link")) == "target")
    #expect(try mode(folder.file("target")) == 0o640)
    #expect(try folder.read("target").count > 100)
    #expect(try run(program, "dangling", folder).succeeded)
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.file("dangling")) == "new")
    #expect(try folder.read("new") == folder.read("target"))
    expectFailure(try run(program, "loop", folder), from: program.name, saying: "loop", "loop")
    let longest = String(repeating: "n", count: 255)
    #expect(try run(program, longest, folder).succeeded)
    #expect(try folder.read(longest) == folder.read("target"))
  }

  /// A file is not replaced by what was made of it, whatever it is called.
  @Test func inputIsOutput() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.records.bytes, to: "x.npy")
    let model = Fixtures.folder.file("d.bin")
    let outcome = try Child.shell(
      """
      ln x.npy hard.npy; ln -s x.npy soft.npy; ln -s new dangling; mkdir sub
      for line in '-o x.npy x.npy' '-o hard.npy x.npy' '-o x.npy soft.npy' '-o sub/../x.npy x.npy' \
        '-o x.npy -' '-o /dev/stdout x.npy'
      do encode -m \(model) $line <x.npy >>x.npy && exit
      done
      encode -m \(model) x.npy >>x.npy && exit
      fit psd -q --log new -o dangling x.npy || true
      """, options: .init(folder: folder.path))
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 8 && outcome.succeeded, "\(outcome.errors)")
    #expect(lines.prefix(7).allSatisfy { $0.contains("would overwrite what is read") }, "\(lines)")
    #expect(lines.last?.hasSuffix("--log and -o need files of their own, both are new") == true)
    #expect(try folder.read("x.npy") == Fixtures.records.bytes)
    #expect(try folder.names() == ["dangling", "hard.npy", "soft.npy", "sub", "x.npy"])
  }

  /// Nor are images that a list names or that may be left out, codes that units are ordered by, or what
  /// a numbered name comes to.
  @Test(arguments: [
    "patches --skip-bad a.pgm -o a.pgm", "echo a.pgm | patches --files-from - -o ./a.pgm",
    "echo a.pgm >list; patches --files-from list --labels y --labels-out a.pgm",
    "mosaic d.bin --order use --codes a.pgm -o a.pgm", "mosaic x0 -o x%d", "mosaic x% -o x%%",
    "patches -r x0 -o x%d",
  ]) func namedInputIsOutput(_ line: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 16, width: 16), to: "a.pgm")
    try folder.write(try Fixtures.folder.read("d.bin"), to: "d.bin")
    for name in ["x0", "x%"] { try folder.write(Fixtures.records.bytes, to: name) }
    try folder.write("1\n", to: "y")
    let names = ["a.pgm", "d.bin", "x0", "x%", "y"]
    let before = try names.map { try folder.read($0) }
    let outcome = try Child.shell(line, options: .init(folder: folder.path))
    #expect(
      outcome.status == .exited(2) && outcome.errors.contains("read")
        || outcome.errors.contains("need files of their own"), "\(outcome.errors)")
    #expect(try names.map { try folder.read($0) } == before)
  }

  /// What a killed program left behind, or one of the same number elsewhere is writing, is let be.
  @Test func takenTemporaryNames() throws {
    let folder = try TemporaryFolder()
    let outcome = try Child.shell(
      """
      echo theirs >.sparsepipe-$$-1.tmp; mkdir .sparsepipe-$$-2.tmp; mv .sparsepipe-$$-1.tmp it
      ln it .sparsepipe-$$-1.tmp; exec inspect -o out
      """, input: Fixtures.records.bytes, options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(try folder.read("it") == Array("theirs\n".utf8))
    #expect(try folder.names().count == 4 && folder.names().contains("out"))
  }

  /// Labels of images that were not written would be taken for those of others.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func labelsGoWithTheImages() throws {
    let folder = try TemporaryFolder()
    try folder.write("7\n", to: "l.txt")
    for output in ["-o /dev/full", "| true"] {
      _ = try Child.shell(
        "patches --size 3 --labels l.txt --labels-out l.npy - \(output)",
        input: Fixtures.pgm(height: 400, width: 400), options: .init(folder: folder.path))
      #expect(try folder.names() == ["l.txt"], "\(output)")
    }
  }

  @Test func whatIsNoFileIsWrittenAsItIs() throws {
    let folder = try TemporaryFolder()
    let outcome = try Fixtures.run(
      "fifo=\(folder.file("fifo")); mkfifo $fifo; cat $fifo & inspect -o $fifo; wait",
      input: Fixtures.records.bytes)
    #expect(outcome.errors.isEmpty && outcome.text.hasPrefix("[40,4,4,1]"))
    let device = try Fixtures.run("pool -o /dev/stdout | cat", input: Fixtures.codes.bytes)
    #expect(NPY.stream(device.output)?.first?.shape == [40, 4])
  }
}
