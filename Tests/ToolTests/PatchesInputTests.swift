import Foundation
import TestSupport
import Testing

/// Which images `patches` reads, and what it says of them.
@Suite struct PatchesInputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Fixtures.idx(9, 6, 6), to: "a.idx")
    try folder.write(Fixtures.pgm(height: 7, width: 9), to: "b.pgm")
    try folder.write(Fixtures.pgm(height: 12, width: 12, seed: 3), to: "c c\n.pgm")
    try folder.write([0xFF, 0xD8, 0xFF, 0xE0, 0, 0], to: "photo.jpg")
    try folder.write(Array("P5 4 4 255\n123".utf8), to: "short.pgm")
  }

  private func shell(_ command: String) throws -> Child.Outcome {
    try Child.shell(command, options: .init(folder: folder.path))
  }

  /// Equal seeds draw equal windows from files, from standard input as file and as pipe.
  @Test func equalSeedsEqualWindows() throws {
    for seed in 0..<4 {
      let options = "--size 3 --sample 40 -s \(seed) --contrast 3"
      let file = try shell("patches \(options) a.idx")
      #expect(file.succeeded && NPY.stream(file.output)?.map(\.shape) == [[40, 3, 3, 1]])
      for source in ["< a.idx", "- < a.idx"] {
        #expect(try shell("patches \(options) \(source)").output == file.output, "\(source)")
      }
      #expect(try shell("cat a.idx | patches \(options)").output == file.output)
      let labels = (0..<9).map { "\($0)\n" }.joined()
      try folder.write(labels, to: "labels")
      let piped = try shell(
        "cat a.idx | patches \(options) --labels labels --labels-out l1 >/dev/null; "
          + "patches \(options) --labels labels --labels-out l2 a.idx >/dev/null; cmp l1 l2")
      #expect(piped.succeeded, "\(piped.errors)")
    }
    let none = try shell(
      "cat a.idx | TMPDIR=/nowhere patches --size 3 --sample 145")
    expectFailure(none, from: "patches", saying: "145 samples of 144", "too many")
  }

  @Test func listsOfFiles() throws {
    let direct = try shell("patches --size 3 a.idx b.pgm")
    for command in [
      "printf 'a.idx\\n\\nb.pgm' > list; patches --size 3 --files-from list",
      "printf 'a.idx\\nb.pgm\\n' | patches --size 3 --files-from -",
      "printf 'a.idx\\0b.pgm\\0' | patches --size 3 --files-from - -0",
      "printf 'a.idx\\0-' > list; patches --size 3 -0 --files-from list < b.pgm",
    ] {
      let outcome = try shell(command)
      #expect(outcome.succeeded && outcome.output == direct.output, "\(command) \(outcome.errors)")
    }
    let newline = try shell("find . -name 'c*' -print0 | patches --files-from - -0")
    #expect(newline.succeeded && NPY.stream(newline.output)?.map(\.shape) == [[1, 1, 12, 12, 1]])
    for (command, words, status) in [
      ("patches --files-from list a.idx", "give no others", 2),
      ("patches -0 a.idx", "-0 has no", 2),
      ("patches -r --files-from list", "has no effect with -r", 2),
      (": | patches --files-from -", "<stdin>: names no images", 1),
      ("echo - | patches --files-from -", "names standard input", 1),
      (
        "printf 'a.idx\\0b.pgm\\0' | patches --files-from -",
        "holds a zero byte; where those end names, add -0", 1
      ),
      ("head -c 99999 /dev/zero | tr '\\0' x | patches --files-from -", "name 0 is longer than", 1),
      ("echo x.pgm | patches --files-from -", "x.pgm: cannot open", 1),
      ("patches --files-from nothing", "nothing: cannot open", 1),
    ] {
      let outcome = try shell(command)
      #expect(outcome.errors.contains(words), "\(command): \(outcome.errors)")
      #expect(outcome.output.isEmpty && outcome.status == .exited(Int32(status)), "\(command)")
    }
  }

  /// One draw over all files of a long list, the same as of arguments.
  @Test func aLongList() throws {
    for number in 0..<300 {
      try folder.write(Fixtures.pgm(height: 3, width: 3, seed: number), to: "p\(number).pgm")
    }
    let outcome = try shell(
      """
      ls p*.pgm > list; for i in 1 2 3 4 5 6 7 8 9 10; do cat list; done > long
      patches --size 2 --sample 500 -s 3 --files-from long > a
      patches --size 2 --sample 500 -s 3 $(cat long) > b; cmp a b
      """)
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
  }

  // MARK: Bad files

  /// What is good is written and ends well; the bad ones are reported, counted, and the status is 1.
  @Test func badFilesAreLeftOut() throws {
    let bad = "missing.pgm photo.jpg short.pgm"
    for options in [
      "--size 3", "--size full", "--size 3 --sample 20 -s 1", "--size 3 --range 1:10",
    ] {
      let good = try shell("patches \(options) a.idx b.pgm")
      let outcome = try shell("patches --skip-bad \(options) a.idx \(bad) b.pgm")
      #expect(outcome.status == .exited(1) && outcome.output == good.output, "\(options)")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("patches: missing.pgm: cannot open"))
      #expect(lines.last == "patches: left out 3 bad files of 5", "\(lines)")
      let piped = try shell("cat b.pgm | patches --skip-bad \(options) a.idx \(bad) -")
      #expect(piped.status == .exited(1) && piped.output == good.output, "\(options)")
      _ = try shell("patches --skip-bad \(options) a.idx \(bad) b.pgm -o out")
      #expect(try folder.read("out") == good.output)
    }
    // An image smaller than the window is as bad; without bad files all is well.
    let small = try shell("patches --skip-bad --size 8 a.idx 'c c\n.pgm'")
    #expect(small.status == .exited(1) && small.errors.contains("left out 1 bad file of 2"))
    #expect(try shell("patches --skip-bad a.idx --size 3").succeeded)
    let all = try shell("patches --skip-bad --size 3 \(bad) -o all.npy")
    #expect(all.status == .exited(1) && all.errors.contains("left out 3 bad files of 3"))
    #expect(try !folder.names().contains("all.npy"))
    try folder.write("1\n", to: "labels")
    let labels = try shell("patches --skip-bad --labels labels --labels-out out b.pgm")
    #expect(labels.status == .exited(2))
  }

  // MARK: Names

  @Test func namesInNotes() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("sub"), withIntermediateDirectories: false)
    try folder.write(Fixtures.pgm(height: 6, width: 6), to: "sub/caf\u{E9} 1%.pgm")
    let plain = try shell("patches --size 4 sub/*.pgm")
    #expect(NPY.stream(plain.output)?[0].comment == "# sparsepipe record=3 image=6x6 stride=1")
    let name = "name=caf%C3%A9%201%25.pgm"
    let named = try shell("patches --size 4 --names sub/*.pgm a.idx")
    #expect(
      NPY.stream(named.output)?.map(\.comment) == [
        "# sparsepipe record=3 image=6x6 stride=1 \(name)",
        "# sparsepipe record=3 image=6x6 stride=1 name=a.idx",
      ])
    let model = Fixtures.folder.file("d.bin")
    let pipe = try shell(
      """
      patches --size 4 --names sub/*.pgm | encode -m \(model) > z; inspect z
      pool --pools consecutive:1 < z | inspect; pool --pools consecutive:1 --grid 1x1 < z | inspect
      decode -m \(model) < z > x; inspect x; patches --size full --names x | inspect
      """)
    let lines = pipe.text.split(separator: "\n").filter { $0.contains("float32") }
    #expect(
      lines.count == 5 && lines.allSatisfy { $0.contains(name) }, "\(pipe.text) \(pipe.errors)")
    let stdin = try shell("patches --size 4 --names < b.pgm")
    #expect(NPY.stream(stdin.output)?[0].comment.contains("name=") == false)
    for options in ["--sample 3 --names", "--no-notes --names", "-r --names", "--no-notes --cover"]
    {
      #expect(try shell("patches \(options) b.pgm").status == .exited(2), "\(options)")
    }
  }

  // MARK: Remarks, covering, models

  @Test func leftoversAreSaidOnce() throws {
    let several = try shell("patches --size 2 --stride 5 b.pgm a.idx b.pgm b.pgm >/dev/null")
    #expect(
      several.errors
        == "patches: b.pgm: pixels between windows and 2 columns on the right of 7x9 left over, the stride does not reach them; "
        + "so in 11 more images\n")
    #expect(try shell("patches -q --size 2 --stride 5 b.pgm > w").errors.isEmpty)
    #expect(try shell("patches -r -q -o back.png w").errors.isEmpty)
    #expect(try shell("patches -r -o back.png w").errors.contains("dropped"))
  }

  @Test func coverAndBack() throws {
    for options in [
      "--size 4 --stride 3", "--size 5 --stride 4 --padding 2", "--size 4 --stride 1",
    ] {
      let outcome = try shell(
        """
        patches --cover \(options) b.pgm > w && patches -r -o back.png w
        patches --size full b.pgm > want; patches --size full back.png > got; cmp want got
        inspect w
        """)
      #expect(outcome.succeeded && outcome.errors.isEmpty, "\(options) \(outcome.errors)")
      #expect(outcome.text.contains("cover=1") == !options.contains("stride 1"), "\(outcome.text)")
    }
    let counts = try shell("patches --cover --size 4 --stride 4 --sample 6 b.pgm")
    #expect(NPY.stream(counts.output)?.map(\.shape) == [[6, 4, 4, 1]], "\(counts.errors)")
    for options in ["-r --cover w", "--cover --size full b.pgm"] {
      #expect(try shell("patches \(options)").status == .exited(2), "\(options)")
    }
  }

  /// The model says size and channels; what it cannot take is refused at once.
  @Test func channelsOfTheModel() throws {
    let made = try shell(
      """
      patches --size 3 --color --sample 30 b.pgm | fit dictionary --code 4 --epochs 1 -q -o color.bin
      patches -m color.bin b.pgm | encode -m color.bin >/dev/null
      """)
    #expect(made.succeeded, "\(made.errors)")
    let windows = try shell("patches -m color.bin b.pgm")
    #expect(NPY.stream(windows.output)?[0].shape == [5, 7, 3, 3, 3])
    let model = Fixtures.folder.file("d.bin")
    let grey = try shell("patches -m \(model) --color b.pgm")
    expectFailure(
      grey, from: "patches",
      saying: "b.pgm: gives windows of 3 channels, the model takes 1 channel",
      "--color")
    try folder.write(Fixtures.array([6, 6, 5]).bytes, to: "maps.npy")
    for options in ["", "--sample 2", "--sample 2 --skip-bad"] {
      let maps = try shell("patches -m color.bin \(options) maps.npy")
      #expect(
        maps.status == .exited(1) && maps.errors.contains("the model takes 3 channels"),
        "\(options)")
    }
  }

  // MARK: Nothing

  /// An array with an axis of zero is one of no images.
  @Test func putTogetherNothing() throws {
    for shape in [[0, 2, 2, 3, 3, 1], [0, 2, 3, 3, 1], [2, 0, 3, 3, 1], [2, 2, 2, 0, 3, 1]] {
      try folder.write(NPY(shape: shape, []).bytes, to: "none.npy")
      let several = try shell("patches -r -o back-%d.png none.npy")
      #expect(several.succeeded && several.errors.isEmpty, "\(shape) \(several.errors)")
      #expect(try !folder.names().contains { $0.hasPrefix("back-") })
      let one = try shell("patches -r -o back.png none.npy")
      expectFailure(one, from: "patches", saying: "the stream holds no picture", "\(shape)")
    }
    try folder.write(NPY(shape: [3, 0, 5, 2], []).bytes, to: "none.npy")
    let full = try shell("patches --size full none.npy")
    #expect(NPY.stream(full.output)?.map(\.shape) == [[3, 0, 5, 2]], "\(full.errors)")
    let windows = try shell("patches --size 3 none.npy")
    expectFailure(windows, from: "patches", saying: "an image [0,5] has no windows", "windows")
  }

  @Test func impossibleNotes() throws {
    for note in [
      "image=0x0 stride=1", "image=5x5 stride=0", "image=-1x5 stride=1", "cover=1",
      "image=5x5 stride=1 padding=99999999999999999999",
    ] {
      var array = Fixtures.array([3, 3, 3, 3, 1])
      array.comment = "# sparsepipe \(note)"
      try folder.write(array.bytes, to: "bad.npy")
      for command in [
        "patches -r -o x.png bad.npy", "inspect bad.npy", "pool --pools consecutive:1 <bad.npy",
      ] {
        let outcome = try shell(command)
        #expect(
          outcome.status == .exited(1) && outcome.errors.contains("note "), "\(note) \(command)")
      }
    }
  }
}
