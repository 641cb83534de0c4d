import Foundation
import TestSupport
import Testing

/// Programs that are killed, terminated or interrupted at any moment.
@Suite struct KillTests {
  private static let signals = [SIGKILL, SIGTERM, SIGINT]

  /// A file has its old bytes or all of the new ones, whenever the signal comes, and nothing is
  /// left beside it.
  @Test(arguments: Program.large + Program.largeFits + Program.joins)
  func anyMomentOfWritingAFile(_ program: Program) throws {
    let folder = try TemporaryFolder.withModels()
    let arguments = program.arguments + ["-o", "out"]
    let whole = try Child.run(
      program.name, arguments, input: program.input, options: .init(folder: folder.path))
    #expect(whole.succeeded, "\(program): \(whole.errors)")
    let new = try folder.read("out")
    let names = try folder.names()
    let moments = samples(8, of: 0...program.input.count + program.input.count / 4, seed: 1)
    let delays = samples(8, of: 0...6000, seed: 2)
    var kills = 0
    for (index, (moment, delay)) in zip(moments, delays).enumerated() {
      try folder.write("old", to: "out")
      let signal = Self.signals[index % 3]
      let outcome = try Child.run(
        program.name, arguments, input: program.input,
        options: .init(
          folder: folder.path,
          interruption: .init(signal, afterInput: moment, delay: .microseconds(delay))))
      let what = "\(program), signal \(signal) after \(moment) bytes and \(delay) µs"
      let found = try folder.read("out")
      if outcome.status == .killed(signal: signal) {
        kills += 1
        let isWhole = found == Array("old".utf8) || found == new
        #expect(isWhole, "\(what): \(found.count) bytes")
      } else {
        let isNew = outcome.succeeded && found == new
        #expect(isNew, "\(what): \(outcome.status)")
      }
      #expect(outcome.errors.isEmpty && outcome.output.isEmpty, "\(what): \(outcome.errors)")
      #expect(try visibleNames(folder) == names, "\(what)")
    }
    #expect(kills > 0, "\(program): no signal came in time")
  }

  /// What a killed program leaves in a pipe is cut short, so that its reader fails.
  @Test(arguments: Program.large.filter { $0.isFilter })
  func anyMomentOfWritingAPipe(_ program: Program) throws {
    let whole = try Fixtures.run(program.command, input: program.input)
    #expect(whole.succeeded)
    var cuts = 0
    for moment in samples(6, of: 0...whole.output.count, seed: 3) {
      let outcome = try Child.run(
        program.name, program.arguments, input: program.input,
        options: .init(
          folder: Fixtures.folder.path, standardOutput: .sipped(5000),
          interruption: .init(SIGKILL, afterOutput: moment)))
      let what = "\(program), killed after \(moment) of \(whole.output.count) bytes"
      try expectCutShort(outcome, of: whole.output, what)
      if outcome.output.count < whole.output.count { cuts += 1 }
    }
    #expect(cuts > 3, "\(program): \(cuts) kills in time")
  }

  /// The signal comes while the program waits for what follows a seam of two arrays: for its first
  /// byte, in its header, in its first record.
  @Test(arguments: Program.endingWithABlock) func atASeam(_ program: Program) throws {
    let input = program.input + program.input
    let whole = try Fixtures.run(program.command, input: input)
    #expect(whole.succeeded)
    var sent = 0
    for place in [-1, 0, 1, 10, 127, 128, 200].map({ program.input.count + $0 }) + [input.count] {
      let outcome = try Child.run(
        program.name, program.arguments, input: input,
        options: .init(
          folder: Fixtures.folder.path,
          interruption: .init(SIGKILL, afterInput: place, delay: .milliseconds(30))))
      #expect(outcome.status == .killed(signal: SIGKILL), "\(program) \(place)")
      sent = max(sent, outcome.output.count)
      try expectCutShort(outcome, of: whole.output, "\(program), killed at byte \(place)")
    }
    #expect(sent > whole.output.count / 3, "\(program): killed before it wrote, \(sent) bytes")
  }

  /// A stream cut at any byte near a seam is refused, and what was made of it is cut short; only at
  /// the seam itself it is a whole stream of one array.
  @Test(arguments: Program.all.filter { $0.name != "patches" })
  func inputCutNearASeam(_ program: Program) throws {
    // The tally of labels and a single picture are content with one array alone.
    guard !program.command.contains("--labels"), program.name != "mosaic" else { return }
    let seam = program.input.count
    let input = program.input + program.input
    let whole = try Fixtures.run(program.command, input: input).output
    for cut in stride(from: seam - 6, through: seam + 12, by: 1) where cut != seam {
      let outcome = try Fixtures.run(program.command, input: Array(input[..<cut]))
      let what = "\(program), cut at the seam plus \(cut - seam)"
      #expect(outcome.isFailure(of: program.name, saying: "<stdin>: "), "\(what)")
      #expect(outcome.output.count < whole.count, "\(what)")
      if program.isFilter { #expect(NPY.stream(outcome.output)?.isEmpty != false, "\(what)") }
    }
    #expect(try Fixtures.run(program.command, input: Array(input[..<seam])).succeeded)
  }

  /// Pictures of a numbered series are each whole or not there, the old ones untouched.
  @Test func numberedPictures() throws {
    let folder = try TemporaryFolder()
    let windows = Fixtures.windows(height: 60, width: 70).bytes
    let input = (0..<6).flatMap { _ in windows }
    let arguments = ["-r", "-o", "back-%d.png"]
    let options = Child.Options(folder: folder.path)
    #expect(try Child.run("patches", arguments, input: input, options: options).succeeded)
    let picture = try folder.read("back-0.png")
    for moment in samples(20, of: 0...input.count, seed: 4) {
      for index in 0..<6 { try folder.write("old", to: "back-\(index).png") }
      var options = options
      options.interruption = .init(SIGKILL, afterInput: moment, delay: .milliseconds(1))
      _ = try Child.run("patches", arguments, input: input, options: options)
      let found = try (0..<6).map { try folder.read("back-\($0).png") }
      let areWhole = found.allSatisfy { $0 == picture || $0 == Array("old".utf8) }
      #expect(areWhole, "\(moment): \(found.map(\.count))")
      #expect(try visibleNames(folder) == (0..<6).map { "back-\($0).png" }, "\(moment)")
    }
  }

  /// What is in the folder. A whole new file gets a hidden name before it replaces the old one; a kill
  /// just then leaves it there, for nothing swaps a nameless file in at once.
  private func visibleNames(_ folder: TemporaryFolder) throws -> [String] {
    let names = try folder.names()
    for name in names where name.hasPrefix(".sparsepipe-") {
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
    return names.filter { !$0.hasPrefix(".sparsepipe-") }
  }

  /// Expects all of `whole`, or a part that no reader takes for all of it.
  private func expectCutShort(_ outcome: Child.Outcome, of whole: [UInt8], _ what: String) throws {
    let isAll = outcome.output == whole
    if outcome.succeeded || isAll {
      #expect(isAll, "\(what)")
      return
    }
    let count = outcome.output.count
    let isCut = count < whole.count && whole.starts(with: outcome.output)
    #expect(outcome.status == .killed(signal: SIGKILL) && isCut, "\(what): \(count) bytes")
    let looksWhole = count > 0 && NPY.stream(outcome.output) != nil
    #expect(!looksWhole, "\(what): \(count) bytes")
    let reader = try Child.run("inspect", input: outcome.output)
    #expect(reader.isFailure(of: "inspect", saying: "<stdin>: "), "\(what): \(reader.text)")
  }
}
