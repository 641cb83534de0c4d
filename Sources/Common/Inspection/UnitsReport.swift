import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding

/// What is said of the units of a model whose encoder is one of its own: how far each is from its
/// column of the decoder, and how they drive each other.
struct UnitsReport: Encodable {
  /// In rad; nil where no unit has one.
  let angles: Quartiles?
  /// How many angles are in each 0.1 rad from 0 on.
  let histogram: [Int]
  let part: Int
  let between: Int
  let categorical: Int
  let withoutAngle: Int
  /// Of each S; nil where there are too many units to tell it soon, and of units that see windows, whose S is of
  /// images of any size.
  let spectralRadius: [Double]?
  /// The density of the code before the first and after each pass, where the card tells it.
  let density: [Double]?
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey {
    case angles, histogram, part, between, categorical, withoutAngle, spectralRadius, density
  }

  /// The most units for which ρ(S) is found: about a second for each S.
  private static let radiusLimit = 1024
  private static let binWidth = 0.1

  /// Nil where the model has not both an encoder of its own and a decoder.
  init?(_ model: Model) {
    guard model.hasOwnEncoder, let encoder = model.encoder, let found = model.unitAngles
    else { return nil }
    angles = Quartiles(found.sorted)
    histogram = found.histogram(width: Self.binWidth)
    (part, between, categorical) = (
      found.units(of: .part).count, found.units(of: .between).count,
      found.units(of: .categorical).count
    )
    withoutAngle = found.missing
    spectralRadius =
      model.tiling == nil && encoder.codeLength <= Self.radiusLimit
      ? encoder.recurrent.map(spectralRadius(_:)) : nil
    density = Self.densities(model.card["density"])
    lines = angleLines + kindLines(of: found.values.count) + passLines(encoder)
  }

  /// Numbers 0…1 with commas between them; nil for all else.
  private static func densities(_ text: String?) -> [Double]? {
    guard let parts = text?.split(separator: ",", omittingEmptySubsequences: false) else {
      return nil
    }
    let values = parts.compactMap { Double($0) }.filter { (0...1).contains($0) }
    return values.count == parts.count ? values : nil
  }

  private var angleLines: [String] {
    guard let angles else { return [] }
    let figures = angles.line { fixed($0, decimals: 3) }
    let most = Double(histogram.max() ?? 1)
    return ["  angles of encoder rows to decoder columns, rad  " + figures]
      + histogram.enumerated().drop { $0.element == 0 }.map { bin, count in
        let bar = String(repeating: "#", count: Int((40 * Double(count) / most).rounded(.up)))
        let from = fixed(Double(bin) * Self.binWidth, decimals: 1)
        let to = fixed(Double(bin + 1) * Self.binWidth, decimals: 1)
        return "    \(from)…\(to)  \(bar)\(bar.isEmpty ? "" : " ")\(count)"
      }
  }

  private func kindLines(of units: Int) -> [String] {
    [
      ("part-units, \(UnitKind.part.angles)", part), ("between", between),
      ("categorical-units, \(UnitKind.categorical.angles)", categorical),
      ("without an angle", withoutAngle),
    ].map { name, count in
      let share = 100 * Double(count) / Double(max(1, units))
      return "  \(name)  \(count) of \(units)  \(fixed(share, decimals: 1)) %"
    }
  }

  private func passLines(_ encoder: Encoder) -> [String] {
    var lines: [String] = []
    if let spectralRadius, !spectralRadius.isEmpty {
      lines.append(
        "  spectral radius of S  " + spectralRadius.map(shortNumber).joined(separator: "  "))
    } else if encoder.codeLength > Self.radiusLimit, !encoder.recurrent.isEmpty {
      lines.append(
        "  spectral radius of S  left out: more than \(Self.radiusLimit) units")
    }
    if let density {
      let shares = density.map { "\(fixed(100 * $0, decimals: 1)) %" }
      lines.append(
        "  density of the code before and after each pass  " + shares.joined(separator: "  "))
    }
    return lines
  }
}
