import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

@Suite struct OrientationTests {
  /// A grating of 12×12 pixels that changes across `angle`.
  private static func grating(_ angle: Double, frequency: Double = 1.2, phase: Double = 0.3)
    -> [Float]
  {
    (0..<144).map { pixel in
      let (y, x) = (Double(pixel / 12) - 5.5, Double(pixel % 12) - 5.5)
      let window = exp(-(x * x + y * y) / 12)
      return Float(window * cos(frequency * (x * cos(angle) + y * sin(angle)) + phase))
    }
  }

  private static func filters(_ rows: [[Float]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap(\.self))
  }

  @Test func anglesOfGratings() throws {
    let angles = stride(from: 0, to: Double.pi, by: 0.2).map { $0 }
    for phase in [0.0, 0.8, 1.6] {
      let found = try #require(
        Orientations(Self.filters(angles.map { Self.grating($0, phase: phase) }), shape: [12, 12]))
      for (angle, doubled) in zip(angles, found.doubled) {
        let expected = SIMD2(cos(2 * angle), sin(2 * angle))
        let doubled = try #require(doubled)
        #expect((doubled * expected).sum() > 0.98, "\(angle): \(doubled)")
        #expect(abs((doubled * doubled).sum() - 1) < 1e-12)
      }
      #expect(found.strengths.allSatisfy { $0 > 0.4 && $0 <= 1 })
    }
  }

  @Test func filtersWithoutOrientation() throws {
    let flat = [Float](repeating: 0.5, count: 144)
    let found = try #require(
      Orientations(Self.filters([flat, Self.grating(0)]), shape: [12, 12, 1]))
    #expect(found.doubled[0] == nil && found.doubled[1] != nil && found.strengths[0] == 0)
    #expect(Orientations(Self.filters([flat]), shape: [144]) == nil)
    #expect(Orientations(Self.filters([flat]), shape: [1, 144]) == nil)
    #expect(Orientations(Self.filters([flat]), shape: [11, 12]) == nil)
  }

  @Test func coherenceOfMaps() throws {
    // A half turn from edge to edge: a torus without a seam.
    let rows = (0..<64).map { Self.grating(Double.pi * Double($0 % 8) / 8) }
    let sheet = Sheet(rows: 8, columns: 8, wraps: true)
    let map = try #require(Orientations(Self.filters(rows), shape: [12, 12])?.coherence(on: sheet))
    // Half of the neighbours are alike, the others an eighth of a half turn apart.
    #expect(abs(map.value - (1 + cos(Double.pi / 4)) / 2) < 0.02)
    #expect(abs(map.shuffledMean) < 0.1 && map.shuffledDeviation > 0.02 && map.deviations ?? 0 > 5)
    let alike = try #require(
      Orientations(Self.filters(.init(repeating: rows[0], count: 64)), shape: [12, 12])?
        .coherence(on: sheet))
    #expect(alike.value > 0.999 && alike.shuffledMean > 0.999)
  }

  @Test func neighboursOfSheets() {
    #expect(Sheet(rows: 3, columns: 4, wraps: true).neighbours.count == 24)
    #expect(Sheet(rows: 3, columns: 4, wraps: false).neighbours.count == 17)
    #expect(Sheet(rows: 1, columns: 1, wraps: true).neighbours.isEmpty)
    let pairs = Sheet(rows: 2, columns: 2, wraps: false).neighbours
    #expect(pairs.map { [$0.0, $0.1] } == [[0, 1], [0, 2], [1, 3], [2, 3]])
  }
}
