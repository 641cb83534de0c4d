import ByteIO

/// `text` as a terminal shows it in one line: of what a file says of itself nothing can end the line or
/// steer the terminal, and more than 1000 characters are cut. Of a file's name a byte that is no UTF-8
/// is `\xff`.
public func oneLine(_ text: String) -> String {
  let limit = 1000
  var line = ""
  var count = 0
  for scalar in text.withVisibleBytes.unicodeScalars {
    if count == limit { return line + "…" }
    count += 1
    if scalar.steersText {
      line += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      line.unicodeScalars.append(scalar)
    }
  }
  return line
}

extension Unicode.Scalar {
  /// Whether it moves the cursor, ends a line, turns the direction of text or is not seen at all.
  public var steersText: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }
}
