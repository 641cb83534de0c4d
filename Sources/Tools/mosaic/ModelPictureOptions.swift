import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import SparseCoding

/// What of a model is drawn.
struct ModelPictureOptions: ParsableArguments {
  @Option(
    help: """
      Which weights of a model; pairs: of each unit the encoder's beside the decoder's (default: \
      decoder of a dictionary, else what the model is of).
      """)
  var filters: Model.Filters?

  @Option(
    help: """
      A row for each unit whose encoder and decoder are so far apart (part: below 0.5 rad, between, \
      categorical: above 0.7 rad): its decoder's weights, then those of the units that excite it \
      the most, then of those that inhibit it.
      """)
  var units: UnitKind?

  @Option(help: "How many units beside each of --units (default: 8).") var strongest: Int?

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
  func tiles(of model: Model, limit: Int) throws -> Tiles {
    let table = try units.map {
      UnitConnections.table(try model.connections(of: $0, strongest: strongest ?? 8))
    }
    let which = filters ?? (units == nil ? model.mainFilters : .decoder)
    guard let weights = model.filters(which) else {
      throw NoFilters(which: which.rawValue, kind: model.kind.rawValue)
    }
    if let table {
      return try Tiles(rows: weights, shape: model.recordShape, groups: table, limit: limit)
    }
    return try Tiles(
      rows: weights, shape: model.recordShape, group: which == .pairs ? 2 : 1, limit: limit)
  }

  struct NoFilters: Problem {
    let which: String
    let kind: String
    var description: String { "a \(kind) has no filters of the \(which)" }
  }
}

extension Model.Filters: ExpressibleByArgument {}
extension UnitKind: ExpressibleByArgument {}
