import TestSupport
import Testing

/// `fit stack`: a network trained end to end, as a shell runs it.
@Suite struct StackTests {
  typealias Bench = LearnedEncoderTests.Bench

  /// 90 images of three classes that a bar somewhere tells, and a network of two layers and a classifier.
  private static let files: [(name: String, bytes: [UInt8])] = {
    do {
      let bench = try Bench()
      try bench.folder.write((0..<90).map { "\($0 % 3)\n" }.joined(), to: "y")
      try bench.folder.write(images().bytes, to: "images.npy")
      for line in [
        "fit autoencoder --geometry conv --kernel 3 --code 6 --lambda norm:0.02 --epochs 2 -q -o l1.bin images.npy",
        "encode -m l1.bin images.npy | pool --pools consecutive:1 --window 2 -o p1.npy",
        "fit autoencoder --geometry conv --kernel 2 --code 5 --lambda norm:0.02 --epochs 2 -q -o l2.bin p1.npy",
        "encode -m l2.bin p1.npy | pool --pools consecutive:1 --grid 2x2 -o f.npy",
        "fit classifier --labels y --decay 0.01 -q -o c.bin f.npy",
        "fit join -m l1.bin -m l2.bin -m c.bin -o net.bin",
      ] { try bench.output(line) }
      return try ["y", "images.npy", "l1.bin", "l2.bin", "c.bin", "net.bin", "f.npy"].map {
        ($0, try bench.folder.read($0))
      }
    } catch {
      preconditionFailure("the network of the tests: \(error)")
    }
  }()

  /// [90,10,10,1]: noise, and in a random place a bar that lies, stands, or is aslant.
  private static func images() -> NPY {
    var array = Fixtures.array([90, 10, 10, 1], note: "record=3", seed: 9)
    var values = array.floats.map { 0.2 * $0 }
    for image in 0..<90 {
      let (row, column) = (1 + image * 7 % 5, 1 + image * 5 % 5)
      for step in 0..<4 {
        let (down, right) = [(0, step), (step, 0), (step, step)][image % 3]
        values[image * 100 + (row + down) * 10 + column + right] += 1
      }
    }
    array = NPY(shape: array.shape, values)
    array.comment = "# sparsepipe record=3"
    return array
  }

  private func bench() throws -> Bench {
    let bench = try Bench()
    for (name, bytes) in Self.files { try bench.folder.write(bytes, to: name) }
    return bench
  }

  private static let fit = "fit stack -m net.bin --labels y -q --epochs 3"

  private func wrong(_ model: String, _ bench: Bench) throws -> Double {
    let report = try bench.output("classify -m \(model) --labels y images.npy")
    let line = String(decoding: report, as: UTF8.self).split(separator: "\n")[0]
    return try #require(Double(line.split(separator: " ")[1]))
  }

