import LinearAlgebra

/// The units of an image, each where it is: what is moved at once is a block, a unit or a pool of units of one place or
/// period.
final class PlacedUnits: Sendable {
  /// A block with where its units are.
  struct Block: Sendable {
    let units: [Unit]
    /// At least the largest eigenvalue of its part of G; 0 where nothing of it is seen.
    let curvature: Float
    /// λ times the root of the weight of its members.
    let threshold: Float
  }

  struct Unit: Sendable {
    /// Of the code.
    let index: Int
    /// The row of its weights.
    let weights: Int
    let place: ImageWindows.Placement
  }

  private let problem: TiledProblem
  private let tiling: Tiling
  private let windows: ImageWindows
  /// Pools of a cell; nil where each unit is by itself.
  private let groups: Groups?
  /// R of a cell, where its units inhibit each other.
  private let lateral: LateralPenalty?
  /// Blocks of a cell.
  private let blockCount: Int

  /// - Precondition: the penalty of a cell is one of units, which may inhibit each other, or of pools that are apart.
  init(_ problem: TiledProblem) {
    guard case .tiled(let tiling, let windows) = problem.geometry else {
      preconditionFailure("units without places")
    }
    self.problem = problem
    self.tiling = tiling
    self.windows = windows
    groups = problem.cellPenalty.pools?.groups
    lateral = problem.cellPenalty as? LateralPenalty
    blockCount = groups?.count ?? problem.unitCount
  }

  /// Units of a block, by their number in the code.
  private func members(of block: Int) -> (first: Int, members: ArraySlice<Int>) {
    let (cell, own) = block.quotientAndRemainder(dividingBy: blockCount)
    let members = groups?.members(of: own) ?? [own]
    return (cell * problem.unitCount, members)
  }

  /// Blocks of all cells.
  var count: Int { problem.cellCount * blockCount }

  /// Blocks that are not zero, ascending.
  func used(in code: [Float]) -> [Int] {
    if groups == nil {
      let z = code.span
      return z.indices.filter { z[$0] != 0 }
    }
    return (0..<count).filter { isInUse($0, code) }
  }

  private func isInUse(_ block: Int, _ code: [Float]) -> Bool {
    let (first, members) = members(of: block)
    return members.contains { code[first + $0] != 0 }
  }

  /// Blocks of zeros whose q is above what keeps them there, and by how much: of each cell the one that is furthest
  /// above, of a single cell all.
  /// - Parameters: q and z, [cells·K].
  func wanted(_ q: [Float], _ code: [Float]) -> [(block: Int, excess: Float)] {
    let isWhole = problem.cellCount == 1
    var wanted: [(block: Int, excess: Float)] = []
    let excesses =
      groups == nil
      ? nil
      : (0..<count).map {
        isInUse($0, code) ? 0 : excess(ofPool: $0, q)
      }
    var inhibitions: [Float]?
    if let lateral {
      var sums = [Float](repeating: 0, count: code.count)
      lateral.addInhibitions(by: code[...], to: &sums)
      inhibitions = sums
    }
    let (q, code) = (q.span, code.span)
    let (lambda, least) = (problem.lambda, problem.isNonnegative ? 0 : -Float.infinity)
    for cell in 0..<problem.cellCount {
      var best: (block: Int, excess: Float) = (-1, 0)
      for block in cell * blockCount..<(cell + 1) * blockCount {
        let excess: Float
        if let excesses {
          excess = excesses[block]
        } else {
          let own = lambda * (1 + (inhibitions?[block] ?? 0))
          excess = code[block] == 0 ? abs(max(least, q[block])) - own : 0
        }
        guard excess > best.excess else { continue }
        if isWhole { wanted.append((block, excess)) } else { best = (block, excess) }
      }
      if best.block >= 0 { wanted.append(best) }
    }
    return wanted
  }

  private func excess(ofPool block: Int, _ q: [Float]) -> Float {
    let (first, members) = members(of: block)
    let sum = members.reduce(Float(0)) {
      let pull = problem.isNonnegative ? max(0, q[first + $1]) : q[first + $1]
      return $0 + pull * pull
    }
    return sum.squareRoot() - threshold(of: block)
  }

