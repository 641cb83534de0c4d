import TestSupport
import Testing

/// `encode --trace`, and what the programs after it make of the steps.
@Suite struct TraceTests {
  /// Models of Tests/Reference/models.py, which take records of [12].
  private func golden(_ name: String) -> String { referencePath("models/\(name)-1.bin") }

  private func array(_ line: String, _ input: [UInt8]) throws -> NPY {
    let outcome = try Fixtures.run(line, input: input)
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first, "\(line)")
  }

  /// Step t of arrays […,T+1,length].
  private func step(_ step: Int, of steps: Int, _ array: NPY, length: Int) -> [UInt32] {
    stride(from: step * length, to: array.words.count, by: steps * length).flatMap {
      array.words[$0..<$0 + length]
    }
  }

  @Test(arguments: [("dictionary", 4), ("encoder", 2), ("steps", 2), ("group", 0)])
  func stepsAreTheCodesOfAllSmallerT(name: String, passes: Int) throws {
    let x = Fixtures.array([2, 10, 12], note: "record=1 image=9x9 stride=2").bytes
    let encode = "encode -m \(golden(name))"
    let plain = try array(encode, x)
    let trace = try array("\(encode) --trace", x)
    let units = plain.shape[2]
    #expect(trace.shape == [2, 10, passes + 1, units], "\(name)")
    #expect(trace.comment == plain.comment + " trace=1", "\(name)")
    #expect(step(passes, of: passes + 1, trace, length: units) == plain.words, "\(name)")
    for t in 0..<passes {
      let code = try array("\(encode) --iterations \(t)", x)
      #expect(step(t, of: passes + 1, trace, length: units) == code.words, "\(name) \(t)")
    }
  }

  @Test func anotherT() throws {
    let all = try array("encode -m d.bin --trace --iterations 3", Fixtures.records.bytes)
    #expect(all.shape == [40, 4, 17])
    let first = try array("encode -m d.bin --trace --iterations 0", Fixtures.records.bytes)
    #expect(first.shape == [40, 1, 17])
    #expect(step(0, of: 4, all, length: 17) == first.words)
  }

  @Test func needsPasses() throws {
    for model in [golden("coordinate"), "w.bin"] {
      expectFailure(
        try Fixtures.run("encode -m \(model) --trace", input: Fixtures.records.bytes),
        from: "encode", saying: "--trace needs an encoder of passes", model)
    }
  }

  /// Every stage does with each step what it does with a code.
  @Test func goesDownThePipe() throws {
    let x = Fixtures.array([3, 2, 4, 4, 1], note: "record=3 image=6x5 stride=1").bytes
    for (stage, length) in [
      ("decode -m d.bin", 16), ("pool", 4), ("classify -m c.bin --scores", 3),
    ] {
      let records = stage.hasPrefix("classify") ? "decode -m d.bin | " : ""
      let encode = "encode -m d.bin --iterations"
      let trace = try array("\(encode) 2 --trace | \(records)\(stage)", x)
      #expect(trace.comment.contains("image=6x5 stride=1 trace=1"), "\(stage)")
      for t in 0...2 {
        let plain = try array("\(encode) \(t) | \(records)\(stage)", x)
        #expect(!plain.comment.contains("trace"))
        #expect(
          trace.shape == plain.shape.prefix(2) + [3] + plain.shape.dropFirst(2), "\(stage)")
        #expect(step(t, of: 3, trace, length: length) == plain.words, "\(stage) \(t)")
      }
    }
  }

  /// The reconstruction at every step is a picture of its own.
  @Test func picturesOfEveryStep() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 7, width: 9), to: "a.pgm")
    let model = Fixtures.folder.file("d.bin")
    let outcome = try Child.shell(
      """
      set -e
      patches -m \(model) a.pgm a.pgm >x.npy
      encode -m \(model) --trace --iterations 2 <x.npy | decode -m \(model) | patches -r -o t%d.png
      for t in 0 1 2
      do encode -m \(model) --iterations $t <x.npy | decode -m \(model) | patches -r -o p$t-%d.png
      done
      """, options: .init(folder: folder.path))
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
    let pictures = try (0..<6).map { try folder.read("t\($0).png") }
    for t in 0...2 {
      for image in 0...1 {
        #expect(try folder.read("p\(t)-\(image).png") == pictures[3 * image + t], "\(t) \(image)")
      }
    }
    #expect(Set(pictures).count == 3)
  }

  /// A row of the picture is a record.
  @Test func aMosaicHasARowARecord() throws {
    let folder = try TemporaryFolder()
    let model = Fixtures.folder.file("d.bin")
    let outcome = try Child.shell(
      """
      encode -m \(model) --trace --iterations 2 | decode -m \(model) >r.npy
      mosaic r.npy -o a.png; mosaic r.npy --columns 3 -o b.png; mosaic r.npy --columns 7 -o c.png
      """, input: Fixtures.records.bytes, options: .init(folder: folder.path))
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(try folder.read("a.png") == folder.read("b.png"))
    #expect(try folder.read("a.png") != folder.read("c.png"))
  }

  /// The axes before the units are a place and a step, which nobody should take for a map.
  @Test func aTraceIsNoMap() throws {
    let x = Fixtures.array([3, 2, 4, 4, 1], note: "record=3 image=6x5 stride=1").bytes
    let encode = "encode -m d.bin --trace --iterations 2"
    for (stage, tool) in [
      ("pool --window 2", "pool"), ("pool --grid 1x1", "pool"), ("patches --size 2", "patches"),
      ("mosaic --maps", "mosaic"),
    ] {
      let outcome = try Fixtures.run("\(encode) | \(stage) -o /dev/null", input: x)
      expectFailure(outcome, from: tool, saying: "the codes of every step, [3,2,3,17]", stage)
    }
    let noGrid = try Fixtures.run(
      "\(encode) | decode -m d.bin | patches -r --stride 1 -o /dev/null",
      input: Fixtures.records.bytes)
    expectFailure(
      noGrid, from: "patches", saying: "expected windows […,gy,gx,h,w,C]", "no grid")
    // Of two traces the inner one is noted, and no grid.
    let twice = try array("\(encode) | decode -m d.bin | \(encode)", x)
    #expect(twice.shape == [3, 2, 3, 3, 17])
    #expect(twice.comment.hasSuffix("dc=1 trace=1"))
    // Records of a trace are images where each is one.
    #expect(
      try array("\(encode) | decode -m d.bin | patches --size full", x).shape == [3, 2, 3, 4, 4, 1])
  }
}
