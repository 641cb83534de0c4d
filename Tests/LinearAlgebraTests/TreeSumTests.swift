import LinearAlgebra
import TestSupport
import Testing

/// A part that writes down how it was added.
private struct Trace: Summable, Equatable {
  var text: String

  mutating func add(_ other: Trace, on threads: Threads) { text = "(\(text)+\(other.text))" }
}

@Suite struct TreeSumTests {
  private static func traces(_ range: Range<Int>) -> [Trace] { range.map { Trace(text: "\($0)") } }

  @Test func shape() {
    let expected = [
      "0", "(0+1)", "((0+1)+2)", "((0+1)+(2+3))", "(((0+1)+(2+3))+4)", "(((0+1)+(2+3))+(4+5))",
      "(((0+1)+(2+3))+((4+5)+6))",
    ]
    for (index, text) in expected.enumerated() {
      #expect(treeSum(Self.traces(0..<index + 1)).text == text)
    }
    #expect(TreeSum<Trace>().total() == nil)
  }

  @Test("whole branches may be summed apart from one another", arguments: 1...40)
  func branches(_ count: Int) {
    let whole = treeSum(Self.traces(0..<count))
    var split = 1
    while split < count {
      // Branches of `split` parts, each the work of somebody else.
      let parts = stride(from: 0, to: count, by: split).map {
        treeSum(Self.traces($0..<min($0 + split, count)))
      }
      #expect(treeSum(parts) == whole, "\(count) parts by \(split)")
      split *= 2
    }
  }

  @Test("the same for any number of threads", arguments: [1, 2, 3, 8])
  func threads(_ count: Int) {
    let x = normalMatrix(701, 3, seed: 4)
    func total(_ threads: Threads) -> Matrix? {
      threads.sum(ofTilesOf: x.rows, tile: 20) { transposedProduct(x.rows($0), x.rows($0)) }
    }
    #expect(total(Threads(count)) == total(Threads(1)))
    let none: Matrix? = Threads(count).sum(ofTilesOf: 0, tile: 20) { x.rows($0) }
    #expect(none == nil)
  }

  @Test("errors grow with the depth of the tree, not with the number of parts")
  func error() {
    let parts = [Float](repeating: 0.1, count: 1 << 16).map {
      Matrix(rows: 1, columns: 1, elements: [$0])
    }
    // Sixteen doublings: none is rounded. One after another the sum would be 20 off.
    #expect(treeSum(parts)[0, 0] == 65536 * Float(0.1))
  }
}
