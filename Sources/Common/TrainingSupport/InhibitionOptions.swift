import ArgumentParser
import ByteIO
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// S of R = Σ|z| + ½|z|ᵀS|z|.
public struct InhibitionOptions: ParsableArguments, NamesFiles {
  @Option(
    name: .customLong("inhibition"),
    help: ArgumentHelp(
      """
      S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; \
      ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].
      """, valueName: "s"))
  var text: String?

  @Option(
    name: .customLong("strength"),
    help: ArgumentHelp(
      """
      S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their \
      thresholds 1 + S times as large (default: \(Self.standardStrength)).
      """, valueName: "s"))
  var chosenStrength: Float?

  /// S of the file, once it is read; no option.
  private var ofFile: Matrix?

  private enum CodingKeys: String, CodingKey { case text, chosenStrength }

  static let standardStrength: Float = 3
  static let strengths = Interval.atLeast(0)

  public init() {}

  public func validate() throws {
    if let chosenStrength {
      try require("--strength", chosenStrength, in: Self.strengths)
      try require(
        (try? notation) != nil && isGiven,
        "--strength has no effect without --inhibition tree:, ring:, grid: or torus:")
    }
    _ = try notation
  }

  /// Reads the file, where there is one; the model's card and S need it. It may be a pipe, so it is read once.
  /// - Throws: its problems, with its name.
  mutating func load() throws {
    ofFile = try path.map { path in try naming(inputName(path)) { try Self.read(path) } }
  }

  public var namedFiles: [NamedFile] { .input("--inhibition", path) }

  public var isGiven: Bool { text != nil }

  private var strength: Float { chosenStrength ?? Self.standardStrength }

  /// Nil where there is none, or a file.
  var notation: InhibitionNotation? {
    get throws {
      guard let text, InhibitionNotation.isNotation(text) else { return nil }
      do { return try InhibitionNotation(text) } catch {
        throw ValidationError("--inhibition: \(error)")
      }
    }
  }

  private var path: String? {
    text.flatMap { InhibitionNotation.isNotation($0) ? nil : $0 }
  }

  /// K, where the notation says it.
  var unitCount: Int? { (try? notation)?.unitCount }

  /// Refuses what does not suit K units, as far as the notation tells.
  func check(units: Int) throws {
    guard let notation = try notation, let own = notation.unitCount, own != units else { return }
    throw ValidationError(
      "--inhibition: \(PoolProblem.otherUnitCount(notation: notation.text, expected: own, found: units))"
    )
  }

  /// S of K units, zeros where nobody says it.
  /// - Throws: ``InhibitionProblem`` of a file, with its name.
  /// - Precondition: a file is read.
  func matrix(units: Int) throws -> Matrix {
    if let notation = try notation {
      return try notation.inhibition(unitCount: units, strength: strength)
    }
    guard let path else { return Matrix(zeros: units, columns: units) }
    try naming(inputName(path)) { _ = try LateralPenalty.lateral(loaded, unitCount: units) }
    return loaded
  }

  private var loaded: Matrix {
    guard let ofFile else { preconditionFailure("--inhibition \(path ?? "") is not read yet") }
    return ofFile
  }

  private static func read(_ path: String) throws -> Matrix {
    let reader = TensorReader(try ByteReader(path: path))
    guard let header = try reader.next() else { throw StreamProblem.empty }
    guard header.shape.count == 2 else {
      throw InhibitionProblem.notMatrix(shape: header.shape)
    }
    let values = try reader.readFloats(upTo: header.count)
    guard try reader.next() == nil else { throw InhibitionProblem.moreArrays }
    return Matrix(rows: header.shape[0], columns: header.shape[1], elements: values)
  }

  /// Whether S is of records of norm 1, and counts as much less for larger ones; that of a file is as it is.
  var isRelative: Bool { path == nil }

  /// As a model's card has it: a file by its content.
  /// - Precondition: a file is read.
  var canonical: String {
    guard let text else { return "none" }
    guard path != nil else { return "\(text)*\(strength)" }
    var content = ContentDigest()
    content.update(loaded.elements)
    return content.hex
  }
}
