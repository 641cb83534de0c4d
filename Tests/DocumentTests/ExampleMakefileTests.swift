import Foundation
import TestSupport
import Testing

/// `make` in the folders of `examples`: other variables give other results, never the old ones under the
/// same name. The programs are stand-ins whose output tells of their options and their input.
@Suite struct ExampleMakefileTests {
  /// Says a figure that follows from its name, its options, its model and its standard input.
  private static let standIn = #"""
    #!/bin/sh
    # Files of the same tick of the clock are all new to make.
    sleep 0.01
    name=${0##*/} out= model= input=
    for word; do
      case $last in
      -o) out=$word ;;
      -m) model=$word ;;
      --labels-out) echo "$*" >"$word" ;;
      esac
      last=$word
    done
    case "$name $*" in
    "patches -r"*) input=$(cksum) ;;
    patches*) ;;
    *) input=$(cksum) ;;
    esac
    [ -z "$model" ] || model=$(cksum <"$model")
    options=$(echo " $*" | sed 's/ -[oj] [^ ]*//g')
    figure=$(echo "$name $options $model $input" | cksum | cut -d ' ' -f 1)
    text="error 0.$figure %"
    [ "$name" = inspect ] && text=$(printf '"meanSquaredDistance": 0.%s,\n"psnr": 0.%s,\n"shape": [\n1,\n2,\n3,\n1\n],' $figure $figure)
    [ "$name" = inspect ] && text="$text
    \"deviation\": 0.$figure,
    \"mean\": 0.$figure,
    \"bits\": 0.$figure,
    \"active\": $figure
    rmse 0.1  relative squared error 0.$figure  squared distance 0.1
    density 0.$figure %  the largest S 0.$figure  in the same branch 0.$figure  in two branches 0.5"
    if [ -n "$out" ]; then echo "$text" >"$out"; else echo "$text"; fi
    """#

  /// A folder with the examples, stand-ins for the programs, and data twice.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for example in try Documents.names(in: "examples") where !example.contains(".") {
      try files.createDirectory(
        atPath: folder.file("examples/\(example)"), withIntermediateDirectories: true)
      for name in try Documents.names(in: "examples/\(example)")
      where name == "Makefile" || name.hasSuffix(".awk") {
        let file = "examples/\(example)/\(name)"
        try files.copyItem(atPath: Documents.path(file), toPath: folder.file(file))
      }
    }
    for part in ["examples/results.mk", "examples/photographs.mk"] {
      try files.copyItem(atPath: Documents.path(part), toPath: folder.file(part))
    }
    for part in ["bin", "one", "two"] {
      try files.createDirectory(atPath: folder.file(part), withIntermediateDirectories: true)
    }
    for program in Documents.programs {
      try folder.write(Self.standIn, to: "bin/\(program)")
      try files.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/\(program)"))
    }
    let data = """
      for place in one two; do
        for part in train t10k; do
          echo $part $place | gzip >$place/$part-images-idx3-ubyte.gz
          seq 4000 | awk '{ printf "%c", 48 + $1 % 10 }' | gzip >$place/$part-labels-idx1-ubyte.gz
        done
        for number in 1 2 3 4 5 6; do echo $number >$place/$number.png; done
      done
      """
    let made = try Child.shell(data, options: .init(folder: folder.path))
    #expect(made.succeeded, "\(made.errors)")
    return folder
  }

  /// What `make` prints. Its text names the files of no folder but its own.
  private func make(_ arguments: String, in example: String, _ folder: TemporaryFolder) throws
    -> String
  {
    let outcome = try Child.shell(
      "make --no-print-directory -s BIN=../../bin \(arguments) </dev/null",
      options: .init(folder: folder.file("examples/\(example)")))
    #expect(outcome.succeeded, "make \(arguments): \(outcome.errors)")
    return outcome.text
  }

  @Test(arguments: [
    (
      "drsae", "figures MNIST=../../one",
      [
        "SEEDS='4 5'", "SEEDS=4", "EPOCHS=41", "UNSUPERVISED=6", "OPTIONS='--lambda 0.04'",
        "OPTIONS='--lambda 0.05'", "BOUNDS=", "CONFIGURATIONS=200-10",
        "CONFIGURATIONS='200-10 400-10'",
      ]
    ),
    (
      "drsae", "semi LABELS=100 MNIST=../../one",
      ["SEEDS='4 5'", "EPOCHS=41", "LABELS='100 200'", "UNSUPERVISED=6", "OPTIONS='--lambda 0.04'"]
    ),
    ("classification", "MNIST=../../one", ["MNIST=../../two"]),
    ("lista", "NATURAL=../../one", ["WINDOWS=9", "EPOCHS=7"]),
    ("groups", "inpainting SEEDS=1 NATURAL=../../one", ["SEEDS=2", "SEEDS='1 2'"]),
    (
      "convolution", "kernels MNIST=../../one NATURAL=../../one",
      ["SEEDS='1 2'", "EPOCHS=2", "IMAGES=9", "MNIST=../../two", "NATURAL=../../two"]
    ),
    ("groups", "ipsd SEEDS=1 MNIST=../../one", ["SEEDS=2", "MNIST=../../two"]),
    (
      "stack", "linear LABELS=300 MNIST=../../one",
      ["SEEDS='1 2'", "LABELS='300 1000'", "IMAGES=9", "MNIST=../../two"]
    ),
    (
      "stack", "all-labels MNIST=../../one", ["SEEDS=2", "EPOCHS=2", "IMAGES=9", "MNIST=../../two"]
    ),
    (
      "restoration", "table SEEDS=1 NATURAL=../../one",
      ["SEEDS=2", "SEEDS='1 2'", "EPOCHS=3", "IMAGES=9", "NATURAL=../../two"]
    ),
    (
      "lateral", "learned tree SEEDS=1 NATURAL=../../one",
      ["SEEDS=2", "SEEDS='1 2'", "EPOCHS=3", "NATURAL=../../two"]
    ),
    (
      "noise", "digits active SORTS=exact SEEDS=1 MNIST=../../one NATURAL=../../one",
      ["SEEDS=2", "EPOCHS=3", "CODE=9", "RECORDS=9", "MNIST=../../two"]
    ),
  ])
  func otherVariablesAreOtherResults(_ example: String, _ goal: String, _ variables: [String])
    throws
  {
    let folder = try folder()
    let first = try make(goal, in: example, folder)
    #expect(first.contains("0."), "\(first)")
    var tables: Set = [first]
    for variable in variables {
      let table = try make("\(goal) \(variable)", in: example, folder)
      #expect(tables.insert(table).inserted, "make \(goal) \(variable) prints an old table")
    }
    // What was there is taken as it is, or made again where there is other data.
    #expect(try make(goal, in: example, folder) == first)
    let idle = try make("-n \(goal)", in: example, folder)
    #expect(!idle.contains("fit "), "\(idle)")
  }

  /// Data from another place is other data, though the folder of the results has the same name.
  @Test(arguments: [
    ("drsae", "figures SEEDS=1 CONFIGURATIONS=200-10 MNIST="), ("classification", "MNIST="),
    ("lista", "NATURAL="), ("groups", "inpainting SEEDS=1 NATURAL="),
    ("groups", "ipsd SEEDS=1 MNIST="), ("stack", "linear tuned LABELS=300 MNIST="),
    ("convolution", "kernels NATURAL=../../two MNIST="),
    ("convolution", "kernels MNIST=../../two NATURAL="), ("restoration", "table SEEDS=1 NATURAL="),
    ("lateral", "learned tree SEEDS=1 NATURAL="),
    ("noise", "windows SORTS=exact SEEDS=1 MNIST=../../one NATURAL="),
  ])
  func otherDataIsMadeAgain(_ example: String, _ goal: String) throws {
    let folder = try folder()
    let first = try make("\(goal)../../one", in: example, folder)
    let rows = try make("-n \(goal)../../two", in: example, folder)
    #expect(rows.contains("fit "), "\(rows)")
    _ = try make("\(goal)../../two", in: example, folder)
    #expect(try make("\(goal)../../one", in: example, folder) == first)
  }

  /// The control of the README has the bound of ten passes, all others that of their own passes.
  @Test func bounds() throws {
    let folder = try folder()
    let goal = "-n figures SEEDS=1 MNIST=../../one"
    let own = try make(goal, in: "drsae", folder)
    #expect(own.contains("--iterations 10 --bounds weight=0.113636 "), "\(own)")
    #expect(own.contains("--iterations 1 --bounds weight=0.625 "), "\(own)")
    let control = try make(
      "\(goal) CONFIGURATIONS=200-1 BOUNDS='--bounds weight=0.113636'", in: "drsae", folder)
    #expect(control.contains("--iterations 1 --bounds weight=0.113636 "), "\(control)")
    let preset = try make("\(goal) BOUNDS=", in: "drsae", folder)
    #expect(!preset.contains("--bounds"), "\(preset)")
  }
}
