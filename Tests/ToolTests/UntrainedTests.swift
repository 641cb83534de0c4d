import TestSupport
import Testing

/// Models of no epoch: what training begins with, which with random atoms is a control.
@Suite struct UntrainedTests {
  private static let commands = [
    "dictionary --code 8", "psd --code 8", "autoencoder --code 8", "drsae --labels y --code 8",
    "lista -m d.bin", "autoencoder --geometry conv --kernel 3 --code 5",
    "autoencoder --geometry local --kernel 3 --period 2 --code 2",
  ]

  @Test("a model of no epoch codes and decodes, and its card says so", arguments: commands)
  func usable(_ command: String) throws {
    let bench = try LearnedEncoderTests.Bench(records: 100)
    try bench.output(
      "fit \(command) --epochs 0 --validation 20 --log l.tsv -q -o m.bin <x.npy")
    let codes = try #require(NPY.stream(try bench.output("encode -m m.bin <x.npy"))?.first)
    #expect(codes.floats.contains { $0 != 0 })
    try bench.output("encode -m m.bin <x.npy | decode -m m.bin | inspect")
    try bench.output("mosaic m.bin -o m.png")
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(card.contains("epochs=0") && card.contains("figure.validation"), "\(card)")
    #expect(!card.contains("unsupervised-epochs=5"))
    #expect(try bench.folder.read("l.tsv").isEmpty)
  }

  @Test(
    "random atoms hold nothing of the data, others do",
    arguments: commands.filter { !$0.hasPrefix("lista") })
  func random(_ command: String) throws {
    let bench = try LearnedEncoderTests.Bench(records: 60)
    try bench.folder.write(
      Fixtures.array([60, 4, 4, 1], note: "record=3", seed: 8).bytes, to: "other.npy")
    func atoms(_ options: String, _ data: String) throws -> [Float] {
      try bench.output("fit \(command) --no-dc --epochs 0 \(options) -q -o m.bin <\(data)")
      return try bench.atoms(of: "m.bin")
    }
    // drsae has no option of the DC unit.
    if command.hasPrefix("drsae") { return }
    let drawn = try atoms("--atoms random", "x.npy")
    #expect(try sameBits(drawn, atoms("--atoms random", "other.npy")))
    #expect(try !sameBits(drawn, atoms("--atoms random -s 1", "x.npy")))
    #expect(try !sameBits(drawn, atoms("", "x.npy")))
    #expect(try !sameBits(atoms("", "x.npy"), atoms("", "other.npy")))
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(!card.contains("atoms="))
    try bench.output("fit \(command) --epochs 1 --atoms random -q -o m.bin <x.npy")
    let named = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(named.contains("atoms=random"))
  }

  @Test("a training goes on from no epoch, to the same bytes")
  func resumed() throws {
    let bench = try LearnedEncoderTests.Bench(records: 100)
    for command in Self.commands.dropFirst() {
      let line = "fit \(command) --validation 20 --schedule constant -q"
      try bench.output("\(line) --epochs 0 --checkpoint c.ckpt -o none.bin <x.npy")
      try bench.output("\(line) --epochs 0 --resume c.ckpt -o again.bin <x.npy")
      #expect(try bench.folder.read("none.bin") == bench.folder.read("again.bin"), "\(command)")
      // What comes before the others is another training.
      if command.hasPrefix("drsae") { continue }
      try bench.output("\(line) --epochs 2 --resume c.ckpt -o on.bin <x.npy")
      try bench.output("\(line) --epochs 2 -o once.bin <x.npy")
      #expect(try bench.folder.read("on.bin") == bench.folder.read("once.bin"), "\(command)")
    }
  }

  @Test("what has no effect is refused")
  func refused() throws {
    let bench = try LearnedEncoderTests.Bench(records: 60)
    for (options, part) in [
      ("autoencoder --epochs 0 --validation 9 --patience 2", "--patience has no effect"),
      ("autoencoder --atoms random --start d.bin", "--atoms has no effect with --start"),
      ("dictionary --atoms random --start d.bin", "--atoms has no effect with --start"),
      ("dictionary --epochs 0 --prune-below 0.1", "--prune-below has no effect"),
      ("autoencoder --batch 0", "--batch"), ("psd --epochs -1", "--epochs"),
    ] {
      expectFailure(
        try bench.run("fit \(options) -o o.bin <x.npy"), code: 2, from: "fit", saying: part, options
      )
    }
  }
}

extension LearnedEncoderTests.Bench {
  /// The bytes of a model's dictionary, as numbers.
  fileprivate func atoms(of name: String) throws -> [Float] {
    let bytes = try folder.read(name)
    let size = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + size], as: UTF8.self)
    let entry = try #require(header.split(separator: "\"decoder.weight\"").last)
    let offsets = try #require(entry.split(separator: "data_offsets\":[").dropFirst().first)
    let ends = offsets.prefix { $0 != "]" }.split(separator: ",").compactMap { Int($0) }
    try #require(ends.count == 2)
    let data = Array(bytes[(8 + size + ends[0])..<(8 + size + ends[1])])
    return stride(from: 0, to: data.count, by: 4).map { index in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(data[index + $1]) << (8 * $1) })
    }
  }
}
