import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Exact codes of images against those of the same problem with all atoms at all places in one dictionary.
@Suite struct TiledProblemTests {
  private static let solvers: [SparseSolver] = [.ista, .fista, .sparsa, .cd]
  private static let rule = SparseSolver.StoppingRule(relativeGap: 1e-5)

  private struct Case {
    let problem: TiledProblem
    let dense: CodingProblem
    let images: Matrix
  }

  private func build(
    _ sample: TilingSample, isNonnegative: Bool = false, pools: String? = nil
  ) throws -> Case {
    let atoms = sample.weights(seed: 20)
    let images = sample.images(2, seed: 21)
    let whole = sample.whole(atoms)
    let cells = sample.geometry.cellCount
    var (penalty, wholePenalty): (any Penalty, any Penalty) = (.l1, .l1)
    if let pools {
      let layout = try PoolLayout.parse(pools, unitCount: atoms.rows)
      penalty = try .groups(layout, unitCount: atoms.rows)
      let groups = layout.groups
      wholePenalty = try .groups(
        PoolLayout(
          offsets: [0]
            + (0..<cells).flatMap { cell in
              groups.offsets.dropFirst().map { $0 + cell * groups.members.count }
            },
          members: (0..<cells).flatMap { cell in
            groups.members.map { $0 + cell * atoms.rows }
          },
          weights: (0..<cells).flatMap { _ in groups.weights }), unitCount: whole.rows)
    }
    let free = CodingProblem(atoms: whole, lambda: 0, penalty: wholePenalty)
    let lambda = 0.2 * free.largestCorrelation(with: images)
    return Case(
      problem: TiledProblem(
        atoms: atoms, sample.geometry, lambda: lambda, penalty: penalty,
        isNonnegative: isNonnegative,
        lipschitz: sample.tiling.squaredNormBound(of: atoms)),
      dense: CodingProblem(
        atoms: whole, lambda: lambda, penalty: wholePenalty, isNonnegative: isNonnegative),
      images: images)
  }

  /// Codes are at the gap, by the problem itself and by the dense one.
  private func check(
    _ solution: SparseSolver.Solution, _ parts: Case, gap: Double = 1e-5
  ) {
    let flat = solution.code.reshaped(columns: parts.dense.codeLength)
    let gaps = parts.dense.relativeGaps(of: flat, records: parts.images)
    #expect(gaps.allSatisfy { $0 <= 2 * gap }, "gaps \(gaps)")
    let own = parts.problem.relativeGaps(of: solution.code, records: parts.images)
    #expect(own.allSatisfy { $0 <= 2 * gap })
    let (energies, expected) = (
      parts.problem.energies(of: solution.code, records: parts.images),
      parts.dense.energies(of: flat, records: parts.images)
    )
    for (energy, other) in zip(energies, expected) {
      #expect(abs(energy - other) <= 1e-5 * other)
    }
    #expect(solution.exactness == SparseSolver.Exactness())
    #expect(flat.elements.contains { $0 != 0 } && flat.elements.contains(0))
  }

  @Test("codes are those of all atoms at all places", arguments: TilingSample.all, solvers)
  func exact(_ sample: TilingSample, _ solver: SparseSolver) throws {
    let parts = try build(sample)
    // Without momentum the last digits take very long.
    let gap = solver == .ista ? 1e-3 : 1e-5
    let rule = SparseSolver.StoppingRule(relativeGap: gap)
    check(solver.solve(parts.problem, images: parts.images, until: rule), parts, gap: gap)
  }

  @Test("codes that are not below 0", arguments: [TilingSample.all[0], TilingSample.all[5]])
  func nonnegative(_ sample: TilingSample) throws {
    let parts = try build(sample, isNonnegative: true)
    let start = normalMatrix(
      2 * sample.geometry.cellCount, sample.units * sample.tiling.period.count, seed: 22)
    let solution = SparseSolver.fista.solve(
      parts.problem, images: parts.images, until: Self.rule, start: start)
    check(solution, parts)
    #expect(solution.code.elements.allSatisfy { $0 >= 0 })
  }

  @Test(
    "pools of a cell",
    arguments: [(2, "consecutive:2"), (5, "consecutive:3"), (6, "torus:3x4:2:1")]
  )
  func pools(_ index: Int, _ pools: String) throws {
    let parts = try build(TilingSample.all[index], pools: pools)
    for solver in Self.solvers
    where solver != .ista && solver.servesImages(parts.problem.cellPenalty) {
      let solution = solver.solve(parts.problem, images: parts.images, until: Self.rule)
      let flat = solution.code.reshaped(columns: parts.dense.codeLength)
      let gaps = parts.dense.relativeGaps(of: flat, records: parts.images)
      #expect(gaps.allSatisfy { $0 <= 5e-5 }, "gaps \(gaps)")
      #expect(flat.elements.contains { $0 != 0 })
    }
  }

