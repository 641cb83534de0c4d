import TestSupport
import Testing

/// Options that cannot be, or that would have no effect: told before anything is read, exit code 2.
@Suite struct OptionTests {
  static let refused: [(command: String, saying: String)] = [
    // patches
    ("patches --stride 0", "--stride must be at least 1, got 0"),
    ("patches --padding -1", "--padding"), ("patches --padding 12", "--padding must be less"),
    ("patches --size 4x6 --padding 4", "--padding must be less"),
    ("patches --size 0", "--size"), ("patches --size 3x", "--size"),
    ("patches --size 3x4x5", "--size"), ("patches --size large", "--size"),
    ("patches --size 70000", "--size"), ("patches --contrast 4", "--contrast must be odd"),
    ("patches --contrast 1", "--contrast"), ("patches --contrast 99999999999", "--contrast"),
    ("patches --size full --stride 2", "--stride has no effect with --size full"),
    ("patches --size full --padding 2", "--padding has no effect with --size full"),
    ("patches --size full --sample 2", "--sample has no effect with --size full"),
    ("patches --size 4 -m d.bin", "--size and --model"), ("patches --sample -1", "--sample"),
    ("patches -s 3", "--seed has no effect without --sample, --noise"),
    ("patches --center 4", "--center must be odd"), ("patches --noise -1", "--noise must be"),
    ("patches --noise inf", "--noise must be"), ("patches --center 3 --contrast 3", "give one"),
    ("patches --contrast 3 --mask m", "--contrast does not know missing pixels"),
    ("patches --means-out m", "--means-out has no effect without --center"),
    ("patches --means-out m --center 3 --sample 2", "not with --sample"),
    ("patches --means m", "--means has no effect without -r"),
    ("patches -r --center 3", "--center has no effect with -r"),
    ("patches -r --noise 1", "--noise has no effect with -r"),
    ("patches --jitter -1", "--jitter must be from 0 to 1024, got -1"),
    ("patches --elastic 0", "--elastic must be"), ("patches --elastic nan", "--elastic must be"),
    ("patches --elastic 2:4", "--elastic must be"),
    ("patches --elastic 2:9:9", "--elastic must be"),
    ("patches -r --flip", "--flip has no effect with -r"),
    ("patches -r --mask m", "--mask has no effect with -r"),
    ("patches --range 3", "--range"), ("patches --range 3:3", "--range"),
    ("patches --range -1:3", "--range"), ("patches --range a:b", "--range"),
    ("patches --range 1:2:3", "--range"),
    ("patches --labels l", "--labels and --labels-out go together"),
    ("patches --labels-out l", "--labels and --labels-out go together"),
    ("patches -r --size 3", "--size has no effect with -r"),
    ("patches -r --color", "--color has no effect with -r"),
    ("patches -r --contrast 3", "--contrast has no effect with -r"),
    ("patches -r -m d.bin", "--model has no effect with -r"),
    ("patches -r --sample 3", "no effect with -r"), ("patches -r --range 0:3", "no effect with -r"),
    ("patches -r --labels a --labels-out b", "no effect with -r"),
    ("patches -r -s 3", "no effect with -r"), ("patches -r --no-notes", "no effect with -r"),
    ("patches -r a b", "a second file has no effect with -r"),
    // filters
    ("encode --gap 0.1", "--gap has no effect without --solver"),
    ("encode --lambda 0.1", "--lambda has no effect without --solver"),
    ("encode --nonnegative", "--nonnegative has no effect without --solver ista"),
    ("encode --warm-start", "--warm-start has no effect without --solver ista, fista, sparsa, cd"),
    ("encode --solver homotopy --warm-start", "--warm-start has no effect"),
    ("encode --solver lcod --warm-start", "--warm-start has no effect"),
    ("encode --solver lcod --gap 0.1", "--gap has no effect without --solver ista"),
    ("encode --trace --solver lcod", "--trace has no effect with --solver lcod"),
    ("encode --trace --solver homotopy", "--trace has no effect with --solver homotopy"),
    ("encode --trace --stats", "--trace and --stats exclude each other"),
    ("encode --solver cd --gap=-0.1", "--gap must be at least 0 and below 1"),
    ("encode --solver cd --gap 1", "--gap must be at least 0 and below 1"),
    ("encode --solver cd --gap nan", "--gap"), ("encode --solver cd --lambda -1", "--lambda"),
    ("encode --solver cd --lambda inf", "--lambda"), ("encode --solver qr", "--solver"),
    ("encode -j 0", "--threads must be from 1 to 1024"),
    ("encode -j 2000", "--threads"),
    ("decode --solver cd", "--solver"), ("encode -m", "-m"), ("encode -o", "-o"),
    ("encode -o ''", "-o needs the name of a file, got an empty one"),
    ("encode -m ''", "--model needs the name of a file, got an empty one"),
    ("encode ''", "the input needs the name of a file, got an empty one"),
    ("encode -o -", "-o needs the name of a file, not -; without -o"),
    ("encode -m -", "standard input, -, can be read once, not as --model and as the input"),
    ("classify -m - --labels - x.npy", "not as --model and as --labels"),
    ("encode -o a -o b", "-o is given 2 times, expected one output"),
    ("encode -oa --output=b", "-o is given 2 times"),
    ("fit psd -o o --log a --log b", "--log is given 2 times"),
    // messages
    ("encode --solver foo", "expected encoder, lcod, ista, fista, sparsa, cd, homotopy or"),
    ("pool --mode foo", "expected l2, max or mean (see"),
    ("encode --solver 'a\nb'", "'a\\u{a}b' is invalid for '--solver <solver>', expected encoder"),
    ("encode --iterations -1", "--iterations must be from 0 to 1000000, got -1 (see"),
    ("encode --solver cd --gap 1000000", "below 1, got 1000000 (see encode --help)"),
    ("encode --solver cd --lambda -.5", "--lambda must be at least 0, got -.5 (see"),
    ("encode --solver cd --lambda 1e308", "got 1e308, above the largest number, 3.4e38 (see"),
    ("fit whiten -o o --epsilon 1e400", "got 1e400, above the largest number, 1.8e308 (see"),
    ("encode --stast", "unknown option '--stast'; did you mean --stats? (see encode --help)"),
    ("encode --iteratoins 3", "did you mean --iterations?"),
    ("fit dictionary -o o --rate 1", "unknown option '--rate' (see fit dictionary --help)"),
    ("fit dictonary", "unexpected argument 'dictonary'; did you mean dictionary? (see fit --help)"),
    (
      "fit dictonary -o o x",
      "unexpected argument 'dictonary'; did you mean dictionary? (see fit --"
    ),
    ("patches --range -1:2 a.pgm", "--range"),
    ("fit nonsense", "unexpected argument 'nonsense' (see"),
    ("encode -j2x", "the value '2x' is invalid for '-j <n>'"), ("encode -m", "'-m <w.bin>' (see"),
    ("pool --pools consecutive:2 -m d.bin", "--pools and --model"),
    ("pool --window 2 --grid 2x2", "--window and --grid"),
    ("pool --stride 2", "--stride has no effect without --window"), ("pool --window 0", "--window"),
    ("pool --window 2 --stride 0", "--stride"), ("pool --grid 4", "--grid"),
    ("pool --grid 4x0", "--grid"), ("pool --grid 4x4x", "--grid"), ("pool --grid x4", "--grid"),
    ("pool --mode median", "--mode"), ("pool --pools nonsense", "--pools"),
    ("pool --pools consecutive:0", "--pools"),
    ("classify", "-m"), ("classify -m c.bin --scores --labels labels.txt", "exclude each other"),
    ("classify -m c.bin --no-notes", "--no-notes has no effect without --scores"),
    ("classify -m c.bin --scores --top 2", "exclude each other"),
    ("classify -m c.bin --top 0", "--top must be at least 1, got 0"),
    ("classify -m c.bin --json", "--json has no effect without --labels"),
    // pictures and words
    ("mosaic --columns 0", "--columns"), ("mosaic --gap -1", "--gap"),
    ("mosaic --scale 0", "--scale"),
    ("mosaic --count 0", "--count"), ("mosaic --maps --record 3", "--record has no effect"),
    ("mosaic --filters encoder", "--filters has no effect on a stream"),
    ("mosaic --units part", "--units has no effect on a stream"),
    ("mosaic --units parts", "--units"),
    ("mosaic --units part --filters pairs", "--filters and --units exclude each other"),
    ("mosaic --units part --columns 2", "--columns has no effect with --units"),
    ("mosaic --strongest 3", "--strongest has no effect without --units"),
    ("mosaic --units part --strongest 0", "--strongest must be from 1 to 64, got 0"),
    ("mosaic --units part --strongest 65", "--strongest must be from 1 to 64, got 65"),
    ("mosaic --maps d.bin -o /dev/null", "no effect on a model"),
    ("mosaic --record 3 d.bin -o /dev/null", "no effect on a model"),
    ("inspect --compare a b c", "two files"), ("inspect --compare - -", "can be read once"),
    ("inspect --built-in d.bin", "--built-in"),
    // fit
    ("fit dictionary", "--output"),
    ("fit dictionary -o o --code 0", "--code must be from 1 to 32768"),
    ("fit dictionary -o o --dc --code 32768", "--code must be from 1 to 32767"),
    ("fit dictionary -o o --lambda -1", "--lambda"),
    ("fit dictionary -o o --lambda nan", "--lambda"),
    ("fit dictionary -o o --lambda norm:-1", "--lambda must be at least 0, got norm:-1"),
    ("fit dictionary -o o --lambda norm:", "--lambda"),
    ("fit psd -o o --dc --center", "--dc has no effect"),
    ("fit autoencoder -o o --dc --code 32768", "--code must be from 1 to 32767"),
    ("fit dictionary -o o --epochs -1", "--epochs"), ("fit dictionary -o o --batch 0", "--batch"),
    ("fit dictionary -o o --iterations -1", "--iterations"),
    ("fit dictionary -o o --gap 1", "--gap"),
    ("fit dictionary -o o --dc --center", "--dc has no effect"),
    ("fit dictionary -o o --nonnegative atoms", "--nonnegative"),
    ("fit dictionary -o o --pools consecutive:3", "--pools"),
    ("fit dictionary -o o --whitening w.bin --center", "--whitening"),
    ("fit dictionary -o o --record 0", "--record"), ("fit dictionary -o o --record 3x", "--record"),
    ("fit dictionary -o o --validation -1", "--validation"),
    ("fit dictionary -o o --patience 0 --validation 3", "--patience must be at least 1, got 0"),
    ("fit dictionary -o o --patience 2", "--patience has no effect without --validation"),
    ("fit dictionary -o o --checkpoint ''", "--checkpoint needs the name"),
    ("fit dictionary -o o --checkpoint o", "--checkpoint and -o"),
    ("fit dictionary -o o --resume ''", "--resume needs the name"),
    ("fit whiten -o o --checkpoint c", "--checkpoint"),
    ("fit whiten -o o --resume c", "--resume"),
    ("fit classifier -o o --labels labels.txt --checkpoint c", "--checkpoint"),
    ("fit classifier -o o --labels labels.txt --validation 3 --patience 2", "--patience"),
    ("fit lista -o o --iterations -1", "--iterations"),
    ("fit lista -o o --kind lcod --iterations 0", "--kind lcod needs"),
    ("fit lista -o o --kind lcod --per-step", "--per-step has no effect"),
    ("fit lista -o o --per-step --iterations 0", "--per-step has no effect"),
    ("fit lista -o o --gap 0", "--gap"),
    ("fit lista -o o --gap 0.1 --codes z.npy", "--gap has no effect"),
    ("fit lista -o o --record 3", "--record has no effect"),
    ("fit lista -o o --rates decoder=2", "--rates decoder has no effect"),
    ("fit lista -o o --iterations 0 --bounds recurrent=2", "--bounds recurrent has no effect"),
    ("fit lista -o o --rates weight", "--rates"), ("fit lista -o o --rates weight=-1", "--rates"),
    ("fit lista -o o --rates weight=1,weight=2", "--rates"),
    ("fit lista -o o --bounds weight=0", "--bounds weight must be above 0"),
    ("fit lista -o o --bounds atoms=1", "--bounds"), ("fit lista -o o --rate 0", "--rate"),
    ("fit lista -o o --rate nan", "--rate"), ("fit lista -o o --momentum 1", "--momentum"),
    ("fit lista -o o --clip 0", "--clip"), ("fit lista -o o --schedule cosine:1", "--schedule"),
    ("fit lista -o o --optimizer lbfgs", "--optimizer"), ("fit lista -o o --batch 0", "--batch"),
    ("fit lista -o o --patience 2", "--patience has no effect without --validation"),
    ("fit lista -o o --bounds threshold=1", "--bounds threshold"),
    ("fit psd -o o --epochs 1000001", "--epochs must be from 0 to 1000000"),
    ("fit psd -o o --batch 9223372036854775807", "--batch must be from 1 to 1000000"),
    ("fit psd -o o --attraction 1e300", "--attraction"), ("fit psd -o o --log ''", "--log"),
    ("fit lista -m d.bin -o o --log d.bin", "--log and --model need files of their own"),
    ("fit lista -m d.bin -o o --checkpoint ./d.bin", "--checkpoint and --model"),
    ("fit psd -o o --checkpoint ./o", "--checkpoint and -o need files of their own"),
    ("fit psd -o o --checkpoint c --log ./c", "--checkpoint and --log"),
    ("fit psd -o d.bin --resume d.bin", "-o and --resume"),
    ("fit psd -o o --code 0", "--code"), ("fit psd -o o --attraction 0", "--attraction"),
    ("fit psd -o o --sharpness 3", "--sharpness has no effect without smooth-shrink"),
    ("fit psd -o o --nonlinearity smooth-shrink --sharpness 0", "--sharpness"),
    ("fit psd -o o --nonlinearity sigmoid", "--nonlinearity"),
    ("fit psd -o o --lambda nan", "--lambda"), ("fit psd -o o --iterations -1", "--iterations"),
    ("fit autoencoder -o o --penalty group", "--penalty group needs --pools"),
    ("fit autoencoder -o o --geometry conv", "--geometry conv needs --kernel"),
    ("fit autoencoder -o o --kernel 3", "--kernel has no effect without --geometry conv or local"),
    ("fit autoencoder -o o --geometry conv --kernel 0", "--kernel"),
    ("fit autoencoder -o o --geometry conv --kernel 3x", "--kernel"),
    ("fit autoencoder -o o --geometry conv --kernel 3 --padding 3", "from 0 to 2, got 3"),
    ("fit autoencoder -o o --geometry conv --kernel 3 --stride 0", "--stride must be from 1"),
    ("fit autoencoder -o o --geometry conv --kernel 4 --border same", "--kernel of odd sides"),
    ("fit autoencoder -o o --geometry conv --kernel 3 --border same --padding 1", "exclude"),
    ("fit autoencoder -o o --geometry conv --kernel 3x4 --border full", "square --kernel"),
    ("fit autoencoder -o o --geometry conv --kernel 3 --period 2", "--period has no effect"),
    ("fit drsae -o o --labels labels.txt --geometry conv", "--geometry conv needs --kernel"),
    ("fit autoencoder -o o --geometry conv --kernel 3 --dc", "exclude each other"),
    (
      "fit autoencoder -o o --geometry local --kernel 3 --period 4 --penalty group --pools torus:5x5:2:1",
      "--pools"
    ),
    (
      "fit dictionary -o o --geometry conv --kernel 3 --prune-below 0.1",
      "--prune-below and --geometry"
    ),
    ("fit dictionary -o o --geometry conv --kernel 3 --no-encoder", "--no-encoder and --geometry"),
    ("fit autoencoder -o o --pools consecutive:3", "--pools"),
    ("fit autoencoder -o o --penalty l2", "--penalty"),
    ("fit whiten -o o --epsilon -1", "--epsilon"),
    ("fit whiten -o o --components 0", "--components"),
    ("fit whiten -o o --validation 3", "unknown option '--validation'"),
    ("fit whiten -o o --log l", "unknown option '--log'"),
    ("fit whiten -o o -s 3", "unknown option '-s'"), ("fit whiten -o o --method qr", "--method"),
    ("fit classifier -o o --labels labels.txt --decay -1", "--decay"),
    ("fit classifier -o o --labels labels.txt --iterations 0", "--iterations"),
    ("fit classifier -o o --labels labels.txt -s 1", "--seed has no effect without --validation"),
    ("fit classifier -o o", "--labels"), ("fit nonsense", "nonsense"),
  ]

