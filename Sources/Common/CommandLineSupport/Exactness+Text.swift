import SparseCoding

extension SparseSolver.Exactness {
  /// What a user should know of codes that more was needed for than the solver, a line each.
  /// - Parameter hasLimit: whether the user has said how many iterations there may be.
  public func remarks(on solver: SparseSolver, hasLimit: Bool = false) -> [String] {
    var lines: [String] = []
    if finishedInDouble > 0 {
      lines.append(
        "\(finishedInDouble) records did not reach the gap by \(solver.rawValue); "
          + "homotopy in double precision finished them")
    }
    if unconverged > 0 {
      let what = hasLimit ? "reached --iterations before the gap" : "did not reach the gap"
      lines.append("\(unconverged) records \(what); their codes are not exact")
    }
    return lines
  }
}
