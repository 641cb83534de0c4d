import LinearAlgebra

/// The updates of an encoder of ``Encoder/Form/coordinate``, record by record (LCoD; Gregor & LeCun
/// 2010, algorithm 2): the unit that f would move the most, z̄ = f_θ(B), moves there, and
/// B ← B + S_{:k}(z̄_k − z_k). One update costs O(K).
struct CoordinateUpdates: Sendable {
  /// Sᵀ, [K, K]: what moving unit k does to all others is row k.
  private let effects: Matrix
  private let thresholds: [Float]
  private let nonlinearity: Nonlinearity
  /// −1 for units that move no other one. They are never chosen: their own value is right in the end
  /// whenever it is taken.
  private let barred: [Int32]

  init(recurrent: Matrix, thresholds: [Float], nonlinearity: Nonlinearity) {
    precondition(nonlinearity.hasCoordinateForm, "coordinate updates are of relu or shrink")
    effects = recurrent.transposed
    self.thresholds = thresholds
    self.nonlinearity = nonlinearity
    barred = (0..<recurrent.rows).map { [effects] in
      effects.row($0).allSatisfy { $0 == 0 } ? -1 : 0
    }
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
          if !update(&state, effects) { break }
        }
        drives.setRow(row, to: state.drive[...])
      }
    }
    return drives
  }

  /// A record between two updates.
  struct State {
    /// B, [K].
    private(set) var drive: [Float]
    /// z, [K].
    private(set) var code: [Float]

    init(units: Int) {
      drive = [Float](repeating: 0, count: units)
      code = drive
    }

    /// In place, which takes no memory.
    mutating func begin(with drive: ArraySlice<Float>) {
      self.drive.replaceSubrange(self.drive.indices, with: drive)
      for unit in code.indices { code[unit] = 0 }
    }

    fileprivate mutating func move(_ unit: Int, to value: Float, _ effects: MatrixView) {
      addScaled(value - code[unit], rowOf: effects, unit, to: &drive)
      code[unit] = value
    }
  }

  /// One update.
  /// - Parameter effects: Sᵀ.
  /// - Returns: whether a unit moved.
  func update(_ state: inout State, _ effects: MatrixView) -> Bool {
    guard let (unit, value) = steepest(state.drive, code: state.code) else { return false }
    state.move(unit, to: value, effects)
    return true
  }

  /// The unit that f moves the farthest, the first of several, and where to; nil where none moves.
  private func steepest(_ drive: [Float], code: [Float]) -> (unit: Int, value: Float)? {
    let isSigned = nonlinearity == .shrink
    let (b, z, cut, bar) = (drive.span, code.span, thresholds.span, barred.span)
    var best: (unit: Int, value: Float)?
    var farthest: Float = 0
    for unit in b.indices {
      let size = max((isSigned ? abs(b[unit]) : b[unit]) - cut[unit], 0)
      let value = isSigned && b[unit] <= 0 ? (b[unit] < 0 ? -size : 0) : size
      let distance = abs(value - z[unit])
      if distance > farthest, bar[unit] == 0 { (farthest, best) = (distance, (unit, value)) }
    }
    return best
  }
}
