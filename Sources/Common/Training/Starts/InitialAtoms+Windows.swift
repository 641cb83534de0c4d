import LinearAlgebra
import SparseCoding

extension InitialAtoms {
  /// Windows that may be drawn in vain for one unit.
  private static let tries = 1000

  /// The same of windows: each at a place that its unit has, of an image drawn at random.
  /// - Parameters:
  ///   - records: numbers of images of `data` to draw from.
  ///   - period: rows and columns of places with weights of their own, each with as many units.
  ///   - prepare: from images, [N, H·W·C], to what units see windows of.
  /// - Returns: Dᵀ, [count, h·w·C].
  /// - Throws: ``TrainingProblem`` where all that is drawn for a unit is constant.
  public func draw(
    from data: TrainingSet, _ records: [Int], seed: UInt64, _ windows: ImageWindows,
    period: Tiling.Period, prepare: (Matrix) -> Matrix = { $0 }
  ) throws -> Matrix {
    let units = count / period.count
    var random = CounterRandom(seed: seed, stream: RandomStream.initialAtoms)
    var atoms: [[Float]] = []
    for unit in 0..<count {
      let phase = unit / units
      var (found, tries): ([Float]?, Int) = (nil, 0)
      while found == nil, tries < Self.tries {
        tries += 1
        let image = prepare(
          try data.records([records[random.index(below: records.count)]]))
        func place(_ phase: Int, _ period: Int, _ axis: WindowAxis) -> Int {
          phase + period * random.index(below: axis.count / period)
        }
        let row = place(phase / period.columns, period.rows, windows.vertical)
        let column = place(phase % period.columns, period.columns, windows.horizontal)
        let window = windows.taken(from: image, row: row, columns: Places(column))
        found = isConstant(window.elements) ? nil : unitNorm(window.elements)
      }
      guard let found else {
        throw TrainingProblem.tooFewRecords(
          found: atoms.count, needed: count,
          what: "windows that are not constant, one for each unit")
      }
      atoms.append(found)
    }
    return Matrix(rows: count, columns: windows.windowLength, elements: atoms.flatMap { $0 })
  }

  private func isConstant(_ window: [Float]) -> Bool { window.allSatisfy { $0 == window[0] } }
}
