import Foundation
import TestSupport
import Testing

/// What stands under EXAMPLES, runs.
@Suite struct ExampleTests {
  @Test(arguments: Documents.pages) func examples(of file: String) throws {
    let page = try ManualPage(file)
    let commands = try page.commands()
    #expect(!commands.isEmpty, "\(file) has no examples")
    let folder = try ExampleFolder()
    try folder.write(try Self.filter(), to: "absolute.py")
    try folder.write(try Self.loader(), to: "load.py")
    for command in commands where NumPy.isInstalled || !command.contains("python3") {
      let outcome = try folder.run(command)
      #expect(outcome.succeeded, "\(file): \(command)\n\(outcome.errors)")
    }
  }

  /// The commands of the README, up to the results, which take their time and data from elsewhere.
  @Test func readme() throws {
    let folder = try ExampleFolder()
    let text = try Documents.text("README.md")
    var isCode = false
    var count = 0
    for line in text.split(separator: "\n") {
      if line == "## Results" { break }
      if line.hasPrefix("```") { isCode = line == "```sh" }
      guard isCode, let word = line.split(separator: " ").first,
        Documents.programs.contains(String(word))
      else { continue }
      let outcome = try folder.run(String(line))
      #expect(outcome.succeeded, "README.md: \(line)\n\(outcome.errors)")
      count += 1
    }
    #expect(count > 0)
  }

  /// The filter of tensor-stream(7).
  private static func filter() throws -> String {
    let blocks = try ManualPage("tensor-stream.7").literals(
      in: "DESCRIPTION", subsection: "A filter in Python")
    return try #require(blocks.first)
  }

  /// The lines of sparse-model(5) that need NumPy alone.
  private static func loader() throws -> String {
    let blocks = try ManualPage("sparse-model.5").literals(
      in: "DESCRIPTION", subsection: "Reading a model in Python")
    return try #require(blocks.last)
  }

  // MARK: Python

  @Test(.enabled(if: NumPy.isInstalled)) func pythonFilter() throws {
    let script = try Self.filter()
    #expect(script.split(separator: "\n").count <= 10)
    var first = NPY(shape: [2, 2, 3], (0..<12).map { Float($0) - 6.5 })
    first.comment = "# sparsepipe record=1 model=9f3a"
    let arrays = [first, NPY(shape: [0, 4], []), NPY(shape: [3], [-0.5, 2, -1e30])]
    let input = arrays.flatMap(\.bytes)
    let outcome = try NumPy.run(script, input: input)
    var expected = arrays
    for index in expected.indices {
      expected[index].words = arrays[index].floats.map { abs($0).bitPattern }
    }
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(outcome.output == expected.flatMap(\.bytes))

    // A failure before it goes on: its own output is cut short, too.
    #expect(try NumPy.run(script).status == .exited(1))
    let ends = arrays.indices.map { arrays[...$0].flatMap(\.bytes).count }
    for count in [5, 100, ends[0] - 1, ends[0] + 5, ends[1] - 1, ends[2] - 1] {
      let cut = try NumPy.run(script, input: Array(input.prefix(count)))
      #expect(!cut.succeeded, "\(count) bytes of \(input.count)")
      #expect(NPY.stream(cut.output) == nil || cut.output.isEmpty, "\(count) bytes")
    }
  }

  /// The lines of the README and of tensor-stream(7) read every array of a file.
  @Test(.enabled(if: NumPy.isInstalled)) func pythonReadsAllArrays() throws {
    let readme = try Documents.text("README.md").components(separatedBy: "```")
      .first { $0.hasPrefix("python\n") }?.dropFirst("python\n".count)
    let page = try ManualPage("tensor-stream.7").literals(
      in: "DESCRIPTION", subsection: "Streams in NumPy")
    let folder = try ExampleFolder()
    #expect(try folder.run("patches --stride 12 camera.png coffee.png -o codes.npy").succeeded)
    for lines in [String(try #require(readme)), try #require(page.first)] {
      try folder.write(lines + "print(*(array.shape for array in arrays))\n", to: "all.py")
      let outcome = try folder.run("python3 all.py")
      #expect(outcome.text == "(8, 8, 12, 12, 1) (8, 8, 12, 12, 1)\n", "\(outcome.errors)")
    }
  }

  @Test(.enabled(if: NumPy.isInstalled)) func pythonLoader() throws {
    let folder = try ExampleFolder()
    try folder.write(
      try Self.loader() + "print(card[\"kind\"], *(f\"{n}{list(w[n].shape)}\" for n in w))\n",
      to: "load.py")
    let outcome = try folder.run("python3 load.py")
    #expect(
      outcome.text == """
        dictionary decoder.weight[144, 65] encoder.recurrent[65, 65] encoder.threshold[65] \
        encoder.weight[65, 144]

        """, "\(outcome.errors)")
  }
}
