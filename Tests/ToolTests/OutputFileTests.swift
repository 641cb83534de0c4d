import Foundation
import TestSupport
import Testing

/// `-o`: whole or not at all.
@Suite struct OutputFileTests {
  static let programs = Program.all + Program.fits

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }

  /// Runs in a folder of its own in which the files of the models are seen.
  private func run(
    _ program: Program, _ output: String, _ folder: TemporaryFolder, input: [UInt8]? = nil
  ) throws -> Child.Outcome {
    for name in ["d.bin", "w.bin", "c.bin", "labels.txt"] {
      try? FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: Fixtures.folder.file(name))
    }
    return try Child.shell(
      "\(program.command) -o \(output)", input: input ?? program.input,
      options: .init(folder: folder.path))
  }

  @Test(arguments: programs) func sameBytesAsStandardOutput(_ program: Program) throws {
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
    #expect(after.count == before + 4, "\(after)")
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
  @Test(arguments: programs) func unwritablePlaces(_ program: Program) throws {
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

  @Test func inputIsOutput() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.records.bytes, to: "x.npy")
    let model = Fixtures.folder.file("d.bin")
    let outcome = try Child.shell(
      "encode -m \(model) -o x.npy < x.npy", options: .init(folder: folder.path))
    #expect(outcome.succeeded)
    #expect(NPY.stream(try folder.read("x.npy"))?.first?.shape == [40, 17])
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
