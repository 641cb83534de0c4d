/// Small models and data that many tests share, made once by the programs themselves.
public enum Fixtures {
  /// 40 records [4,4,1] of numbers between 0 and 1 that look random.
  public static let records = array([40, 4, 4, 1], note: "record=3")
  /// A label of 0 to 2 for each of the records.
  public static let labels = (0..<40).map { "\(($0 * 7 + $0 / 3) % 3)\n" }.joined()

  /// Holds `d.bin`, a dictionary of 16 units and a DC unit, `w.bin`, a whitening, `c.bin`, a
  /// classifier of the records, and `labels.txt`.
  public static let folder: TemporaryFolder = {
    do {
      let folder = try TemporaryFolder()
      try folder.write(labels, to: "labels.txt")
      for line in [
        "fit dictionary --code 16 --epochs 2 --dc --lambda 0.1 -q -o d.bin",
        "fit dictionary --code 16 --epochs 1 --dc --lambda 0.1 -q -s 7 -o other.bin",
        "fit whiten -q -o w.bin",
        "fit classifier --labels labels.txt -q -o c.bin",
        "encode -m d.bin | pool | fit classifier --labels labels.txt -q -o top.bin",
        "fit join -m d.bin -m top.bin -o net.bin",
      ] {
        let outcome = try Child.shell(
          line, input: records.bytes, options: .init(folder: folder.path))
        precondition(outcome.succeeded, outcome.errors)
      }
      return folder
    } catch {
      preconditionFailure("the models of the tests: \(error)")
    }
  }()

  /// The codes of the records.
  public static let codes: NPY = {
    guard let bytes = try? run("encode -m d.bin", input: records.bytes).output,
      let codes = NPY.stream(bytes)?.first
    else { preconditionFailure("the codes of the tests") }
    return codes
  }()

  /// Numbers between 0 and 1, the same at every run.
  public static func array(_ shape: [Int], note: String = "", seed: UInt32 = 1) -> NPY {
    var state = seed
    let count = shape.reduce(1, *)
    let values = (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24)
    }
    var array = NPY(shape: shape, values)
    if !note.isEmpty { array.comment = "# sparsepipe \(note)" }
    return array
  }

  /// A raw PGM of so many pixels, of bytes that differ.
  public static func pgm(height: Int, width: Int, seed: Int = 0) -> [UInt8] {
    Array("P5 \(width) \(height) 255\n".utf8)
      + (0..<height * width).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7 &+ seed) }
  }

  /// An IDX file of bytes [N,H,W]; all pixels of image i are 10·i.
  public static func idx(_ count: Int, _ height: Int, _ width: Int) -> [UInt8] {
    let header = [count, height, width].flatMap { size in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
    }
    let pixels = (0..<count).flatMap { [UInt8](repeating: UInt8(10 * $0), count: height * width) }
    return [0, 0, 8, 3] + header + pixels
  }

  /// Runs a line of shell in the folder of the models.
  public static func run(
    _ script: String, input: [UInt8] = [], options: Child.Options = .init()
  ) throws -> Child.Outcome {
    var options = options
    options.folder = options.folder ?? folder.path
    return try Child.shell(script, input: input, options: options)
  }
}
