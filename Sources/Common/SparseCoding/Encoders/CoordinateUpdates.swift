import LinearAlgebra

/// The updates of an encoder of ``Encoder/Form/coordinate``, record by record (LCoD; Gregor & LeCun
/// 2010, algorithm 2): the unit that f would move the most, z̄ = f_θ(B), moves there, and
/// B ← B + S_{:k}(z̄_k − z_k). One update costs O(K).
package struct CoordinateUpdates: Sendable {
  /// Sᵀ, [K, K]: what moving unit k does to all others is row k.
  package let effects: Matrix
  private let thresholds: [Float]
  private let nonlinearity: Nonlinearity
  /// −1 for units that move no other one. They are never chosen: their own value is right in the end
  /// whenever it is taken.
  private let barred: [Int32]

  /// - Parameter effects: Sᵀ.
  package init(effects: Matrix, thresholds: [Float], nonlinearity: Nonlinearity) {
    precondition(nonlinearity.hasCoordinateForm, "coordinate updates are of relu or shrink")
    self.effects = effects
    self.thresholds = thresholds
    self.nonlinearity = nonlinearity
    barred = (0..<effects.rows).map { effects.row($0).allSatisfy { $0 == 0 } ? -1 : 0 }
  }

  /// B of each record after so many updates, or fewer where no unit would move any more.
  /// - Parameter drive: We x, [N, K].
  func callAsFunction(_ drive: Matrix, iterations: Int) -> Matrix {
    var drives = drive
    effects.withView { effects in
      var state = State(units: effects.rows)
      for row in 0..<drive.rows {
        state.begin(with: drive.row(row))
        for _ in 0..<iterations {
          if update(&state, effects) == nil { break }
        }
        drives.setRow(row, to: state.drive[...])
      }
    }
    return drives
  }

  /// One update: unit k went to `value`, by `change`.
  package struct Move: Sendable {
    package let unit: Int
    package let value: Float
    package let change: Float
  }

  /// A record between two updates.
  package struct State {
    /// B, [K].
    package private(set) var drive: [Float]
    /// z, [K].
    package private(set) var code: [Float]

    package init(units: Int) {
      drive = [Float](repeating: 0, count: units)
      code = drive
    }

    /// In place, which takes no memory.
    package mutating func begin(with drive: ArraySlice<Float>) {
      self.drive.replaceSubrange(self.drive.indices, with: drive)
      for unit in code.indices { code[unit] = 0 }
    }

    fileprivate mutating func make(_ move: Move, _ effects: MatrixView) {
      addScaled(move.change, rowOf: effects, move.unit, to: &drive)
      code[move.unit] = move.value
    }
  }

  /// One update.
  /// - Parameter effects: Sᵀ.
  /// - Returns: what moved, or nil where no unit would.
  package func update(_ state: inout State, _ effects: MatrixView) -> Move? {
    let (unit, value) = RowKernels.current.steepest(
      state.drive, code: state.code, thresholds: thresholds, nonlinearity: nonlinearity,
      barred: barred)
    guard unit >= 0 else { return nil }
    let move = Move(unit: unit, value: value, change: value - state.code[unit])
    state.make(move, effects)
    return move
  }
}
