import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import SparseCoding
import TensorStream

/// What of a model is drawn.
struct ModelPictureOptions: ParsableArguments {
  @Option(
    help: """
      Which weights of a model; pairs: those of the encoder beside those of the decoder, unit by unit \
      (default: decoder where there is one, else what the model is of).
      """)
  var filters: Model.Filters?

  @Option(
    help: """
      A row for each unit of a kind, told by the angle between its weights in the encoder and in the \
      decoder (part: below 0.5 rad; categorical: above 0.7 rad; between): what it adds to a \
      reconstruction, then what those units add that excite it the most, then those that inhibit it.
      """)
  var units: UnitKind?

  @Option(help: "How many units of either sort beside each of --units (default: 8).")
  var strongest: Int?

  func validate() throws {
    if filters != nil, units != nil {
      throw ValidationError("--filters and --units exclude each other")
    }
    guard let strongest else { return }
    if units == nil { throw ValidationError("--strongest has no effect without --units") }
    // So that a row stays a picture, and rows of many units stay in memory.
    if !(1...64).contains(strongest) {
      throw ValidationError("--strongest must be from 1 to 64, got \(strongest)")
    }
  }

  /// An option that was given, which a stream has no use for.
  var given: String? { filters != nil ? "--filters" : units != nil ? "--units" : nil }

  /// What a group of tiles is.
  var groups: String { units != nil ? "units" : filters == .pairs ? "pairs" : "tiles" }

  /// The tiles of a model, at most `limit` groups of them.
  /// - Parameter use: orders them; nil leaves them as they are.
  func tiles(of model: Model, use: UnitUse?, limit: Int) throws -> Tiles {
    let table = try units.map {
      UnitConnections.table(try model.connections(of: $0, strongest: strongest ?? 8))
    }
    let which = filters ?? (units == nil ? model.mainFilters : .decoder)
    guard let weights = model.filters(which) else {
      throw NoFilters(which: which.rawValue, kind: model.kind.rawValue)
    }
    var groups =
      if let table {
        table.map { Tiles.Group(rows: $0) }
      } else if which == .pairs {
        (0..<weights.rows / 2).map { Tiles.Group(rows: [2 * $0, 2 * $0 + 1], units: [$0, nil]) }
      } else {
        (0..<weights.rows).map { Tiles.Group(rows: [$0]) }
      }
    if let use {
      guard which != .whitening, which != .classifier else {
        throw UsageProblem(
          "--order use has no effect on \(which.rawValue), whose rows are no units")
      }
      func count(_ group: Tiles.Group) -> Int { group.units[0].map(use.count(of:)) ?? 0 }
      let order = groups.indices.sorted {
        (count(groups[$1]), $0) < (count(groups[$0]), $1)
      }
      groups = order.map { groups[$0] }
    }
    return try Tiles(rows: weights, shape: model.recordShape, groups: groups, limit: limit)
  }

  struct NoFilters: Problem {
    let which: String
    let kind: String
    var description: String { "a \(kind) has no filters of the \(which)" }
  }
}

extension Model.Filters: ExpressibleByArgument {}
extension UnitKind: ExpressibleByArgument {}
