/// ArgumentParser's words in our manner: one line, lower case, no full stop.
struct UsageMessage {
  let text: String

  /// - Parameters:
  ///   - message: what the parser says is wrong.
  ///   - arguments: the command line.
  ///   - subcommands: what an argument may have been meant to be.
  init(_ message: String, arguments: [String], subcommands: [String]) {
    var text = message
    if let first = arguments.first, !subcommands.isEmpty, !subcommands.contains(first),
      !first.hasPrefix("-"), first != "help"
    {
      // The parser would speak of the options that follow.
      text = "Unexpected argument '\(first)'"
    }
    if text.hasSuffix(".") { text.removeLast() }
    text = Self.quoting(arguments, in: text)
    text = Self.listingChoices(text)
    text = Self.suggesting(text, subcommands)
    self.text = text.isEmpty ? "wrong usage" : text.prefix(1).lowercased() + text.dropFirst()
  }

  /// A number as it was given: 1000000 has no point, and 1e308 is infinite as a Float.
  private static func quoting(_ arguments: [String], in text: String) -> String {
    guard let option = text.split(separator: " ").first, let end = text.ranges(of: ", got ").last,
      let got = Double(text[end.upperBound...]),
      let given = arguments.value(of: String(option)), let value = Double(given)
    else { return text }
    let isTooLarge = got.isInfinite && !given.lowercased().contains("inf")
    let largest = value.isFinite ? "3.4e38" : "1.8e308"
    return text[..<end.upperBound] + given
      + (isTooLarge ? ", above the largest number, \(largest)" : "")
  }

  /// The values that an option takes, in one line.
  private static func listingChoices(_ text: String) -> String {
    let parts = text.split(separator: ". Please provide one of ", maxSplits: 1)
    guard parts.count == 2 else { return text }
    let bullet = "\n  - "
    var values = parts[1].split(separator: bullet).map(String.init)
    guard parts[1].hasPrefix("the following:"), values.count > 2 else {
      return "\(parts[0]), expected \(parts[1].filter { $0 != "'" })"
    }
    values.removeFirst()
    let last = values.removeLast()
    return "\(parts[0]), expected \(values.joined(separator: ", ")) or \(last)"
  }

  /// A suggestion where one is near: the parser's own are up to three letters apart.
  private static func suggesting(_ text: String, _ subcommands: [String]) -> String {
    let hint = ". Did you mean "
    if let found = text.split(separator: hint, maxSplits: 1).last, found.count < text.count {
      let fact = String(text.split(separator: hint, maxSplits: 1)[0])
      let names = text.split(separator: "'", omittingEmptySubsequences: false)
      guard names.count == 5, isNear(String(names[1]), String(names[3])) else { return fact }
      return "\(fact); did you mean \(names[3])?"
    }
    let names = text.split(separator: "'", omittingEmptySubsequences: false)
    guard text.hasPrefix("Unexpected argument"), names.count == 3,
      let meant = subcommands.first(where: { isNear(String(names[1]), $0) })
    else { return text }
    return "\(text); did you mean \(meant)?"
  }

  /// Whether one is a slip of the other: one letter of up to six, two of more, left out, put in,
  /// changed, or changed places with the next. The dashes do not count.
  static func isNear(_ first: String, _ second: String) -> Bool {
    let (a, b) = (Array(first.drop { $0 == "-" }), Array(second.drop { $0 == "-" }))
    // Names are short; an argument can be of any length.
    guard !a.isEmpty, abs(a.count - b.count) <= 2 else { return false }
    return slips(a, b) <= (max(a.count, b.count) > 6 ? 2 : 1)
  }

  /// The optimal string alignment distance.
  private static func slips(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in b.indices.map({ $0 + 1 }) {
        let change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var least = min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          least = min(least, rows[i - 2][j - 2] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
