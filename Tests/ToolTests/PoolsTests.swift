import TestSupport
import Testing

/// Pools from the command line to features: notations, files, penalties, pruning.
@Suite struct PoolsTests {
  private typealias Bench = LearnedEncoderTests.Bench

  @Test(arguments: [
    "group torus:4x4:2:1", "group torus:4x4:3:2:gauss", "group grid:4x3:2:1", "tree tree:1,3,2",
    "group tree:2,3", "group consecutive:2",
  ])
  func fitsTakePools(_ words: String) throws {
    let parts = words.split(separator: " ")
    let options = "--penalty \(parts[0]) --pools \(parts[1]) -q --epochs 1"
    let bench = try Bench(records: 40)
    let size = parts[1].hasPrefix("consecutive") ? "--code 16" : ""
    for line in [
      "dictionary --gap 0.05", "psd --lambda norm:0.02", "autoencoder --lambda 1e-4",
      "drsae --labels y --unsupervised-epochs 1 --lambda 1e-4 --rate 0.0005",
    ] {
      try bench.output("fit \(line) \(size) \(options) -o m.bin <x.npy")
      let text = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
      #expect(text.contains("\n  pools = \(parts[1])\n") && text.contains("\n  pools  "))
      let outcome = try bench.run(
        "encode -m m.bin --solver fista --gap 0.01 --iterations 200 --stats <x.npy >z.npy")
      #expect(outcome.succeeded && outcome.errors.contains("  gap "), "\(line): \(outcome.errors)")
      try bench.output("pool -m m.bin <z.npy | inspect")
      try bench.output("pool z.npy | inspect")
    }
    try bench.output("fit dictionary --gap 0.05 \(size) \(options) -o d.bin <x.npy")
    try bench.output("fit lista -m d.bin --gap 0.05 --epochs 1 -q -o l.bin <x.npy")
    try bench.output("encode -m l.bin <x.npy | pool | inspect")
  }

  @Test(arguments: [
    ("autoencoder --preset lecture-torus", "code=256", "pools=torus:16x16:6:3", "penalty=group"),
    ("psd --preset ipsd-2009", "code=400", "pools=torus:20x20:6:2:gauss", "penalty=group"),
    ("dictionary --preset tree-jenatton", "code=71", "pools=tree:1,10,2,2", "penalty=tree"),
  ])
  func presets(_ command: String, _ code: String, _ pools: String, _ penalty: String) throws {
    let bench = try Bench()
    let gap = command.hasPrefix("autoencoder") ? "" : "--gap 0.05"
    try bench.output("fit \(command) --lambda 1e-4 \(gap) --epochs 1 -q -o m.bin <x.npy")
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    for words in [code, pools, penalty, "center=1", "normalize=1", "epochs=1"] {
      #expect(card.contains("\(words) "), "\(command) \(words): \(card)")
    }
  }

  @Test func setsOfFiles() throws {
    let bench = try Bench()
    try bench.folder.write("# pools\n0 1 2\n2 3:0.5 4\n5\n\n", to: "sets.txt")
    try bench.folder.write("-1\n0\n0\n1\n1\n2\n", to: "parents.txt")
    let options = "--code 6 -q --epochs 1 --lambda 0.1 -o m.bin <x.npy"
    try bench.output("fit dictionary --penalty group --pools sets.txt \(options)")
    let sets = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(sets.contains("  pools  3 of 1 to 3 units, each unit in 1 to 2; uneven"), "\(sets)")
    // The model holds them, and is a file of pools itself.
    try bench.output(
      "fit dictionary --penalty group --pools m.bin \(options.replacing("m.bin", with: "n.bin"))")
    func pooled(by model: String) throws -> [[Float]]? {
      let line = "encode -m \(model) --solver fista <x.npy | pool -m \(model)"
      return try NPY.stream(bench.output(line))?.map(\.floats)
    }
    #expect(try pooled(by: "m.bin") == pooled(by: "n.bin"))
    try bench.output("fit dictionary --penalty tree --pools tree:parents.txt \(options)")
    let tree = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(tree.contains("  pools  6 of 1 to 6 units, each unit in 1 to 3, a tree of 3 levels"))
    let line = try #require(tree.split(separator: "\n").first { $0.contains("radial frequency") })
    let figures = line.split(separator: " ").compactMap { Double($0) }
    #expect(figures.count == 3 && figures.allSatisfy { $0 > 0 && $0 < 0.708 }, "\(line)")
    #expect(!sets.contains("radial frequency"))
    // Their codes do not have the tree in their notes.
    try bench.output("encode -m m.bin --solver fista <x.npy >z.npy")
    let codes = String(decoding: try bench.output("inspect --pools m.bin z.npy"), as: UTF8.self)
    #expect(codes.contains("  active by depth  "), "\(codes)")
  }

