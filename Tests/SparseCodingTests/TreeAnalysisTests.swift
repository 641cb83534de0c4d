import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// What is said of trees of units: depths, branches and how fine their atoms are.
@Suite struct TreeAnalysisTests {
  private static func tree(_ notation: String, _ units: Int) throws -> PoolTree {
    try PoolTree(.parse(notation, unitCount: units))
  }

  @Test func depthsAndBranches() throws {
    let one = try Self.tree("tree:1,2,2", 7)
    #expect(one.unitDepths(unitCount: 8) == [0, 1, 1, 2, 2, 2, 2, nil])
    // Pools are numbered as their heads are.
    #expect(one.branches == [nil, 0, 1, 0, 0, 1, 1])
    let forest = try Self.tree("tree:1,2+2,1", 7)
    #expect(forest.unitDepths(unitCount: 7) == [0, 1, 1, 0, 0, 1, 1])
    #expect(forest.branches == [0, 0, 0, 1, 2, 1, 2])
    #expect(try Self.tree("consecutive:2", 6).branches == [0, 1, 2])
    #expect(try Self.tree("tree:1", 1).branches == [nil])
  }

  @Test func meansOfDepths() {
    let found = means(of: [1, 2, nil, 6, 9], byDepth: [0, 1, 1, 1, nil])
    #expect(found == [1, 4])
    #expect(means(of: [1, nil], byDepth: [0, 2]) == [1, nil, nil])
    #expect(means(of: [], byDepth: []).isEmpty)
  }

  /// Cut anywhere, with units of no tree behind, and a code that never ends.
  @Test(arguments: 1...9) func branchesOfCodes(size: Int) throws {
    let codes: [[Float]] = [
      [1, 0, 0, 0, 2, 0, 0, 5], [1, 0, 0, 0, 0, 0, 0, 5], [0, 3, 0, 1, 0, 0, -1, 5],
      [0, 0, 0, 0, 0, 0, 0, 5],
    ]
    let values = codes.flatMap(\.self) + [1, 1, 1]
    var use = BranchUse(try Self.tree("tree:1,2,2", 7), unitCount: 7, codeLength: 8)
    #expect(use.shares.isEmpty)
    for first in stride(from: 0, to: values.count, by: size) {
      use.add(Array(values[first..<min(first + size, values.count)]))
    }
    #expect(use.heads == [1, 2])
    #expect(use.shares == [0.5, 0.25])
  }

  private static func frequencies(_ rows: [[Float]], _ shape: [Int]) -> [Double?]? {
    let filters = Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap(\.self))
    return RadialFrequencies(filters, shape: shape)?.values
  }

  /// A wave with whole periods on its picture has its own frequency, whatever its phase.
  @Test(arguments: [(8, 8), (9, 12), (12, 7), (2, 2)]) func wavesHaveTheirFrequency(
    height: Int, width: Int
  ) throws {
    for ky in 0...height / 2 {
      for kx in 0...width / 2 {
        let wave = (0..<height * width).map { pixel in
          let (y, x) = (pixel / width, pixel % width)
          let turns = Double(ky * y) / Double(height) - Double(kx * x) / Double(width)
          return Float(cos(2 * Double.pi * turns + 0.4))
        }
        let found = try #require(Self.frequencies([wave], [height, width])?[0])
        let (fy, fx) = (Double(ky) / Double(height), Double(kx) / Double(width))
        #expect(abs(found - (fy * fy + fx * fx).squareRoot()) < 1e-4, "\(ky) \(kx): \(found)")
      }
    }
  }

  /// Σ f P / Σ P of the transform as it is written down, of two channels.
  @Test(arguments: [(5, 6), (6, 5), (4, 4)]) func theCentroidOfThePower(
    height: Int, width: Int
  ) throws {
    let x = normalMatrix(3, height * width * 2, seed: 11)
    let found = try #require(RadialFrequencies(x, shape: [height, width, 2])?.values)
    for row in 0..<3 {
      var (sum, moment) = (0.0, 0.0)
      for channel in 0..<2 {
        for ky in 0..<height {
          for kx in 0..<width {
            var (real, imaginary) = (0.0, 0.0)
            for pixel in 0..<height * width {
              let (py, px) = (pixel / width, pixel % width)
              let angle =
                2 * Double.pi
                * (Double(ky * py) / Double(height) + Double(kx * px) / Double(width))
              real += Double(x[row, 2 * pixel + channel]) * cos(angle)
              imaginary += Double(x[row, 2 * pixel + channel]) * sin(angle)
            }
            let (fy, fx) = (
              Double(min(ky, height - ky)) / Double(height),
              Double(min(kx, width - kx)) / Double(width)
            )
            let power = real * real + imaginary * imaginary
            sum += power
            moment += power * (fy * fy + fx * fx).squareRoot()
          }
        }
      }
      let value = try #require(found[row])
      #expect(abs(value - moment / sum) < 1e-5)
    }
  }

  @Test func filtersWithoutFrequency() throws {
    let zeros = [Float](repeating: 0, count: 12)
    let flat = [Float](repeating: 2, count: 12)
    let found = try #require(Self.frequencies([zeros, flat], [3, 4]))
    #expect(found[0] == nil)
    let ofFlat = try #require(found[1])
    #expect(ofFlat < 1e-6)
    for shape in [[12], [1, 12], [12, 1], [3, 3], [3, 2, 2, 1]] {
      #expect(Self.frequencies([flat], shape) == nil, "\(shape)")
    }
  }
}
