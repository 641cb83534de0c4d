import SparseCoding

extension CodeStatistics {
  /// One line: how many records, then what is known of them.
  public var line: String {
    var parts = ["\(count) records"]
    for (name, value) in [
      ("energy", energy), ("gap", gap), ("density", density), ("saturation", saturation),
    ] {
      if let value { parts.append("\(name) \(shortNumber(value))") }
    }
    return parts.joined(separator: "  ")
  }
}