  @Test(arguments: [
    ("0 1\n1 x\n", "line 2: expected units"), ("0 0 1\n", "unit 0 is twice in pool 0"),
    ("0 1 9\n", "pool 0 has unit 9, expected units from 0 to 5"), ("", "empty"),
    ("0 1\n\n2\n", "line 2: expected units"), ("0 1:-1\n", "line 1: expected units"),
    ("0 1:nan\n", "line 1: expected units"), ("0 1 2\n", "unit 3 is in no pool"),
    ("0:0 1\n", "line 1: expected units"),
  ])
  func badFilesOfSets(_ text: String, _ message: String) throws {
    let bench = try Bench()
    try bench.folder.write(text, to: "sets.txt")
    expectFailure(
      try bench.run(
        "fit dictionary --penalty group --pools sets.txt --code 6 -q --epochs 1 -o m.bin <x.npy"),
      from: "fit", saying: message, text)
    #expect(try !bench.folder.names().contains("m.bin"))
  }

  @Test(arguments: [
    ("-1\n0\n7\n", "unit 2 has the parent 7"), ("1\n2\n0\n", "among its own ancestors"),
    ("-1\n0 1\n0\n", "line 2: expected one parent"), ("-1\n0\n", "the parents of 2 units"),
  ])
  func badFilesOfTrees(_ text: String, _ message: String) throws {
    let bench = try Bench()
    try bench.folder.write(text, to: "tree.txt")
    expectFailure(
      try bench.run(
        "fit dictionary --penalty tree --pools tree:tree.txt --code 3 -q --epochs 1 -o m.bin <x.npy"
      ),
      from: "fit", saying: message, text)
  }

  @Test(arguments: [
    ("--penalty group", "--penalty group needs --pools"),
    ("--penalty tree --pools torus:4x4:2:1", "share units and neither holds the other"),
    ("--penalty group --pools torus:4x4:2:1 --code 15", "are of 16 units, found 15"),
    ("--pools torus:4x4:5:1", "expected a window of at most 4"),
    ("--pools torus:4x4:2:3", "expected a stride of at most 2"),
    ("--pools ring:4", "expected consecutive:SIZE"), ("--pools four", "expected consecutive:SIZE"),
    ("--pools consecutive:5 --code 16", "15 or 20 would fit"),
    ("--pools tree:1,0", "the children of a node at each depth"),
  ])
  func refusedBeforeAnythingIsRead(_ options: String, _ message: String) throws {
    let bench = try Bench()
    expectFailure(
      try bench.run("fit dictionary \(options) -o m.bin <x.npy"), code: 2, from: "fit",
      saying: message, options)
  }

