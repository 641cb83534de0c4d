import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import LinearAlgebra
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

  @Flag(
    help: """
      A row for each unit of a model whose units inhibit each other: what it adds to a reconstruction, then what \
      those add that inhibit it the most.
      """)
  var inhibitors = false

  @Option(
    help: "How many units of either sort beside each of --units, or of --inhibitors (default: 8).")
  var strongest: Int?

  func validate() throws {
    if filters != nil, units != nil {
      throw ValidationError("--filters and --units exclude each other")
    }
    if inhibitors, filters != nil || units != nil {
      throw ValidationError(
        "--inhibitors and \(units != nil ? "--units" : "--filters") exclude each other")
    }
    guard let strongest else { return }
    if !hasRows {
      throw ValidationError("--strongest has no effect without --units or --inhibitors")
    }
    // So that a row stays a picture, and rows of many units stay in memory.
    if !(1...64).contains(strongest) {
      throw ValidationError("--strongest must be from 1 to 64, got \(strongest)")
    }
  }

  /// An option that was given, which a stream has no use for.
  var given: String? {
    filters != nil
      ? "--filters" : units != nil ? "--units" : inhibitors ? "--inhibitors" : nil
  }

  /// Whether each unit has a row of its own, with others beside it.
  var hasRows: Bool { units != nil || inhibitors }

  /// What a group of tiles is.
  var groups: String { hasRows ? "units" : filters == .pairs ? "pairs" : "tiles" }

  private func which(of model: Model) -> Model.Filters {
    filters ?? (hasRows ? .decoder : model.mainFilters)
  }

  /// What is drawn of a layer, [units, D], of pairs two rows for each, as records of the first layer.
  func filters(of layer: ChosenLayer) throws -> ShapedFilters {
    let which = which(of: layer.model)
    guard let filters = try layer.network.filters(which, ofLayer: layer.index) else {
      throw NoFilters(which: which.rawValue, kind: layer.model.kind.rawValue)
    }
    return filters
  }

  /// Of those weights the ones of a unit, side by side.
  func group(of unit: Int) -> Tiles.Group {
    filters == .pairs
      ? Tiles.Group(rows: [2 * unit, 2 * unit + 1], units: [unit, nil])
      : Tiles.Group(rows: [unit])
  }

  /// The tiles of a layer: of local units those of a place together, a row of places a row.
  /// - Parameters:
  ///   - use: orders them; nil leaves them as they are.
  ///   - layout: says how many groups are drawn at most; of places it is all where it says nothing.
  func tiles(of layer: ChosenLayer, use: UnitUse?, _ layout: LayoutOptions) throws -> Tiles {
    let model = layer.model
    let table =
      try inhibitors
      ? UnitConnections.tableOfInhibitors(model.inhibitors(strongest: strongest ?? 8))
      : units.map {
        UnitConnections.table(try model.connections(of: $0, strongest: strongest ?? 8))
      }
    let (which, filters) = (which(of: model), try filters(of: layer))
    let weights = filters.weights
    let count = which == .pairs ? weights.rows / 2 : weights.rows
    if use == nil, table == nil, let period = model.tiling?.period, period.count > 1 {
      let groups = places(period, units: count / period.count)
      return try Tiles(
        rows: weights, shape: filters.shape, groups: groups, limit: layout.count ?? .max,
        rowLength: period.columns)
    }
    var groups = table.map { $0.map { Tiles.Group(rows: $0) } } ?? (0..<count).map(group)
    if let use {
      guard which != .whitening, which != .classifier, which != .inhibition else {
        throw UsageProblem(
          "--order use has no effect on \(which.rawValue), whose rows are no units")
      }
      func count(_ group: Tiles.Group) -> Int { group.units[0].map(use.count(of:)) ?? 0 }
      let order = groups.indices.sorted {
        (count(groups[$1]), $0) < (count(groups[$0]), $1)
      }
      groups = order.map { groups[$0] }
    }
    return try Tiles(
      rows: weights, shape: filters.shape, groups: groups, limit: layout.limit)
  }

  /// The units of each place of a period.
  private func places(_ period: Tiling.Period, units: Int) -> [Tiles.Group] {
    (0..<period.count).map { place in
      let own = (place * units..<(place + 1) * units).map(group)
      return Tiles.Group(rows: own.flatMap(\.rows), units: own.flatMap(\.units))
    }
  }

  struct NoFilters: Problem {
    let which: String
    let kind: String
    var description: String { "a \(kind) has no filters of the \(which)" }
  }
}

extension Model.Filters: ExpressibleByArgument {}
extension UnitKind: ExpressibleByArgument {}
