import TestSupport
import Testing

/// The table of what may be learned and how its code is built: each option of the structure works in each
/// `fit`, or is refused by its name.
@Suite struct StructureTests {
  private static let commands = [
    "dictionary", "psd", "autoencoder", "drsae --labels y --unsupervised-epochs 1",
    "lista -m d.bin --gap 1e-3",
  ]

  /// By command, the options that it refuses.
  private static let refused = [
    "dictionary": ["--nonlinearity tanh", "--nonlinearity shrink", "--gain"],
    "drsae": ["--dc"],
    // Its structure is that of its model.
    "lista": [
      "--nonlinearity tanh", "--nonlinearity shrink", "--gain", "--no-gain", "--dc", "--no-dc",
      "--nonnegative code", "--nonnegative dictionary", "--penalty group --pools consecutive:4",
      "--lambda norm:0.2", "--lambda 0.03", "--atoms random",
      "--penalty lateral --inhibition ring:16:3 --nonnegative code",
    ],
  ]

  @Test(
    "each structure with each objective", arguments: commands,
    [
      "--nonlinearity tanh", "--nonlinearity shrink", "--gain", "--no-gain", "--dc", "--no-dc",
      "--nonnegative code", "--nonnegative dictionary", "--penalty group --pools consecutive:4",
      "--lambda norm:0.2", "--lambda 0.03", "--iterations 2", "--atoms random",
      "--penalty lateral --inhibition ring:16:3 --nonnegative code",
    ])
  func table(_ command: String, _ option: String) throws {
    let bench = try LearnedEncoderTests.Bench(records: 200)
    let name = String(command.prefix { $0 != " " })
    let size = name == "lista" ? "" : "--code 16"
    let line = "fit \(command) \(size) \(option) --epochs 1 -q -o m.bin <x.npy"
    if Self.refused[name]?.contains(option) ?? false {
      let word = try #require(option.split(separator: " ").first)
      let outcome = try bench.run(line)
      #expect(outcome.status == .exited(2) && outcome.errors.contains(word), "\(outcome.errors)")
      #expect(try !bench.folder.names().contains("m.bin"))
      return
    }
    try bench.output(line)
    let codes = try #require(NPY.stream(try bench.output("encode -m m.bin <x.npy"))?.first)
    if option == "--nonnegative code" {
      // A DC unit, the last, is of either sign.
      let units = codes.shape[1]
      #expect(codes.floats.enumerated().allSatisfy { $0.offset % units >= 16 || $0.element >= 0 })
    }
    if option == "--nonnegative dictionary" {
      // Each atom is what a code of one decodes to.
      let units = codes.shape[1]
      let one = (0..<units * units).map { Float($0 % (units + 1) == 0 ? 1 : 0) }
      try bench.folder.write(NPY(shape: [units, units], one).bytes, to: "one.npy")
      let atoms = try #require(NPY.stream(try bench.output("decode -m m.bin <one.npy"))?.first)
      #expect(atoms.floats.allSatisfy { $0 >= 0 } && atoms.floats.contains { $0 > 0 })
    }
    #expect(try bench.output("encode -m m.bin <x.npy | decode -m m.bin | inspect").count > 0)
    let hasPenalty = option.contains("group") || option.contains("lateral")
    let solver = hasPenalty ? "cd" : "homotopy"
    try bench.output("encode -m m.bin --solver \(solver) <x.npy -o z.npy")
  }
}
