/// `text` as a terminal shows it in one line: of what a file says of itself nothing can end the line or
/// steer the terminal, and more than 1000 characters are cut.
public func oneLine(_ text: String) -> String {
  let limit = 1000
  var line = ""
  var count = 0
  for scalar in text.unicodeScalars {
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
