import LinearAlgebra
import SparseCoding
import Testing

@testable import Training

@Suite struct RecordSizeTests {
  @Test func normAndBrightness() throws {
    // Squares 4 · (4 + 1) and 4 · (0 + 1), of which the means have 16 and 0.
    let x = Matrix(rows: 2, columns: 4, elements: [3, 1, 3, 1, 1, -1, 1, -1])
    let size = try RecordSize(of: try trainingSet(x), [0, 1], .none)
    #expect(abs(size.norm(withoutMeans: false) - 12.0.squareRoot()) < 1e-12)
    #expect(abs(size.norm(withoutMeans: true) - 2) < 1e-12)
    #expect(abs(size.brightShare - 2.0 / 3) < 1e-12)
    let centred = try RecordSize(of: try trainingSet(x), [0, 1], Preprocessing(steps: [.center]))
    #expect(centred.brightShare == 0 && !centred.isBright)
    #expect(centred.norm(withoutMeans: false) == 2)
    let zeros = try RecordSize(of: try trainingSet(Matrix(zeros: 2, columns: 4)), [0, 1], .none)
    #expect(zeros.brightShare == 0 && zeros.norm(withoutMeans: true) == 0)
  }

  /// Of many records, those looked at lie between all others.
  @Test func many() throws {
    let count = 25_000
    let x = Matrix(rows: count, columns: 1, elements: (0..<count).map { Float($0) })
    let size = try RecordSize(of: try trainingSet(x), Array(0..<count), .none)
    let exact = (Double(count) * Double(count) / 3).squareRoot()
    #expect(abs(size.norm(withoutMeans: false) / exact - 1) < 1e-3)
  }
}
