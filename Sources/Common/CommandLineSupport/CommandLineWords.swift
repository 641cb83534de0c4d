/// The letters of options that take a value; each means one thing in the whole suite.
private let lettersWithValues: Set<Unicode.Scalar> = ["m", "o", "s", "j"]
/// Those of flags, which may stand before one of them, `-qj2`.
private let lettersOfFlags: Set<Unicode.Scalar> = ["q", "r"]

extension [String] {
  /// The command line as the parser understands it: what is attached to a letter, `-j2`, and negative
  /// numbers, which it takes for options of their own, `--iterations -1`, become `-j=2` and
  /// `--iterations=-1`.
  var withAttachedValues: [String] {
    var words: [String] = []
    let options = prefix { $0 != "--" }
    for word in options {
      if word.isNegativeNumber, let option = words.last, option.isBareOption {
        words[words.count - 1] = "\(option)=\(word)"
      } else {
        words += word.separatedLetters
      }
    }
    return words + dropFirst(options.count)
  }

  /// What the last option of this name was given; nil where there is none.
  func value(of option: String) -> String? {
    let options = prefix { $0 != "--" }
    return zip(options, options.dropFirst() + [""]).reduce(nil) { value, words in
      if words.0 == option { return words.1 }
      return words.0.hasPrefix("\(option)=") ? String(words.0.dropFirst(option.count + 1)) : value
    }
  }
}

extension String {
  /// `-qj2` as `-q` and `-j=2`.
  fileprivate var separatedLetters: [String] {
    guard hasPrefix("-"), !hasPrefix("--") else { return [self] }
    // Not characters: a mark that follows the letter belongs to the value.
    let letters = unicodeScalars.dropFirst()
    let flags = letters.prefix { lettersOfFlags.contains($0) }
    guard let option = letters.dropFirst(flags.count).first, lettersWithValues.contains(option)
    else { return [self] }
    let value = letters.dropFirst(flags.count + 1)
    guard !value.isEmpty, value.first != "=" else { return [self] }
    return (flags.isEmpty ? [] : ["-" + String(flags)]) + ["-\(option)=" + String(value)]
  }

  /// An option whose value does not stand with it.
  fileprivate var isBareOption: Bool {
    hasPrefix("--") ? !contains("=") : hasPrefix("-") && count == 2
  }

  /// -0 is no number but a flag.
  fileprivate var isNegativeNumber: Bool {
    let digits = dropFirst()
    return hasPrefix("-") && self != "-0"
      && digits.first.map { "0123456789.i".contains($0) } ?? false
      // A range as well, -1:2.
      && digits.split(separator: ":", maxSplits: 1).allSatisfy { Double($0) != nil }
  }
}