  @Test("missing values", arguments: [TilingSample.all[0], TilingSample.all[5]])
  func masks(_ sample: TilingSample) throws {
    let parts = try build(sample)
    let mask = normalMatrix(1, parts.images.columns, seed: 23).elements.map {
      $0 > 0 ? Float(1) : 0
    }
    let known = mask.indices.filter { mask[$0] == 1 }
    var images = parts.images
    for index in images.elements.indices where mask[index % mask.count] == 0 {
      images.elements[index] = .nan
    }
    let dense = parts.dense.restricted(to: known, for: .fista)
    let problem = parts.problem.masked(by: mask)
    let solution = SparseSolver.fista.solve(problem, images: images, until: Self.rule)
    check(
      solution,
      Case(problem: parts.problem.masked(by: mask), dense: dense, images: images),
      known: images.columns(at: known))
  }

  private func check(_ solution: SparseSolver.Solution, _ parts: Case, known: Matrix) {
    let flat = solution.code.reshaped(columns: parts.dense.codeLength)
    let gaps = parts.dense.relativeGaps(of: flat, records: known)
    #expect(gaps.allSatisfy { $0 <= 2e-5 }, "gaps \(gaps)")
    let energies = parts.problem.energies(of: solution.code, records: parts.images)
    for (energy, other) in zip(energies, parts.dense.energies(of: flat, records: known)) {
      #expect(abs(energy - other) <= 1e-5 * other)
    }
  }

  @Test("codes that are drawn to others")
  func attraction() throws {
    let sample = TilingSample.all[5]
    let parts = try build(sample)
    let drawnTo = normalMatrix(
      2 * sample.geometry.cellCount, sample.units * sample.tiling.period.count, seed: 24)
    let found = SparseSolver.fista.solve(
      parts.problem.attracted(by: 0.7), images: parts.images, attractedTo: drawnTo,
      until: Self.rule)
    let expected = SparseSolver.fista.solve(
      parts.dense.attracted(by: 0.7), records: parts.images,
      attractedTo: drawnTo.reshaped(columns: parts.dense.codeLength), until: Self.rule)
    let size = expected.code.elements.reduce(0) { max($0, abs($1)) }
    #expect(agree(found.code.elements, expected.code.elements, within: 5e-3 * size))
  }

  @Test("the bound of the norm is no smaller than that of any image", arguments: TilingSample.all)
  func bound(_ sample: TilingSample) {
    let weights = sample.weights(seed: 18)
    let whole = sample.whole(weights)
    let exact = largestEigenvalue(product(whole, PackedMatrix(whole)))
    #expect(Double(sample.tiling.squaredNormBound(of: weights)) >= exact * 0.99999)
  }

  @Test("the bound of a convolution is tight", arguments: [(1, 1), (2, 1), (1, 3), (3, 2)])
  func tight(_ stride: Int, _ channels: Int) throws {
    let tiling = Tiling(height: 4, width: 5, channels: channels, stride: stride, padding: 3)
    let windows = try #require(tiling.windows(imageHeight: 90, imageWidth: 90))
    let weights = normalMatrix(6, tiling.windowLength, seed: 25)
    let norm = LinearMap(weights, .tiled(tiling, windows), for: .both).squaredNorm
    let bound = tiling.squaredNormBound(of: weights)
    #expect(bound >= norm && bound <= 1.15 * norm, "\(bound), at least \(norm)")
  }

  @Test("overlaps are the products of atoms at their places", arguments: TilingSample.all)
  func overlaps(_ sample: TilingSample) {
    let weights = sample.weights(seed: 26)
    let overlaps = sample.tiling.overlaps(of: weights)
    let reach = sample.tiling.reach
    let taps = 2 * reach.columns + 1
    // Windows within the image alone have products of all of their elements.
    let units = sample.allUnits
    let whole = sample.whole(weights)
    let gram = product(whole, PackedMatrix(whole))
    let size = gram.elements.reduce(0) { max($0, abs($1)) }
    var compared = 0
    for (a, unit) in units.enumerated() where sample.isInside(unit.row, unit.column) {
      for (b, other) in units.enumerated() {
        let (dy, dx) = (other.row - unit.row, other.column - unit.column)
        guard abs(dy) <= reach.rows, abs(dx) <= reach.columns else {
          #expect(gram[a, b] == 0)
          continue
        }
        let tap = (dy + reach.rows) * taps + dx + reach.columns
        let found = overlaps[unit.weight, tap * sample.units + other.weight % sample.units]
        #expect(abs(found - gram[a, b]) <= 1e-5 * size)
        compared += 1
      }
    }
    #expect(compared > 0 || sample.tiling.padding > 1)
  }
}

extension TilingSample {
  /// Whether a place's window has no padding.
  fileprivate func isInside(_ row: Int, _ column: Int) -> Bool {
    let (top, left) = (
      row * tiling.stride - tiling.padding, column * tiling.stride - tiling.padding
    )
    return top >= 0 && left >= 0 && top + tiling.height <= height && left + tiling.width <= width
  }
}
