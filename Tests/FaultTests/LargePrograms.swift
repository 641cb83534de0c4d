import TestSupport

extension Program {
  /// Every program with so much to read or to write that it takes several blocks, in two arrays
  /// where it takes a stream.
  static let large: [Program] = {
    let records = Fixtures.array([3000, 4, 4, 1], note: "record=3").bytes
    let codes = try? Fixtures.run("encode -m d.bin", input: records).output
    guard let codes else { preconditionFailure("the inputs of the tests") }
    return [
      Program(command: "patches --size 3", input: Fixtures.pgm(height: 200, width: 200)),
      Program(command: "patches --size full", input: Fixtures.idx(25, 100, 80)),
      Program(
        command: "patches -r", input: Fixtures.windows(height: 90, width: 100).bytes,
        isFilter: false),
      Program(command: "encode -m d.bin", input: records + records),
      Program(command: "encode -m w.bin", input: records + records),
      Program(command: "decode -m d.bin", input: codes + codes),
      Program(command: "pool", input: codes + codes),
      Program(command: "classify -m c.bin --scores", input: records + records),
      Program(command: "classify -m c.bin", input: records + records, isFilter: false),
      Program(command: "classify -m c.bin --top 3", input: records + records, isFilter: false),
      Program(command: "mosaic", input: records, isFilter: false),
      Program(command: "inspect", input: records + records, isFilter: false),
    ]
  }()

  /// Filters with an array of which the last block of 256 KiB is sent just at its end.
  static let endingWithABlock: [Program] = {
    func records(_ length: Int) -> [UInt8] {
      Fixtures.array([(1 << 16) / length + 1, 4, 4, 1], note: "record=3").bytes
    }
    func codes(_ length: Int) -> [UInt8] {
      var codes = Fixtures.array([(1 << 16) / length + 1, 17])
      codes.comment = Fixtures.codes.comment
      return codes.bytes
    }
    return [
      Program(command: "encode -m d.bin", input: records(17)),
      Program(command: "encode -m w.bin", input: records(16)),
      Program(command: "decode -m d.bin", input: codes(16)),
      Program(command: "pool", input: codes(4)),
      Program(command: "classify -m c.bin --scores", input: records(3)),
    ]
  }()

  /// Every way of `fit`, without `-o`.
  static let largeFits: [Program] = {
    let labels = Fixtures.folder.file("many-labels.txt")
    do {
      try Fixtures.folder.write(
        (0..<3000).map { "\($0 * 7 % 3)\n" }.joined(), to: "many-labels.txt")
    } catch {
      preconditionFailure("the labels of the tests: \(error)")
    }
    return [
      "dictionary --code 8 --epochs 2", "whiten", "lista -m d.bin --iterations 1 --epochs 1",
      "psd --code 8 --epochs 1", "autoencoder --code 8 --epochs 1",
      "drsae --labels \(labels) --code 8 --iterations 1 --unsupervised-epochs 1 --epochs 1",
      "classifier --labels \(labels)",
    ].map {
      Program(
        command: "fit \($0) -q", input: Fixtures.array([3000, 4, 4, 1], note: "record=3").bytes,
        isFilter: false)
    }
  }()
}

extension Fixtures {
  /// The windows [3,3,1] of a picture of noise.
  static func windows(height: Int, width: Int) -> NPY {
    array([height - 2, width - 2, 3, 3, 1], note: "record=3 image=\(height)x\(width) stride=1")
  }
}
