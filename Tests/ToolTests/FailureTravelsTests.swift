import Foundation
import TestSupport
import Testing

/// A failure anywhere in a pipe is a failure of every stage after it, under a plain shell.
@Suite struct FailureTravelsTests {
  /// Runs stages as a pipe and returns the exit status of each.
  private func statuses(_ stages: [String], _ folder: TemporaryFolder) throws -> [String] {
    let line = stages.enumerated().map { "(\($1); echo $? > s\($0))" }.joined(separator: " | ")
    _ = try Child.shell(line, options: .init(folder: folder.path))
    return try stages.indices.map {
      String(decoding: try folder.read("s\($0)"), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 30, width: 20), to: "good.pgm")
    let whole = Fixtures.pgm(height: 30, width: 20, seed: 3)
    try folder.write(Array(whole.dropLast()), to: "short.pgm")
    return folder
  }

  private var model: String { Fixtures.folder.file("d.bin") }

  @Test(arguments: ["good.pgm missing.pgm", "good.pgm short.pgm", "missing.pgm", "short.pgm"])
  func everyStageFails(_ files: String) throws {
    let folder = try folder()
    try folder.write("old", to: "out.npy")
    let statuses = try statuses(
      [
        "patches --size 4 \(files)", "encode -m \(model)", "pool", "inspect > /dev/null",
      ], folder)
    #expect(statuses == ["1", "1", "1", "1"], "\(files)")
    let decoded = try self.statuses(
      [
        "patches --size 4 \(files)", "encode -m \(model)", "decode -m \(model)",
        "patches -r -o out.npy",
      ], folder)
    #expect(decoded == ["1", "1", "1", "1"], "\(files)")
    let outputs: [(String, String)] = [
      ("encode", "encode -m \(model) -o out.npy"), ("fit", "fit whiten -q -o out.npy"),
      ("mosaic", "mosaic -o out.npy"), ("inspect", "inspect -o out.npy"),
    ]
    for (name, last) in outputs {
      #expect(
        try self.statuses(["patches --size 4 \(files)", last], folder) == ["1", "1"], "\(name)")
      #expect(try folder.read("out.npy") == Array("old".utf8), "\(name)")
    }
    #expect(try !folder.names().contains { $0.hasSuffix(".tmp") })
  }

  /// The built-in model, with no options at all.
  @Test func bare() throws {
    let folder = try folder()
    let pooled = try Child.shell(
      "patches good.pgm | encode | pool | inspect", options: .init(folder: folder.path))
    #expect(pooled.succeeded && pooled.errors.isEmpty && pooled.text.hasPrefix("[19,9,"))
    let stages = ["patches good.pgm", "encode", "decode", "patches -r -o back.png"]
    #expect(try statuses(stages, folder) == ["0", "0", "0", "0"])
  }

  @Test func theGoodOnesSucceed() throws {
    let folder = try folder()
    let stages = ["patches --size 4 good.pgm", "encode -m \(model)", "pool", "inspect > /dev/null"]
    #expect(try statuses(stages, folder) == ["0", "0", "0", "0"])
  }

  /// A program that is killed while it waits for more: after half an array, at the seam of two, and
  /// after all, before its input has ended.
  @Test(arguments: ["half", "seam", "end"]) func killedInMidStream(_ place: String) throws {
    let folder = try folder()
    let one = Fixtures.array([6, 4, 4, 1], note: "record=3").bytes
    let bytes =
      switch place {
      case "half": one + one.prefix(one.count - 20)
      case "seam": one + one
      default: one + one + one
      }
    try folder.write(bytes, to: "in.npy")
    // The kill comes while standard input is open, whatever has been read of it.
    let outcome = try Child.shell(
      """
      mkfifo fifo
      (cat in.npy; sleep 20) > fifo & feeder=$!
      (sh -c 'echo $$ > pid; exec encode -m \(model)' < fifo; echo $? > s0) |
        (pool; echo $? > s1) | (inspect -o report; echo $? > s2) & pipe=$!
      sleep 0.3
      kill -9 $(cat pid)
      kill $feeder
      wait $pipe
      cat s0 s1 s2
      """, options: .init(folder: folder.path, timeLimit: .seconds(15)))
    #expect(outcome.text == "137\n1\n1\n", "\(place): \(outcome.errors)")
    #expect(try !folder.names().contains("report"))
  }

  /// A pipe that is full at the very end of an array: what a killed program leaves in it must not
  /// pass for a whole stream. A pipe of Linux holds 64 KiB, or the mebibyte that programs ask for.
  @Test(arguments: [4096, 8192, 16384]) func killedWhileThePipeIsFull(_ size: Int) throws {
    let folder = try TemporaryFolder()
    let array = Fixtures.array([1, (size - 128) / 4, 1, 1]).bytes
    #expect(array.count == size)
    try folder.write((0..<(2 << 20) / size).flatMap { _ in array }, to: "in.npy")
    let outcome = try Child.shell(
      """
      mkfifo fifo
      exec 4<> fifo
      sh -c 'echo $$ > pid; exec patches --size full --no-notes in.npy > fifo' 4>&- & writer=$!
      sleep 0.3
      kill -9 $(cat pid); wait $writer
      exec 5< fifo 4>&-
      cat <&5 > left.npy
      """, options: .init(folder: folder.path, timeLimit: .seconds(15)))
    let left = try folder.read("left.npy")
    #expect(left.count > 4096 && NPY.stream(left) == nil, "\(left.count) \(outcome.errors)")
    let reader = try Child.run("inspect", input: left)
    #expect(reader.status == .exited(1), "\(reader.text)")
  }
}
