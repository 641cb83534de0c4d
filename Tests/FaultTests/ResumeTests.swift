import Foundation
import TestSupport
import Testing

/// `fit --checkpoint` that is interrupted or killed, and `--resume`.
@Suite struct ResumeTests {
  private static let training = "dictionary --code 16 --epochs 40 --batch 50 --validation 100 -s 3"

  /// A folder with the records, and `whole.bin` and `whole.tsv` of a training that was not interrupted.
  private static let folder: TemporaryFolder = {
    do {
      let folder = try TemporaryFolder()
      let records = Fixtures.array([1500, 6, 6, 1], note: "record=3")
      try folder.write(records.bytes, to: "x.npy")
      let outcome = try Child.shell(
        "fit \(training) -q --log whole.tsv -o whole.bin <x.npy",
        options: .init(folder: folder.path))
      precondition(outcome.succeeded, outcome.errors)
      return folder
    } catch {
      preconditionFailure("the training of the tests: \(error)")
    }
  }()

  /// A folder of its own in which the records are seen.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("x.npy"), withDestinationPath: Self.folder.file("x.npy"))
    try folder.write("old", to: "w.bin")
    return folder
  }

  private func shell(_ script: String, _ folder: TemporaryFolder) throws -> Child.Outcome {
    try Child.shell(script, options: .init(folder: folder.path))
  }

  /// Trains with a checkpoint and a log, and gets the signal when the checkpoint has come.
  private func interrupted(
    by signal: String, threads: Int = 1, before: String = "", _ folder: TemporaryFolder
  ) throws -> Child.Outcome {
    try shell(
      """
      \(before)
      (until [ -e c.ckpt ]; do :; done; kill -\(signal) $$) &
      exec fit \(Self.training) -q -j \(threads) --log l.tsv --checkpoint c.ckpt \\
        -o w.bin <x.npy
      """, folder)
  }

  private static func words(_ line: String) -> [String] {
    line.split(separator: " ").map(String.init)
  }

  private func expectWhole(_ folder: TemporaryFolder, _ what: String) throws {
    #expect(try folder.read("w.bin") == Self.folder.read("whole.bin"), "\(what)")
    #expect(try rows(folder, "l.tsv") == rows(Self.folder, "whole.tsv"), "\(what)")
  }

  /// The rows of a log but for what the clock says: records a second and seconds.
  private func rows(_ folder: TemporaryFolder, _ name: String) throws -> [Substring] {
    let text = String(decoding: try folder.read(name), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      Substring(line.split(separator: "\t").dropLast(3).joined(separator: "\t"))
    }
  }

  @Test(arguments: [("INT", SIGINT), ("TERM", SIGTERM), ("KILL", SIGKILL)], [1, 2])
  func goesOnAsIfItHadNotStopped(_ signal: (name: String, number: Int32), threads: Int) throws {
    let folder = try folder()
    let what = "\(signal.name), \(threads) threads"
    let outcome = try interrupted(by: signal.name, threads: threads, folder)
    #expect(outcome.status == .killed(signal: signal.number), "\(what): \(outcome.errors)")
    let line = "fit: interrupted; go on with --resume c.ckpt\n"
    #expect(outcome.errors == (signal.number == SIGKILL ? "" : line), "\(what)")
    #expect(try folder.read("w.bin") == Array("old".utf8), "\(what)")
    #expect(try rows(folder, "l.tsv").count < 41, "\(what)")
    // Rows beyond the checkpoint, as a killed program can leave them, one of them without its end.
    let log = try folder.read("l.tsv")
    try folder.write(log + Array("40\t1\t1\t0\t0\t1\t1\t1\t1\n41\t0.".utf8), to: "l.tsv")
    let again = try shell(
      "fit \(Self.training) -q -j \(3 - threads) --log l.tsv --resume c.ckpt -o w.bin <x.npy",
      folder)
    #expect(again.succeeded && again.errors.isEmpty, "\(what): \(again.errors)")
    try expectWhole(folder, what)
  }

  /// Interrupted again and again, the checkpoint in place of the one that was gone on from.
  @Test func manyTimes() throws {
    let folder = try folder()
    var interruptions = 0
    var outcome = try interrupted(by: "TERM", folder)
    while outcome.status == .killed(signal: SIGTERM) && interruptions < 100 {
      interruptions += 1
      outcome = try Child.run(
        "fit",
        Self.words(
          Self.training + " -q --log l.tsv --checkpoint c.ckpt --resume c.ckpt -o w.bin"),
        options: .init(
          folder: folder.path, standardInput: .file(folder.file("x.npy")),
          interruption: .init(SIGTERM, delay: .milliseconds(40 + 30 * interruptions))))
    }
    #expect(outcome.succeeded && interruptions > 1, "\(interruptions): \(outcome.errors)")
    try expectWhole(folder, "\(interruptions) interruptions")
    // Done; only the model is written again.
    try folder.write("old", to: "w.bin")
    let again = try shell(
      "fit \(Self.training) -q --log l.tsv --resume c.ckpt -o w.bin <x.npy", folder)
    #expect(again.succeeded, "\(again.errors)")
    try expectWhole(folder, "resumed at the end")
  }

  /// Whenever it is killed, checkpoint and model are old or new and whole.
  @Test func killedAtAnyMoment() throws {
    let folder = try folder()
    var checkpoints = Set<[UInt8]>()
    for delay in samples(12, of: 20...400, seed: 5) {
      try folder.write("old", to: "w.bin")
      let goesOn = try checkpoints.count % 2 == 1 && folder.names().contains("c.ckpt")
      let outcome = try Child.run(
        "fit",
        Self.words(
          Self.training + " -q --checkpoint c.ckpt -o w.bin" + (goesOn ? " --resume c.ckpt" : "")),
        options: .init(
          folder: folder.path, standardInput: .file(folder.file("x.npy")),
          interruption: .init(SIGKILL, delay: .milliseconds(delay))))
      #expect(outcome.errors.isEmpty, "\(delay) ms: \(outcome.errors)")
      let model = try folder.read("w.bin")
      let whole = try Self.folder.read("whole.bin")
      let isWhole = model == Array("old".utf8) || model == whole
      #expect(isWhole, "\(delay) ms: \(model.count) bytes")
      guard try folder.names().contains("c.ckpt") else { continue }
      checkpoints.insert(try folder.read("c.ckpt"))
      let again = try shell("fit \(Self.training) -q --resume c.ckpt -o w.bin <x.npy", folder)
      #expect(again.succeeded, "\(delay) ms: \(again.errors)")
      #expect(try folder.read("w.bin") == whole, "\(delay) ms")
    }
    #expect(checkpoints.count > 2, "\(checkpoints.count) checkpoints")
  }

  // MARK: More epochs

  @Test(arguments: ["dictionary", "psd --schedule constant", "psd --schedule inverse:1e-4", "psd"])
  func madeLonger(_ command: String) throws {
    let folder = try folder()
    let line = "fit \(command) --code 16 --batch 50 --validation 100 -s 3"
    let script = """
      \(line) --epochs 6 -q --log whole.tsv -o whole.bin <x.npy
      \(line) --epochs 2 -q --log l.tsv --checkpoint c.ckpt -o w.bin <x.npy
      \(line) --epochs 6 --log l.tsv --checkpoint c.ckpt --resume c.ckpt -o w.bin <x.npy
      """
    let outcome = try shell(script, folder)
    #expect(outcome.succeeded, "\(outcome.errors)")
    let isSame = command != "psd"
    #expect(try (folder.read("w.bin") == folder.read("whole.bin")) == isSame, "\(command)")
    #expect(try (rows(folder, "l.tsv") == rows(folder, "whole.tsv")) == isSame, "\(command)")
    #expect(try rows(folder, "l.tsv").count == 7)
    let word =
      isSame
      ? "6 epochs, 2 before: the same as 6 at once\n"
      : "6 epochs, 2 before: not the same as 6 at once, as the rate falls with --schedule cosine;"
    #expect(outcome.errors.contains("fit: \(word)"), "\(outcome.errors)")
    // Made longer once, it is not made shorter again.
    let again = try shell("\(line) --epochs 5 --resume c.ckpt -o w.bin <x.npy", folder)
    #expect(again.isFailure(of: "fit", saying: "was made with epochs=6, this run has epochs=5"))
  }

  // MARK: Signals

  @Test(arguments: ["INT", "TERM"]) func ignoredSignalsAreIgnored(signal: String) throws {
    let folder = try folder()
    let outcome = try interrupted(by: signal, before: "trap '' \(signal)", folder)
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
    try expectWhole(folder, signal)
  }

  @Test func withoutACheckpointTheEndIsAtOnce() throws {
    let folder = try folder()
    let outcome = try shell(
      """
      (until [ -s l.tsv ]; do :; done; kill -TERM $$) &
      exec fit \(Self.training) -q --log l.tsv -o w.bin <x.npy
      """, folder)
    #expect(outcome.status == .killed(signal: SIGTERM) && outcome.errors.isEmpty)
    #expect(try folder.read("w.bin") == Array("old".utf8))
  }

  // MARK: Wrong checkpoints

  @Test func checkpointsOfOtherTrainings() throws {
    let folder = try folder()
    _ = try interrupted(by: "TERM", folder)
    let (checkpoint, log) = (try folder.read("c.ckpt"), try folder.read("l.tsv"))
    try folder.write(Array(checkpoint.dropLast(9)), to: "cut.ckpt")
    try folder.write("x", to: "x.ckpt")
    try folder.write(Fixtures.array([1500, 6, 6, 1], note: "record=3", seed: 2).bytes, to: "y.npy")
    for (options, words) in [
      (
        "--lambda 0.2 --resume c.ckpt <x.npy",
        "was made with lambda=norm:0.1, this run has lambda=0.2"
      ),
      (
        "--epochs 39 --resume c.ckpt <x.npy",
        "was made with epochs=40, this run has epochs=39; expected as many or more"
      ),
      (
        "--patience 3 --resume c.ckpt <x.npy",
        "was made with patience=none, this run has patience=3"
      ),
      ("-s 4 --resume c.ckpt <x.npy", "was made with seed=3, this run has seed=4"),
      ("--validation 9 --resume c.ckpt <x.npy", "validation=100, this run has validation=9"),
      ("--resume c.ckpt <y.npy", "was made with input="),
      ("--resume cut.ckpt <x.npy", "cut short"), ("--resume x.ckpt <x.npy", "no safetensors file"),
      ("--resume none.ckpt <x.npy", "cannot open"),
      ("--resume \(Self.folder.file("whole.bin")) <x.npy", "a model, expected a checkpoint"),
    ] {
      let outcome = try shell(
        "fit \(Self.training) -q --log l.tsv -o w.bin --checkpoint c.ckpt \(options)", folder)
      #expect(outcome.isFailure(of: "fit", saying: words), "\(options): \(outcome.errors)")
      #expect(try folder.read("w.bin") == Array("old".utf8), "\(options)")
      #expect(try folder.read("c.ckpt") == checkpoint, "\(options)")
      #expect(try folder.read("l.tsv") == log, "\(options)")
    }
    try folder.write("no log", to: "l.tsv")
    let outcome = try shell(
      "fit \(Self.training) -q --log l.tsv -o w.bin --resume c.ckpt <x.npy", folder)
    #expect(outcome.isFailure(of: "fit", saying: "l.tsv: expected the log"), "\(outcome.errors)")
    for program in ["inspect c.ckpt", "encode -m c.ckpt <x.npy"] {
      let name = String(program.split(separator: " ")[0])
      let outcome = try shell(program, folder)
      #expect(
        outcome.isFailure(of: name, saying: "c.ckpt: a checkpoint and no model"), "\(program)")
    }
  }

  /// The options of a checkpoint name no whitening; another one is another training.
  @Test func anotherWhitening() throws {
    let folder = try folder()
    let script = """
      fit whiten -q -o a.bin <x.npy && fit whiten -q --epsilon 0.1 -o b.bin <x.npy
      fit dictionary --code 8 --epochs 1 -q --whitening a.bin --checkpoint c.ckpt -o w.bin <x.npy
      """
    #expect(try shell(script, folder).succeeded)
    func resume(_ whitening: String) throws -> Child.Outcome {
      try shell(
        "fit dictionary --code 8 --epochs 1 -q --whitening \(whitening) --resume c.ckpt -o w.bin <x.npy",
        folder)
    }
    #expect(try resume("a.bin").succeeded)
    #expect(try resume("b.bin").isFailure(of: "fit", saying: "c.ckpt: was made with whitening="))
  }

  /// A checkpoint that cannot be written is known before the first record is read.
  @Test func unwritableCheckpoint() throws {
    let folder = try folder()
    let outcome = try shell(
      "fit \(Self.training) -q --checkpoint none/c.ckpt -o w.bin < .", folder)
    #expect(outcome.isFailure(of: "fit", saying: "none/c.ckpt: cannot open"), "\(outcome.errors)")
  }

  // MARK: Patience

  @Test func patienceTakesTheBestEpoch() throws {
    let folder = try folder()
    // So few records that the dictionary soon fits them too well.
    let options = """
      dictionary --code 20 --epochs 60 --batch 8 --lambda 0.01 --validation 1450 --patience 2
      """
    let outcome = try shell("fit \(options) --log l.tsv -o w.bin <x.npy", folder)
    #expect(outcome.succeeded, "\(outcome.errors)")
    let energies = try rows(folder, "l.tsv").dropFirst().compactMap { row in
      row.split(separator: "\t").last.flatMap { Double($0) }
    }
    let best = try #require(energies.min())
    let epoch = try #require(energies.firstIndex(of: best)) + 1
    #expect(energies.count < 60 && energies.count == epoch + 2, "\(energies)")
    #expect(outcome.errors.hasSuffix("fit: epoch \(epoch) was the best\n"), "\(outcome.errors)")
    let card = try shell("inspect w.bin", folder).text
    #expect(card.contains("figure.validation = \(best)\n"), "\(card)")
    #expect(card.contains("batch=8 patience=2 "), "\(card)")
  }
}
