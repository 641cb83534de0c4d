import TensorStream
import Testing

/// The literal of a header: what is read, and every fault of it.
struct HeaderTests {
  /// The header of a literal, or its problem.
  private func header(_ literal: String) throws -> ArrayHeader {
    try #require(try reader(npy(literal)).next())
  }

  private func fault(_ literal: String) -> StreamProblem? {
    problem { _ = try reader(npy(literal)).next() }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
    "{\"shape\":(2,3,),\"descr\":\"<f4\",\"fortran_order\":False}",
    "  {'shape': (2L, 3L), 'fortran_order': False, 'descr': 'f4'} ",
    "{ # of another program\n 'descr' : '=f4',\t'fortran_order': False,\n'shape': (+2, (3)), }",
    "{'descr': '|f4', 'fortran_order': False, 'shape': (2, 3), } # of another program x=1",
  ])
  func spellings(literal: String) throws {
    #expect(try header(literal) == ArrayHeader(shape: [2, 3]))
  }

  @Test(arguments: [
    ("", "expected a value", ""),
    ("spam", "expected a value", "spam\\n"),
    ("{'descr'", "expected ':'", ""),
    ("{'descr': ", "expected a value", ""),
    ("{'descr': '<f4' 'shape'", "expected ',' or '}'", "'shape'\\n"),
    ("{'descr': '<f4", "a string without end", "'<f4\\n"),
    ("{'shape': (2, 3", "expected ',' or ')'", ""),
    ("{'shape': (2 3)", "expected ',' or ')'", "3)\\n"),
    ("{'shape': (2, -)", "expected a number", ")\\n"),
    ("{'shape': (2.5,)", "expected ',' or ')'", ".5,)\\n"),
    ("{'descr': [1, 2}", "expected ',' or ']'", "}\\n"),
    ("{,}", "expected a value", ",}\\n"),
    ("{} {}", "more after the literal", "{}\\n"),
    ("(1, 2)", "expected a dictionary", "(1, 2)"),
    ("{3: 4}", "unexpected key", "3"),
    ("{'colour': 4}", "unexpected key", "'colour'"),
    (
      "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}",
      "'fortran_order' is neither True nor False", "0"
    ),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3)}", "'shape' is not a tuple", "3"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': [3]}", "'shape' is not a tuple", "[3]"),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3, None)}",
      "'shape' is not of integers", "None"
    ),
  ])
  func malformed(literal: String, what: String, near: String) {
    #expect(fault(literal) == .malformedHeader(what: what, near: near))
  }

  @Test func messages() {
    #expect(fault("{} 7")?.description == "malformed header: more after the literal at \"7\\n\"")
    #expect(fault("{'a'")?.description == "malformed header: expected ':' at its end")
  }

  @Test func deepBrackets() {
    for (open, rank) in [("(", 9000), ("[", 9000), ("{'a':", 5000)] {
      guard
        case .malformedHeader("brackets too deep", _) = fault(
          String(repeating: open, count: rank))
      else {
        Issue.record("\(rank) times \(open)")
        continue
      }
    }
  }

  @Test(arguments: ["descr", "fortran_order", "shape"])
  func missingAndDuplicateKeys(key: String) {
    let entries = ["descr": "'<f4'", "fortran_order": "False", "shape": "(2,)"]
    let others = entries.filter { $0.key != key }.map { "'\($0.key)': \($0.value)" }
    #expect(fault("{" + others.joined(separator: ", ") + "}") == .missingKey(key))
    let twice = entries.map { "'\($0.key)': \($0.value)" } + ["'\(key)': \(entries[key] ?? "")"]
    #expect(fault("{" + twice.joined(separator: ", ") + "}") == .duplicateKey(key))
  }

  @Test(arguments: [
    "'<c8'", "'|O'", "'<U5'", "'|S3'", "'<M8[s]'", "'<f16'", "'|V4'", "'<b1x'", "''", "'<'",
    "'>>f4'", "[('x', '<f4'), ('y', '<f4')]", "7",
  ])
  func unsupportedTypes(type: String) {
    let found = fault("{'descr': \(type), 'fortran_order': False, 'shape': (2,)}")
    #expect(found == .unsupportedType(type))
    #expect(found?.description.hasPrefix("elements of type \(type), expected floats") == true)
  }

  private func shapeFault(_ shape: String, descr: String = "<f4") -> StreamProblem? {
    fault("{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape)}")
  }

  @Test(arguments: [
    "(4294967296, 4294967296)", "(9223372036854775807,)", "(4294967296, 4294967296, 0)",
    "(0, 9223372036854775807)", "(2305843009213693952,)",
  ])
  func shapesBeyondMemory(shape: String) {
    #expect(shapeFault(shape) == .shapeTooLarge(shape))
    #expect(shapeFault(shape)?.description == "shape \(shape) is too large")
  }

  @Test func axesBeyondIntegers() {
    #expect(
      shapeFault("(99999999999999999999, 0)")
        == .shapeTooLarge("((more than 9223372036854775807), 0)"))
    #expect(shapeFault("(2305843009213693951,)") == nil)
    // Half of the bytes in the file, as many in memory.
    #expect(
      shapeFault("(2305843009213693952,)", descr: "<f2")
        == .shapeTooLarge("(2305843009213693952,)"))
  }

  @Test func negativeAxes() {
    #expect(shapeFault("(2, -1)") == .negativeAxis(shape: "(2, -1)"))
    #expect(shapeFault("(2, -1)")?.description == "shape (2, -1) has a negative axis")
  }

  @Test func ranks() throws {
    let ones = { (count: Int) in
      "(" + String(repeating: "1, ", count: count) + ")"
    }
    #expect(shapeFault(ones(32)) == nil)
    #expect(shapeFault(ones(33)) == .tooManyAxes(33, limit: 32))
    #expect(shapeFault(ones(33))?.description == "33 axes, expected at most 32")
  }

  @Test func damagedHeadersNeverTrap() {
    let whole = npy(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } # sparsepipe record=1")
    var generator = SeededGenerator(seed: 7)
    let pieces = Array("{}()[]'\",:#-L=0123456789 \n\\abx%<>|".utf8)
    for round in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 10..<bytes.count, using: &generator)
        bytes[place] = pieces.randomElement(using: &generator) ?? 0
      }
      do {
        let header = try #require(try reader(bytes).next())
        #expect(header.shape.allSatisfy { $0 >= 0 }, "round \(round) of seed 7")
      } catch {
        #expect("\(error)".hasPrefix("<memory>: "), "round \(round) of seed 7: \(error)")
      }
    }
  }
}
