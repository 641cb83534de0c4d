import SparseCoding

extension SparseSolver.Exactness {
  /// What a user should know of codes that a solver did not bring to the gap, a line each.
  public func remarks(on solver: SparseSolver) -> [String] {
    var lines: [String] = []
    if finishedInDouble > 0 {
      lines.append(
        "\(finishedInDouble) records did not reach the gap by \(solver.rawValue); "
          + "they were finished in double precision")
    }
    if stoppedAtLimit > 0 {
      lines.append(
        "\(stoppedAtLimit) records reached --iterations before the gap; their codes are not exact")
    }
    if unconverged > 0 {
      lines.append("\(unconverged) records did not reach the gap; their codes are not exact")
    }
    return lines
  }
}
