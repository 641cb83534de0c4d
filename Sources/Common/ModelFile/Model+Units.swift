import ByteIO
import LinearAlgebra
import SparseCoding

extension Model {
  /// Units but for a DC unit.
  private var ordinaryUnits: Int? { encoder.map { $0.codeLength - (hasDCUnit ? 1 : 0) } }

  /// The angles between the encoder's rows and the decoder's columns, both as the model holds them
  /// (where it whitens, of whitened records), without a DC unit; nil where it has not got both.
  public var unitAngles: UnitAngles? {
    guard let encoder, let decoder else { return nil }
    return UnitAngles(encoder: encoder.weight, decoder: decoder.weight, units: ordinaryUnits)
  }

  /// The most atoms whose coherence is found, a product of K² D.
  private static let coherenceLimit = 4096

  /// How alike the two most alike columns of the decoder are, as the model holds them, without a DC
  /// unit; nil where there are not two, or more than 4096.
  public var coherence: Coherence? {
    guard let decoder, decoder.weight.columns <= Self.coherenceLimit else { return nil }
    let atoms = decoder.weight.transposed
    return Coherence(atoms: atoms.rows(0..<atoms.rows - (hasDCUnit ? 1 : 0)))
  }

  /// The orientations of decoder columns, in pixels, of units that lie on a sheet, and the sheet; nil where they
  /// do not, or where records are no pictures.
  public var orientationMap: (orientations: Orientations, sheet: Sheet)? {
    guard let sheet = try? sheet(), let filters = filters(.decoder),
      let orientations = Orientations(filters, shape: recordShape)
    else { return nil }
    return (orientations, sheet)
  }

  /// The mean radial frequency of the decoder columns of each depth of a tree, in cycles per pixel, a column of
  /// zeros left out; nil where records are no pictures.
  public func radialFrequencies(by tree: PoolTree) -> [Double?]? {
    guard let filters = filters(.decoder),
      let found = RadialFrequencies(filters, shape: recordShape)
    else { return nil }
    return means(of: found.values, byDepth: tree.unitDepths(unitCount: filters.rows))
  }

  /// What feeds each unit of a kind: see ``UnitConnections``. Where passes have an S each, it is the
  /// last one's. A DC unit is left out.
  /// - Throws: ``UnitProblem`` where there is nothing to say.
  public func connections(of kind: UnitKind, strongest: Int) throws -> [UnitConnections] {
    guard tiling == nil else { throw UnitProblem.ofImages }
    guard let encoder, let unitAngles else { throw UnitProblem.noAngles(self.kind) }
    guard let recurrent = encoder.recurrent.last else { throw UnitProblem.noRecurrent }
    let units = unitAngles.units(of: kind)
    guard !units.isEmpty else { throw UnitProblem.noUnits(kind, unitAngles) }
    return units.map {
      UnitConnections(
        of: $0, in: recurrent, units: unitAngles.values.count, strongest: strongest)
    }
  }

  /// Units that inhibit each other in an order in which each is followed by the one it inhibits the most.
  public var chainOfInhibition: [Int] { problem?.inhibition?.chain ?? [] }

  /// What inhibits each unit the most by S of the penalty. A DC unit is left out.
  /// - Throws: ``UnitProblem/noInhibition(_:)`` where units do not inhibit each other.
  public func inhibitors(strongest: Int) throws -> [UnitConnections] {
    guard var s = problem?.inhibition else { throw UnitProblem.noInhibition(kind) }
    s.scale(by: -1)
    return (0..<s.rows).map {
      UnitConnections(of: $0, in: s, units: s.rows, strongest: strongest)
    }
  }
}

/// Why units of a model cannot be shown.
public enum UnitProblem: Problem {
  /// A model without an encoder or a decoder.
  case noAngles(Model.Kind)
  /// Its units see windows of images, and are fed by those at other places.
  case ofImages
  /// A model of another penalty.
  case noInhibition(Model.Kind)
  /// An encoder without passes.
  case noRecurrent
  /// No unit has an angle of this kind.
  case noUnits(UnitKind, UnitAngles)

  public var description: String {
    switch self {
    case .noAngles(let kind): "a \(kind.rawValue) has not both an encoder and a decoder"
    case .ofImages:
      "has units of windows over images, which feed each other from one place to another"
    case .noInhibition(let kind):
      "units of this \(kind.rawValue) do not inhibit each other"
    case .noRecurrent: "the encoder has no passes through S, so no unit feeds another"
    case .noUnits(let kind, let angles):
      "no unit with an angle \(kind.angles), found "
        + UnitKind.allCases.map { "\(angles.units(of: $0).count) \($0.rawValue)" }
        .joined(separator: ", ")
    }
  }
}
