import LinearAlgebra
import SparseCoding
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct UnitAnglesTests {
  /// Rows at these angles from the columns [1, 0], of other lengths.
  static func angles(_ angles: [Double], units: Int? = nil) -> UnitAngles {
    let rows = angles.enumerated().flatMap { index, angle in
      [cos(angle), sin(angle)].map { Float($0) * Float(index + 1) }
    }
    let columns = [Float](repeating: 0.5, count: angles.count)
    return UnitAngles(
      encoder: Matrix(rows: angles.count, columns: 2, elements: rows),
      decoder: Matrix(
        rows: 2, columns: angles.count, elements: columns + columns.map { _ in 0 }),
      units: units)
  }

  @Test func anglesOfRowsAndColumns() throws {
    let expected = [0.1, 1, 0.6, 3, 0.45, .pi / 2]
    let found = Self.angles(expected)
    for (value, angle) in zip(found.values, expected) {
      #expect(abs(try #require(value) - angle) < 1e-6)
    }
    #expect(found.sorted == found.values.compactMap(\.self).sorted() && found.missing == 0)
    #expect(found.units(of: .part) == [0, 4])
    #expect(found.units(of: .between) == [2])
    #expect(found.units(of: .categorical) == [1, 3, 5])
  }

  @Test func limitsOfTheKinds() {
    #expect(UnitKind(angle: 0.5.nextDown) == .part && UnitKind(angle: 0.5) == .between)
    #expect(UnitKind(angle: 0.7) == .between && UnitKind(angle: 0.7.nextUp) == .categorical)
  }

  /// A unit of zeros has no angle, and units beyond those asked for do not count.
  @Test func unitsWithoutAnAngle() {
    let encoder = Matrix(rows: 4, columns: 2, elements: [1, 0, 0, 0, 0, 1, 1, 1])
    let decoder = Matrix(rows: 2, columns: 4, elements: [1, 1, 0, 1, 0, 1, 0, 1])
    let found = UnitAngles(encoder: encoder, decoder: decoder, units: 3)
    #expect(found.values == [0, nil, nil])
    #expect(found.missing == 2 && found.units(of: .part) == [0])
    let none = UnitAngles(encoder: encoder, decoder: decoder, units: 0)
    #expect(quantile(0.5, ofSorted: none.sorted) == nil && none.histogram(width: 0.1).isEmpty)
  }

  /// As numpy.quantile has them: linear between two values.
  @Test func quantilesAndHistogram() throws {
    let found = Self.angles([0.4, 0.1, 0.2, 0.85])
    for (share, expected) in [(0, 0.1), (0.25, 0.175), (0.5, 0.3), (0.75, 0.5125), (1, 0.85)] {
      #expect(
        abs(try #require(quantile(share, ofSorted: found.sorted)) - expected) < 1e-6, "\(share)")
    }
    #expect(Self.angles([0.25, 0.05, 0.27, 0.61]).histogram(width: 0.1) == [1, 0, 2, 0, 0, 0, 1])
  }
}

@Suite struct UnitConnectionsTests {
  static let recurrent = Matrix(
    rows: 2, columns: 6, elements: [9, 0.5, -0.7, 0, 0.5, 8, -1, 9, -3, -2, -4, 8])

  @Test func strongestFirst() {
    let found = UnitConnections(of: 0, in: Self.recurrent, units: 5, strongest: 8)
    #expect(found.unit == 0 && found.excitatory == [1, 4] && found.inhibitory == [2])
    let one = UnitConnections(of: 0, in: Self.recurrent, units: 5, strongest: 1)
    #expect(one.excitatory == [1] && one.inhibitory == [2])
    let two = UnitConnections(of: 1, in: Self.recurrent, units: 6, strongest: 2)
    #expect(two.excitatory == [5] && two.inhibitory == [4, 2])
    let all = UnitConnections(of: 1, in: Self.recurrent, units: 6, strongest: 8)
    #expect(all.excitatory == [5] && all.inhibitory == [4, 2, 3, 0])
  }

  @Test func tableHasColumns() {
    let rows = [0, 1].map { UnitConnections(of: $0, in: Self.recurrent, units: 5, strongest: 3) }
    #expect(
      UnitConnections.table(rows) == [
        [0, nil, 1, 4, nil, 2, nil, nil], [1, nil, nil, nil, nil, 4, 2, 3],
      ])
    #expect(UnitConnections.table([]).isEmpty)
  }
}