  @Test func everyRefusal() throws {
    for (command, words) in Self.refused {
      let outcome = try Fixtures.run(command, input: Fixtures.records.bytes)
      let name = String(command.split(separator: " ")[0])
      expectFailure(outcome, code: 2, from: name, saying: words, command)
      #expect(outcome.output.isEmpty, "\(command)")
    }
    // Other tests use the folder meanwhile; no refused command leaves its output there.
    let names = try Fixtures.folder.names()
    #expect(!names.contains { $0 == "o" || $0.hasPrefix(".") }, "\(names)")
  }

  /// Figures that no picture or sample can have are refused in words, not by running out of memory.
  @Test(arguments: [
    "mosaic --columns 9223372036854775807", "mosaic --scale 9223372036854775807",
    "mosaic --gap 9223372036854775807", "patches -r --stride 9223372036854775807",
    "fit dictionary -q -o /dev/null --code 4 --validation 9223372036854775807",
  ]) func outsized(_ command: String) throws {
    let outcome = try Fixtures.run(command, input: Fixtures.records.bytes)
    expectFailure(outcome, from: String(command.split(separator: " ")[0]), command)
  }

  @Test func outsizedSample() throws {
    let image = Fixtures.pgm(height: 20, width: 20)
    for source in ["", "a.pgm"] {
      let folder = try TemporaryFolder()
      try folder.write(image, to: "a.pgm")
      let outcome = try Child.shell(
        "patches --sample 9223372036854775807 \(source)", input: image,
        options: .init(folder: folder.path))
      expectFailure(outcome, from: "patches", source)
    }
  }
}