  @Test("layers learn from labels, and from random weights too")
  func learns() throws {
    let bench = try bench()
    let before = try wrong("net.bin", bench)
    try bench.output("\(Self.fit) --epochs 30 -o t.bin images.npy")
    try bench.output("\(Self.fit) --epochs 30 --random -s 1 -o r.bin images.npy")
    let (tuned, random) = (try wrong("t.bin", bench), try wrong("r.bin", bench))
    #expect(tuned < before && tuned < 10, "\(before) \(tuned)")
    #expect(random < 40, "\(random)")
    try bench.output("\(Self.fit) --epochs 0 -o same.bin images.npy")
    #expect(
      try bench.output("classify --scores -m same.bin images.npy")
        == bench.output("classify --scores -m net.bin images.npy"))
    try bench.output("\(Self.fit) --epochs 0 --random -s 1 -o r1.bin images.npy")
    try bench.output("\(Self.fit) --epochs 0 --random -s 2 -o r2.bin images.npy")
    #expect(
      try bench.output("encode -m r1.bin images.npy") != bench.output("encode -m r2.bin images.npy")
    )
  }

  @Test(
    "any number of threads gives the same bytes",
    arguments: ["", "--dropout 0.4 -s 3", "--energy 0.5", "--random", "--freeze 1 --average 0.9"])
  func threads(_ options: String) throws {
    let bench = try bench()
    for threads in [1, 2, 5] {
      try bench.output("\(Self.fit) \(options) -j \(threads) -o \(threads).bin images.npy")
    }
    let one = try bench.folder.read("1.bin")
    #expect(try bench.folder.read("2.bin") == one)
    #expect(try bench.folder.read("5.bin") == one)
    // What there is of the network goes on through the pipe of its layers.
    for layer in 1...3 {
      try bench.output("fit join -m 1.bin --layers \(layer) -o tuned-\(layer).bin")
    }
    let pipe = """
      encode -m tuned-1.bin images.npy | pool --pools consecutive:1 --window 2 | encode -m tuned-2.bin \
      | pool --pools consecutive:1 --grid 2x2 | classify --scores -m tuned-3.bin
      """
    #expect(try bench.output(pipe) == bench.output("classify --scores -m 1.bin images.npy"))
  }

  @Test(
    "a training that is resumed is that which was not interrupted",
    arguments: ["", "--dropout 0.4", "--energy 0.2 --average 0.95"])
  func resumed(_ options: String) throws {
    let bench = try bench()
    let fit = "fit stack -m net.bin --labels y -q --schedule constant \(options)"
    try bench.output("\(fit) --epochs 4 -o whole.bin images.npy")
    try bench.output("\(fit) --epochs 2 --checkpoint c.ckpt -o half.bin images.npy")
    try bench.output("\(fit) --epochs 4 --resume c.ckpt -o resumed.bin images.npy")
    #expect(try bench.folder.read("resumed.bin") == bench.folder.read("whole.bin"))
    #expect(try bench.folder.read("half.bin") != bench.folder.read("whole.bin"))
    expectFailure(
      try bench.run("\(fit) --epochs 4 --rate 0.5 --resume c.ckpt -o r.bin images.npy"),
      from: "fit", saying: "rate", "another training")
  }

  /// Its loss is next to 0; that of the next epoch is far below what a guess has, and a thousand times larger.
  @Test("a network that knows the labels may be trained further")
  func trainedFurther() throws {
    let bench = try bench()
    try bench.output("\(Self.fit) --epochs 300 -o t.bin images.npy")
    try bench.output(
      "fit stack -m t.bin --labels y -q --epochs 3 --rate 0.1 --log log -o further.bin images.npy")
    let rows = String(decoding: try bench.folder.read("log"), as: UTF8.self).split(separator: "\n")
    let loss = try #require(Double(rows[1].split(separator: "\t")[1]))
    #expect(loss < 2, "\(rows)")
  }

  @Test("what is frozen stays, to the byte, and what is not does not")
  func frozen() throws {
    let bench = try bench()
    func layer(_ number: Int, of network: String) throws -> [UInt8] {
      try bench.output("fit join -m \(network) --layers \(number) -o layer.bin")
      return try bench.folder.read("layer.bin")
    }
    try bench.output("\(Self.fit) --freeze 1 -o first.bin images.npy")
    #expect(try layer(1, of: "first.bin") == bench.folder.read("l1.bin"))
    #expect(try layer(2, of: "first.bin") != bench.folder.read("l2.bin"))
    try bench.output("\(Self.fit) --freeze 2,3 -o others.bin images.npy")
    #expect(try layer(1, of: "others.bin") != bench.folder.read("l1.bin"))
    #expect(
      try bench.output("encode -m others.bin images.npy")
        != bench.output("encode -m net.bin images.npy"))
    // A rate of 0 learns nothing either.
    try bench.output("\(Self.fit) --rates layers.2=0,layers.3=0 -o slow.bin images.npy")
    func weights(_ network: String) throws -> [String] {
      let text = String(decoding: try bench.output("inspect \(network)"), as: UTF8.self)
      return text.split(separator: "\n").map(String.init).filter { $0.contains(".weight  [") }
    }
    let (slow, others) = (try weights("slow.bin"), try weights("others.bin"))
    #expect(slow == others && slow.count == 5)
  }

  private static let refused: [(options: String, saying: String, code: Int32)] = [
    ("--freeze 1 --rates layers.1=2", "--rates layers.1 has no effect: it is not learned", 2),
    ("--freeze 3 --rates classifier=2", "--rates classifier has no effect", 2),
    ("--rates layers.4=1", "--rates layers.4 has no effect", 2),
    ("--rates layers.2.decoder=1", "--rates layers.2.decoder has no effect", 2),
    ("--rates layers.0=1", "--rates", 2),
    ("--rates layers=1", "--rates", 2),
    ("--bounds layers.1.gain=1", "--bounds layers.1.gain: a unit has one number there", 2),
    ("--freeze 1,2,3", "net.bin: all layers are frozen", 1),
    ("--freeze 4", "net.bin: has 3 layers, and none of the number 4", 1),
    ("--freeze 0", "--freeze", 2),
    ("--freeze 1,1", "--freeze", 2),
    ("--dropout 1", "--dropout must be", 2),
    ("--energy -1", "--energy must be", 2),
    ("--start l1.bin", "--start has no effect", 2),
  ]

  @Test("what cannot be asked for is refused before a record is read", arguments: refused)
  func refusal(_ refusal: (options: String, saying: String, code: Int32)) throws {
    let bench = try bench()
    // Without -q, what reads records says so in a line.
    let outcome = try bench.run(
      "fit stack -m net.bin --labels y \(refusal.options) -o o.bin images.npy")
    expectFailure(
      outcome, code: refusal.code, from: "fit", saying: refusal.saying, refusal.options)
  }

  @Test("networks and labels that do not fit are refused")
  func badFiles() throws {
    let bench = try bench()
    try bench.output("fit join -m l1.bin -m l2.bin -o headless.bin")
    try bench.folder.write((0..<90).map { "\($0 % 4)\n" }.joined(), to: "four")
    try bench.folder.write((0..<89).map { "\($0 % 3)\n" }.joined(), to: "short")
    try bench.folder.write(String(repeating: "-1\n", count: 90), to: "none")
    for (line, saying) in [
      ("-m headless.bin --labels y images.npy", "headless.bin: ends in no classifier"),
      ("-m l1.bin --labels y images.npy", "l1.bin: ends in no classifier"),
      ("-m net.bin --labels four images.npy", "four: labels of 4 classes, the classifier has 3"),
      ("-m net.bin --labels short images.npy", "short: expected one label for each of 90"),
      ("-m net.bin --labels none images.npy", "none: "),
      ("-m net.bin --labels y f.npy", "f.npy: net.bin expects images"),
    ] {
      let outcome = try bench.run("fit stack -q \(line) -o o.bin")
      expectFailure(outcome, from: "fit", saying: saying, line)
      #expect((try? bench.folder.read("o.bin")) == nil, "\(line)")
    }
    // Images of another size: their features are not those that the classifier takes.
    try bench.folder.write(
      Fixtures.array([90, 20, 21, 1], note: "record=3", seed: 2).bytes, to: "large.npy")
    try bench.output("\(Self.fit) --epochs 1 -o large.bin large.npy")
    try bench.folder.write(
      Fixtures.array([90, 5, 5, 1], note: "record=3", seed: 2).bytes, to: "small.npy")
    expectFailure(
      try bench.run("\(Self.fit) -o o.bin small.npy"), from: "fit",
      saying: "net.bin: ", "images too small")
  }
}
