import ArgumentParser

/// `--nonnegative code,dictionary`, or none.
public struct NonnegativeParts: ExpressibleByArgument, Sendable {
  public static let allValueStrings = ["code", "dictionary", "code,dictionary", "none"]

  public let code: Bool
  public let dictionary: Bool

  public init?(argument: String) {
    let parts =
      argument == "none" ? [] : argument.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0 == "code" || $0 == "dictionary" }), Set(parts).count == parts.count
    else { return nil }
    code = parts.contains("code")
    dictionary = parts.contains("dictionary")
  }

  var text: String {
    let parts = [code ? "code" : nil, dictionary ? "dictionary" : nil].compactMap { $0 }
    return parts.isEmpty ? "none" : parts.joined(separator: ",")
  }
}