  @Test func prunedTrees() throws {
    let bench = try Bench()
    try bench.output(
      "fit dictionary --penalty tree --pools tree:1,4,2 --lambda 0.1 --epochs 2 -q -o t.bin <x.npy")
    try bench.output("fit prune -m t.bin --prune-quantile 0.25 -q -o s.bin x.npy")
    let text = String(decoding: try bench.output("inspect s.bin"), as: UTF8.self)
    #expect(text.contains("\n  10 units") && text.contains("figure.pruned = 3.0"), "\(text)")
    #expect(text.contains(", a tree of "))
    let drawn = ["-s 0", "", "-s 1", "-s 2"].map { seed in
      "fit prune -m t.bin --prune-quantile 0.25 --at-random \(seed) -o c.bin x.npy"
    }
    let models = try drawn.map { line in
      let outcome = try bench.run(line)
      #expect(
        outcome.succeeded && outcome.errors.contains("left out 3 of 13 units at random, energy "),
        "\(line): \(outcome.errors)")
      let card = String(decoding: try bench.output("inspect c.bin"), as: UTF8.self)
      #expect(
        card.contains("\n  10 units") && card.contains(" a tree of ")
          && card.contains("prune-quantile=0.25 at-random=1"), "\(card)")
      return try bench.folder.read("c.bin")
    }
    #expect(models[0] == models[1] && Set(models).count == 3)
    try bench.output("encode -m s.bin --solver fista <x.npy | decode -m s.bin | inspect")
    try bench.output(
      "fit dictionary --start s.bin --penalty tree --pools s.bin --code 10 --epochs 1 -q -o r.bin <x.npy"
    )
    for (options, message) in [
      ("", "either --prune-below or --prune-quantile"),
      ("--prune-below 0.1 --prune-quantile 0.1", "either --prune-below or --prune-quantile"),
      ("--prune-below 1", "--prune-below must be"), ("--prune-quantile nan", "--prune-quantile"),
      ("--at-random", "either --prune-below or --prune-quantile"),
      ("--prune-quantile 0.2 -s 1", "--seed has no effect without --at-random"),
    ] {
      expectFailure(
        try bench.run("fit prune -m t.bin \(options) -o p.bin x.npy"), code: 2, from: "fit",
        saying: message, options)
    }
    try bench.output("fit whiten -q -o white.bin x.npy")
    expectFailure(
      try bench.run("fit prune -m white.bin --prune-below 0.1 -q -o p.bin x.npy"), from: "fit",
      saying: "white.bin: a whitening has no units to leave out", "a whitening")
    try bench.output("fit dictionary --code 16 --lambda norm:0.3 --epochs 1 -q -o d.bin <x.npy")
    expectFailure(
      try bench.run("fit prune -m d.bin --prune-below 0.9999 -q -o p.bin x.npy"), from: "fit",
      saying: "nothing would be left: the most used unit", "all units")
  }

  @Test(arguments: ["tree", "l1"]) func prunedWhileTraining(_ penalty: String) throws {
    let bench = try Bench()
    let line = "fit dictionary --penalty \(penalty) --pools tree:1,4,3 --lambda norm:0.3 --batch 50"
    let options = "\(line) --prune-below 0.2 --epochs 4"
    let told = try bench.run("\(options) --log l.tsv -j 2 -o t.bin <x.npy")
    #expect(told.succeeded && told.errors.contains("  pruned "), "\(told.errors)")
    let log = String(decoding: try bench.folder.read("l.tsv"), as: UTF8.self)
    let rows = log.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    let column = try #require(rows[0].firstIndex(of: "units"))
    let units = rows.dropFirst().compactMap { Double($0[column]) }
    #expect(units.count == 4 && units[0] <= 17 && units[3] < 17 && units[3] == units[2], "\(units)")
    let text = String(decoding: try bench.output("inspect t.bin"), as: UTF8.self)
    #expect(text.contains("\n  \(Int(units[3])) units"), "\(text)")
    #expect(
      text.contains("figure.pruned = \(17 - units[3])\n") && text.contains(" prune-below=0.2 "))
    #expect(text.contains("\n  pools  "))
    try bench.output("encode -m t.bin --solver fista <x.npy | decode -m t.bin | inspect")
    // Made longer, from where it was.
    try bench.output(
      "\(options.replacing("--epochs 4", with: "--epochs 2")) -q -j 1 --checkpoint c.ckpt -o s.bin <x.npy"
    )
    try bench.output("\(options) -q -j 1 --resume c.ckpt -o r.bin <x.npy")
    #expect(try bench.folder.read("r.bin") == bench.folder.read("t.bin"))
    expectFailure(
      try bench.run("\(line) --prune-below 0.1 --epochs 4 -q --resume c.ckpt -o n.bin <x.npy"),
      from: "fit", saying: "prune-below=0.2, this run has prune-below=0.1", "another share")
    try bench.folder.write("old", to: "n.bin")
    expectFailure(
      try bench.run(
        "fit dictionary --code 16 --lambda norm:0.3 --prune-below 0.9999 -q -o n.bin x.npy"),
      from: "fit", saying: "x.npy: nothing would be left: the most used unit is in use in 0.",
      "all units")
    #expect(try bench.folder.read("n.bin") == Array("old".utf8))
    for (options, message) in [
      ("--prune-below 0", "--prune-below must be"), ("--prune-below 1", "--prune-below must be"),
      ("--prune-below nan", "--prune-below"),
      ("--prune-below 0.1 --epochs 1", "--prune-below has no effect on one epoch"),
    ] {
      expectFailure(
        try bench.run("fit dictionary \(options) -o n.bin x.npy"), code: 2, from: "fit",
        saying: message, options)
    }
  }
}
