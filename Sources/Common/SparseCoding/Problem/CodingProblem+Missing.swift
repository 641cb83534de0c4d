import LinearAlgebra

/// Records of which some values are missing.
extension CodingProblem {
  /// The problem of the values that are there: min over z of ½‖M(x − Dz)‖² + λR(z), where M leaves out the
  /// others (inpainting with a dictionary; Mairal, Elad & Sapiro 2008).
  /// - Parameters:
  ///   - values: which of the D are there, ascending.
  ///   - solver: the one that it is for; L is sought where steps of 1/L are taken, if in Double alone.
  /// - Returns: a problem of records [N, values].
  /// - Precondition: there is no attraction.
  public func restricted(to values: [Int], for solver: SparseSolver) -> CodingProblem {
    precondition(attraction == 0, "a problem without attraction")
    let takesSteps = solver.takesSteps || !penalty.isSeparable
    var problem = CodingProblem(
      atoms: atoms.columns(at: values), lambda: lambda, penalty: penalty, hasDCUnit: hasDCUnit,
      isNonnegative: isNonnegative, lipschitz: takesSteps ? nil : 1)
    problem.beta = beta
    return problem
  }
}
