import TestSupport
import Testing

/// Names of files that are not UTF-8: every program reads and writes the file of that name, and no other.
@Suite struct FileNameTests {
  /// What `script` leaves in an empty folder, as `ls -b` tells it. `$n` is a name with a byte that is no
  /// UTF-8; `$r` is what a careless program makes of it, and stands there with "old" in it.
  private func run(_ script: String, input: [UInt8] = []) throws -> (Child.Outcome, [String]) {
    let folder = try TemporaryFolder()
    let start = """
      n=$(printf 'n\\377'); r=$(printf 'n\\357\\277\\275')
      printf old > "$r"
      """
    let end = "; status=$?; test \"$(cat \"$r\")\" = old && rm \"$r\"; exit $status"
    let outcome = try Child.shell(
      start + "\n" + script + end, input: input, options: .init(folder: folder.path))
    let names = try Child.shell("LC_ALL=C ls -b", options: .init(folder: folder.path)).text
    return (outcome, names.split(separator: "\n").map(String.init))
  }

  private static let records = Fixtures.array([40, 2, 4], note: "record=2").bytes
  private static let codes = Fixtures.array([40, 8], note: "record=1").bytes

  @Test func filters() throws {
    let (outcome, names) = try run("pool -o $n.npy && inspect $n.npy", input: Self.codes)
    #expect(outcome.succeeded && outcome.text.hasPrefix("[40,2]"), "\(outcome.errors)")
    #expect(names == ["n\\377.npy"])
  }

  @Test func replacedAndLinked() throws {
    let (outcome, names) = try run(
      "cat > c; printf x > $n; ln -s $n link; mkdir $n.d; ln -s $n.d/$n far\n"
        + "pool -o $n < c && cmp $n link && pool -o link < c && pool -o far < c && cmp $n.d/$n $n",
      input: Self.codes)
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(names == ["c", "far", "link", "n\\377", "n\\377.d"])
  }

  /// Every option that names a file.
  @Test func models() throws {
    let (outcome, names) = try run(
      """
      { cat > x; seq 40 | sed 's/.*/1/; 1s/1/0/' > $n.txt; } &&
      fit whiten -q -o $n.w < x &&
      fit dictionary -q --whitening $n.w --code 6 --epochs 2 --log $n.log --checkpoint $n.c -o $n.d < x &&
      fit dictionary -q --whitening $n.w --code 6 --epochs 2 --resume $n.c -o $n.d2 < x &&
      cmp $n.d $n.d2 && encode -m $n.d --solver cd -o $n.z < x && decode -m $n.d -o $n.y < $n.z &&
      fit lista -q -m $n.d --codes $n.z --epochs 1 -o $n.l < x &&
      fit classifier -q --labels $n.txt -o $n.k < x && classify -m $n.k --labels $n.txt -o $n.e < x &&
      mosaic $n.y -o $n.png && patches --size 2 -o $n.p $n.png && inspect --json $n.d > $n.j
      """, input: Self.records)
    #expect(outcome.succeeded, "\(outcome.errors)")
    let endings = ["c", "d", "d2", "e", "j", "k", "l", "log", "p", "png", "txt", "w", "y", "z"]
    #expect(names == endings.map { "n\\377." + $0 } + ["x"])
  }

  @Test func numberedPictures() throws {
    let pictures = Fixtures.array([2, 1, 1, 4, 4, 1]).bytes
    let (outcome, names) = try run("patches -r --stride 4 -o $n%d.png", input: pictures)
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(names.allSatisfy { $0.hasPrefix("n\\377") && $0.hasSuffix(".png") } && !names.isEmpty)
  }

  @Test func temporaryFolder() throws {
    let (outcome, names) = try run(
      "mkdir $n.d; TMPDIR=$n.d SPARSEPIPE_MEMORY=100 fit whiten -q -o w", input: Self.records)
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(names == ["n\\377.d", "w"])
  }

  /// Messages tell the byte, in one line of UTF-8.
  @Test func messages() throws {
    for (script, message) in [
      ("inspect $n", "inspect: n\\xff: cannot open: no such file or directory\n"),
      ("encode -m $n.w", "encode: n\\xff.w: cannot open: no such file or directory\n"),
      ("pool -o $n/o", "pool: n\\xff/o: cannot open: no such file or directory\n"),
    ] {
      let (outcome, _) = try run(script)
      #expect(outcome.status == .exited(1) && outcome.errors == message)
    }
    let (outcome, _) = try run("pool --mode $n")
    #expect(outcome.isFailure(code: 2, of: "pool", saying: "'n\\xff'"), "\(outcome.errors)")
    let (report, _) = try run("cat > $n; inspect --json $n", input: Self.codes)
    #expect(report.text.contains(#""file" : "n\\xff""#), "\(report.text)")
  }
}
