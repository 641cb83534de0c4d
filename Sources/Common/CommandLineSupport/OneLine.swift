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
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      line += "\\u{\(String(scalar.value, radix: 16))}"
    default: line.unicodeScalars.append(scalar)
    }
  }
  return line
}
