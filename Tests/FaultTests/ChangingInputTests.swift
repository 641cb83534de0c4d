import Foundation
import TestSupport
import Testing

/// Files that are cut, emptied or damaged, before or while they are read.
@Suite struct ChangingInputTests {
  /// Images that are emptied once the first windows have been written: the rest of the one that is
  /// read, or the one after it.
  @Test(arguments: ["a.idx", "b.pgm"], ["--size full", "--size 3", "--size 50 --stride 50"])
  func imageEmptiedWhileRead(_ file: String, _ options: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.idx(25, 400, 400), to: "a.idx")
    try folder.write(Fixtures.pgm(height: 30, width: 400), to: "b.pgm")
    let outcome = try Child.shell(
      """
      mkfifo fifo
      patches \(options) a.idx b.pgm > fifo & program=$!
      (head -c 1000 > first; : > \(file); cat) < fifo > rest
      wait $program
      """, options: .init(folder: folder.path))
    #expect(
      outcome.isFailure(of: "patches", saying: "\(file): "),
      "\(options): \(outcome.status) \(outcome.errors)")
    let isWhole = NPY.stream(try folder.read("first") + folder.read("rest")) != nil
    #expect(!isWhole, "\(options)")
  }

  /// Training data that is read again where it lies, and has become shorter.
  @Test func trainingDataCutWhileRead() throws {
    let folder = try TemporaryFolder()
    let program = Program.largeFits[0]
    try folder.write(program.input, to: "in.npy")
    try folder.write("old", to: "out")
    let outcome = try Child.shell(
      """
      mkfifo messages
      fit dictionary --code 8 --epochs 100000 -o out < in.npy 2> messages & program=$!
      (head -n 3 > first; : > in.npy; cat > rest) < messages
      wait $program
      """,
      options: .init(environment: ["SPARSEPIPE_MEMORY": "0"], folder: folder.path))
    let last = String(decoding: try folder.read("rest"), as: UTF8.self).split(separator: "\n").last
    #expect(outcome.status == .exited(1))
    #expect(last == "fit: <stdin>: has become shorter while it was being read")
    #expect(try folder.read("out") == Array("old".utf8))
    #expect(try folder.names() == ["first", "in.npy", "messages", "out", "rest"])
  }

  /// A model cut anywhere is refused by name, and nothing is written.
  @Test(arguments: ["d.bin", "w.bin", "c.bin"]) func modelCut(_ name: String) throws {
    let model = try Fixtures.folder.read(name)
    let folder = try TemporaryFolder()
    let header = 8 + Int(model[0]) + Int(model[1]) << 8
    let lengths =
      samples(30, of: 0...header, seed: 6) + samples(50, of: 0...model.count - 1, seed: 7)
    for length in lengths + [7, 8, 9, header - 1, header, header + 1, model.count - 1] {
      try folder.write(Array(model[..<length]), to: "w.bin")
      let outcome = try run(name, folder)
      #expect(
        outcome.isFailure(of: reader(of: name), saying: "w.bin: ") && outcome.output.isEmpty,
        "\(length) of \(model.count) bytes: \(outcome.errors)")
    }
  }

  /// A model with one bit changed is refused, or is a whole model with another number in it: that
  /// cannot be told, as the file holds no check sum. It never crashes a program, and what it makes
  /// has the shape that the model has.
  @Test(arguments: ["d.bin", "w.bin", "c.bin"]) func modelDamaged(_ name: String) throws {
    let model = try Fixtures.folder.read(name)
    let folder = try TemporaryFolder()
    let header = 8 + Int(model[0]) + Int(model[1]) << 8
    let places =
      samples(40, of: 0...header - 1, seed: 8) + samples(20, of: header...model.count - 1, seed: 9)
    let intact = try run(name, Fixtures.folder, model: name)
    #expect(intact.succeeded, "\(intact.errors)")
    for (index, place) in places.enumerated() {
      var damaged = model
      damaged[place] ^= 1 << UInt8(index % 8)
      try folder.write(damaged, to: "w.bin")
      let outcome = try run(name, folder)
      let what = "bit \(index % 8) of byte \(place): \(outcome.status) \(outcome.errors)"
      if outcome.succeeded {
        let shapes = NPY.stream(outcome.output)?.map(\.shape)
        #expect(shapes == NPY.stream(intact.output)?.map(\.shape), "\(what)")
      } else {
        #expect(outcome.isFailure(of: reader(of: name)), "\(what)")
        #expect(NPY.stream(outcome.output)?.isEmpty != false, "\(what)")
      }
    }
  }

  private func reader(of name: String) -> String { name == "c.bin" ? "classify" : "encode" }

  private func run(
    _ name: String, _ folder: TemporaryFolder, model: String = "w.bin"
  ) throws -> Child.Outcome {
    let scores = name == "c.bin" ? ["--scores"] : []
    return try Child.run(
      reader(of: name), ["-m", model] + scores, input: Fixtures.records.bytes,
      options: .init(folder: folder.path))
  }
}
