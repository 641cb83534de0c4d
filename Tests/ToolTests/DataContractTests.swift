import TestSupport
import Testing

/// What programs say to records that are none of theirs.
@Suite struct DataContractTests {
  /// Programs that read floats, their input and an input of no records.
  static let readers =
    Program.all.filter { $0.name != "patches" }
    + Program.fits.map {
      Program(command: $0.command + " -o /dev/null", input: $0.input, isFilter: false)
    }

  @Test(arguments: readers) func nonFinite(_ program: Program) throws {
    guard let good = NPY.stream(program.input)?.first else { return }
    for (value, word) in [(Float.nan, "NaN"), (.infinity, "infinity"), (-.infinity, "-infinity")] {
      var bad = good
      bad.words[good.words.count - 2] = value.bitPattern
      let outcome = try Fixtures.run(program.command, input: bad.bytes)
      let isInspect = program.name == "inspect"
      expectFailure(
        outcome, from: program.name, saying: isInspect ? "infinite" : "of array 0 holds \(word)",
        "\(program) \(word)")
    }
  }

  @Test(arguments: readers.filter(\.isFilter)) func nonFiniteAllowed(_ program: Program) throws {
    guard var bad = NPY.stream(program.input)?.first else { return }
    bad.words[0] = Float.nan.bitPattern
    let outcome = try Fixtures.run("\(program) --allow-nonfinite", input: bad.bytes)
    #expect(outcome.succeeded, "\(outcome.errors)")
    let clean = try Fixtures.run(program.command, input: program.input)
    // The records after the bad one are as they were.
    let (floats, expected) = (NPY.stream(outcome.output)?.first, NPY.stream(clean.output)?.first)
    #expect(floats?.shape == expected?.shape && floats?.words.last == expected?.words.last)
  }

  @Test(arguments: readers) func noRecords(_ program: Program) throws {
    guard var empty = NPY.stream(program.input)?.first else { return }
    empty.shape[0] = 0
    empty.words = []
    let outcome = try Fixtures.run(program.command, input: empty.bytes)
    switch program.name {
    case "fit":
      expectFailure(outcome, from: "fit", saying: "<stdin>: holds no records", program.command)
    case "mosaic":
      expectFailure(outcome, from: "mosaic", saying: "no picture", program.command)
    case _ where program.command.contains("labels.txt"):
      expectFailure(outcome, from: "classify", saying: "labels.txt: ", program.command)
    default:
      #expect(outcome.succeeded && outcome.errors.isEmpty, "\(program): \(outcome.errors)")
      guard program.isFilter else { return }
      let arrays = try #require(NPY.stream(outcome.output))
      #expect(arrays.count == 1 && arrays[0].shape[0] == 0 && arrays[0].words.isEmpty)
    }
  }

  @Test(arguments: readers.filter { $0.name != "inspect" && $0.name != "mosaic" })
  func integers(_ program: Program) throws {
    guard let good = NPY.stream(program.input)?.first else { return }
    var integers = NPY(shape: good.shape, integers: good.words.map { _ in 3 })
    integers.comment = good.comment
    let outcome = try Fixtures.run(program.command, input: integers.bytes)
    expectFailure(outcome, from: program.name, saying: "<stdin>: holds integers (", program.command)
    #expect(outcome.output.isEmpty)
  }

  @Test func wrongShapes() throws {
    let flat = Fixtures.array([5, 3, 3, 1]).bytes
    let encode = try Fixtures.run("encode -m d.bin", input: flat)
    expectFailure(
      encode, from: "encode",
      saying: "encode: <stdin>: d.bin expects records of [4,4,1], stream has [5,3,3,1]\n", "encode")
    let decode = try Fixtures.run("decode -m d.bin", input: flat)
    expectFailure(decode, from: "decode", saying: "expects records of [17]", "decode")
    let changing = Fixtures.records.bytes + flat
    for program in ["fit whiten -q -o /dev/null", "encode -m d.bin", "mosaic"] {
      let outcome = try Fixtures.run(program, input: changing)
      let name = String(program.split(separator: " ")[0])
      expectFailure(outcome, from: name, saying: "[5,3,3,1]", program)
    }
    let unsaid = try Fixtures.run("fit whiten -q -o /dev/null", input: flat)
    expectFailure(unsaid, from: "fit", saying: "--record", "fit whiten")
  }

  @Test func flatRecordsAndAnyBatchAxes() throws {
    let records = Fixtures.records
    let expected = try Fixtures.run("encode -m d.bin", input: records.bytes)
    for shape in [[40, 16], [5, 8, 4, 4, 1], [2, 2, 10, 16], [40, 4, 4, 1]] {
      var other = records
      other.shape = shape
      other.comment = ""
      let outcome = try Fixtures.run("encode -m d.bin", input: other.bytes)
      #expect(
        NPY.stream(outcome.output)?.first?.words == NPY.stream(expected.output)?.first?.words,
        "\(shape)")
    }
  }

  @Test func modelsOfTheWrongKind() throws {
    for (command, words) in [
      ("encode -m c.bin", "c.bin: is a classifier"), ("decode -m c.bin", "c.bin: is a classifier"),
      ("classify -m d.bin", "d.bin: is a dictionary, expected a classifier"),
      ("pool -m c.bin", "c.bin: is a classifier"),
      ("fit dictionary -q -o o --whitening d.bin", "d.bin: is a dictionary, expected a whitening"),
      ("encode -m w.bin --solver cd", "--solver needs a dictionary"),
      ("encode -m w.bin --iterations 3", "--iterations has no effect"),
      ("encode -m labels.txt", "labels.txt: "),
    ] {
      let outcome = try Fixtures.run(command, input: Fixtures.records.bytes)
      expectFailure(outcome, from: String(command.split(separator: " ")[0]), saying: words, command)
    }
  }

  /// A header may promise anything; nothing is believed before it has arrived.
  @Test(arguments: [
    ("encode -m d.bin", "(1152921504606846, 16)", ""),
    ("pool --pools consecutive:1", "(72057594037927936, 16)", ""),
    ("pool", "(5, 0)", "record=1 dc=1"), ("pool", "()", ""),
    ("pool --pools consecutive:1 --window 2", "(9007199254740992, 1, 1, 16)", ""),
    ("patches -r", "(1, 1, 12, 12, 1)", "image=1099511627776x12 stride=1099511627776"),
    ("patches -r --stride 9223372036854775807", "(3, 3, 2, 2, 1)", ""),
    ("patches -r --stride 1 --padding 9223372036854775807", "(3, 3, 2, 2, 1)", ""),
    ("patches --size 3 --padding 2", "(288230376151711744, 1, 1, 1)", ""),
    ("patches --size 3 --padding 2 --sample 5", "(288230376151711744, 1, 1, 1)", ""),
    ("patches --size 1", "(7,)", ""),
    ("fit whiten -q -o /dev/null --record 1", "(1152921504606846, 16)", ""),
    ("mosaic --record 2", "(1152921504606846, 4, 4)", ""),
    ("inspect", "(1152921504606846, 4, 4)", ""),
  ]) func headersThatLie(_ command: String, _ shape: String, _ note: String) throws {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    if !note.isEmpty { header += " # sparsepipe \(note)" }
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    let outcome = try Fixtures.run(command, input: bytes + Array(header.utf8))
    let name = String(command.split(separator: " ")[0])
    expectFailure(outcome, from: name, saying: "<stdin>: ", "\(command) \(shape) \(note)")
  }
}