  /// (S|z|) of a unit by its number in the code.
  private func inhibition(ofUnit index: Int, _ code: [Float]) -> Float {
    guard let lateral else { return 0 }
    let unit = index % problem.unitCount
    return zip(lateral.inhibition.row(unit), code[(index - unit)...]).reduce(0) {
      $0 + $1.0 * abs($1.1)
    }
  }

  private func threshold(of block: Int) -> Float {
    guard let groups else { return problem.lambda }
    return problem.lambda * groups.weights[groups.offsets[block % blockCount]].squareRoot()
  }

  /// A block by its number, with where its units are.
  func block(_ number: Int) -> Block {
    let (first, members) = members(of: number)
    let cell = number / blockCount
    let units = members.map { unit in
      Unit(index: first + unit, weights: unit, place: placement(ofUnit: unit, cell: cell))
    }
    let curvature = units.reduce(Float(0)) {
      $0
        + windows.squaredNorm(
          $1.place, problem.weights, unit: $1.weights, mask: problem.mask)
    }
    let whole = curvature + problem.attraction
    return Block(
      units: units, curvature: whole >= .leastNormalMagnitude ? whole : 0,
      threshold: threshold(of: number))
  }

  private func placement(ofUnit unit: Int, cell: Int) -> ImageWindows.Placement {
    let period = tiling.period
    let phase = unit / (problem.unitCount / period.count)
    let cells = windows.horizontal.count / period.columns
    return windows.placement(
      row: cell / cells * period.rows + phase / period.columns,
      column: cell % cells * period.columns + phase % period.columns)
  }

  /// Takes Dz of blocks off an image, [H·W·C], where it has values.
  func subtract(_ blocks: [Int], code: [Float], from image: inout [Float]) {
    for number in blocks {
      let (first, members) = members(of: number)
      for unit in members where code[first + unit] != 0 {
        windows.add(
          -code[first + unit], placement(ofUnit: unit, cell: number / blockCount),
          problem.weights, unit: unit, mask: problem.mask, to: &image)
      }
    }
  }

  /// Moves blocks one after another, each by a proximal step, which takes a unit to its best value.
  /// - Parameters:
  ///   - code: z, [cells·K].
  ///   - residual: M(x − Dz), [H·W·C].
  ///   - attractor: what the code is drawn to, [cells·K].
  /// - Returns: at least what the energy has lost.
  func descend(
    _ blocks: [Block], code: inout [Float], residual: inout [Float], attractor: [Float]?
  ) -> Double {
    var gain = 0.0
    var ahead: [Float] = []
    for block in blocks where block.curvature > 0 {
      ahead.removeAll(keepingCapacity: true)
      var squares: Float = 0
      for unit in block.units {
        let next = step(of: unit, block, code[unit.index], residual, attractor)
        ahead.append(next)
        squares += next * next
      }
      // A unit that inhibits others is a block by itself.
      let raise = 1 + inhibition(ofUnit: block.units[0].index, code)
      let (norm, threshold) = (squares.squareRoot(), raise * block.threshold / block.curvature)
      let share = norm > threshold ? 1 - threshold / norm : 0
      for (number, unit) in block.units.enumerated() {
        let move = share * ahead[number] - code[unit.index]
        guard move != 0 else { continue }
        code[unit.index] += move
        windows.add(
          -move, unit.place, problem.weights, unit: unit.weights, mask: problem.mask,
          to: &residual)
        gain += 0.5 * Double(block.curvature) * Double(move) * Double(move)
      }
    }
    return gain
  }

  /// z + q/L of a unit of a block, before its proximal step.
  private func step(
    of unit: Unit, _ block: Block, _ z: Float, _ residual: [Float], _ attractor: [Float]?
  ) -> Float {
    var pull = windows.dot(unit.place, problem.weights, unit: unit.weights, with: residual)
    if let attractor { pull += problem.attraction * (attractor[unit.index] - z) }
    let next = z + pull / block.curvature
    return problem.isNonnegative ? max(0, next) : next
  }
}
