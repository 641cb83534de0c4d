import LinearAlgebra

/// A problem without its DC unit, which is known in closed form, and encoders for the two.
extension CodingProblem {
  /// Px: records less what the DC unit stands for; x where there is none.
  /// - Parameter x: records, [N, D].
  public func projected(_ x: Matrix) -> Matrix {
    guard let constantUnit else { return x }
    return x.removing(direction: constantUnit.atom, amounts: constantUnit.amounts(in: x))
  }

  /// The problem of the penalised units in records Px.
  public var withoutDCUnit: CodingProblem {
    guard hasDCUnit else { return self }
    var problem = CodingProblem(
      atoms: projectedAtoms, lambda: lambda, penalty: penalty, isNonnegative: isNonnegative,
      lipschitz: lipschitz)
    problem.beta = beta
    return problem
  }
}

extension Encoder {
  /// This encoder without its last unit: what ``appendingDCUnit(of:)`` has added is gone.
  public var droppingLastUnit: Encoder {
    let units = codeLength - 1
    return Encoder(
      weight: weight.rows(0..<units),
      recurrent: recurrent.map { part in
        Matrix(
          rows: units, columns: units,
          elements: (0..<units).flatMap { part.row($0).prefix(units) })
      },
      threshold: threshold.map { function.droppingLastUnit(of: $0) },
      gain: gain.map { Array($0.prefix(units)) }, function: function, form: form,
      iterations: iterations)
  }

  /// This encoder of the problem without its DC unit as one of the problem and of records x: We P, and
  /// the DC unit after all others, which takes the value that is best for the code before each pass.
  /// tanh, which is the identity next to zero, gets the unit's sum there, and a gain back.
  public func appendingDCUnit(of problem: CodingProblem) -> Encoder {
    guard let constant = problem.constantUnit else { return self }
    let units = codeLength
    let scale: Float = nonlinearity == .tanh ? 1 / 65536 : 1
    let gains = gain ?? (scale == 1 ? nil : [Float](repeating: 1, count: units))
    // What a training adds to We along the DC it never saw.
    let amounts = product(
      weight,
      PackedMatrix(Matrix(rows: 1, columns: constant.atom.count, elements: constant.direction)))
    return Encoder(
      weight: weight.removing(direction: constant.atom, amounts: amounts.elements)
        .appending(row: constant.direction.map { scale * $0 }),
      recurrent: recurrent.map { part in
        var whole = Matrix(zeros: units + 1, columns: units + 1)
        for row in 0..<units { whole.setRow(row, to: part.row(row) + [0]) }
        let effects = constant.overlap.enumerated().map { -scale * $1 * (gain?[$0] ?? 1) }
        whole.setRow(units, to: effects + [0])
        return whole
      },
      threshold: threshold.map { function.appendingDCUnit(to: $0) },
      gain: gains.map { $0 + [1 / scale] }, function: function, form: form,
      iterations: iterations)
  }
}
