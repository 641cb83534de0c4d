import ArgumentParser
import CommandLineSupport
import Imaging
import ModelFile
import SparseCoding

/// Where the units of a model are drawn, which its pools may say.
struct PlaceOptions: ParsableArguments {
  enum Layout: String, ExpressibleByArgument, CaseIterable {
    case rows
    case sheet
    case tree
    case graph

    /// - Parameter argument: also the words that pools have for a sheet.
    init?(argument: String) {
      self.init(rawValue: ["torus", "grid"].contains(argument) ? Self.sheet.rawValue : argument)
    }
  }

  @Option(
    help: """
      Where units are drawn: rows, one after another; sheet (or torus, or grid), in their places on the \
      sheet of the model's pools; tree, nodes of the tree that pools form on circles around its root; graph, on a \
      circle, each beside one that inhibits it, with lines to the two that inhibit it the most.
      """)
  var layout = Layout.rows

  @Flag(
    help: """
      Draw each unit on its sheet as a colour, its hue the orientation of its filter, stronger where that is \
      clearer; a dot where orientation makes half a turn, white with the way around it, black against it, \
      a large one where it is a pinwheel.
      """)
  var orientation = false

  @Option(help: "Rows and columns beyond each edge of a torus, those of the opposite edge.")
  var wrap: Int?

  func validate() throws {
    if orientation, layout == .tree || layout == .graph {
      throw ValidationError("--orientation and --layout \(layout.rawValue) exclude each other")
    }
    guard let wrap else { return }
    if layout != .sheet, !orientation {
      throw ValidationError("--wrap has no effect without --layout sheet or --orientation")
    }
    if wrap < 1 { throw ValidationError("--wrap must be at least 1, got \(wrap)") }
  }

  /// The option that takes units from their rows.
  var given: String? {
    orientation ? "--orientation" : layout == .rows ? nil : "--layout \(layout.rawValue)"
  }

  /// - Throws: `ValidationError` where which weights are drawn has no effect, or too much.
  func check(_ filters: Model.Filters?) throws {
    guard let given, let filters else { return }
    switch filters {
    case .decoder, .encoder: return
    case .pairs where layout == .sheet && !orientation: return
    case .pairs: throw ValidationError("--filters pairs and \(given) exclude each other")
    case .whitening, .classifier, .inhibition:
      throw ValidationError(
        "\(given) has no effect on \(filters.rawValue), whose rows are no units")
    }
  }

  /// Units in their places.
  func picture(
    of layer: ChosenLayer, _ choice: ModelPictureOptions, _ drawing: LayoutOptions
  ) throws -> Image {
    if layout == .tree { return try treePicture(of: layer, choice, drawing) }
    if layout == .graph { return try graphPicture(of: layer, choice, drawing) }
    let sheet = try layer.model.sheet()
    if wrap != nil, !sheet.wraps {
      throw UsageProblem("--wrap has no effect on a grid, which ends at its edges")
    }
    if let wrap, wrap > min(sheet.rows, sheet.columns) {
      throw UsageProblem(
        "--wrap must be at most \(min(sheet.rows, sheet.columns)), the shorter side of the sheet, got \(wrap)"
      )
    }
    let view = SheetView(sheet, margin: wrap ?? 0)
    if orientation { return try orientationPicture(of: layer, choice, view, drawing) }
    let filters = try choice.filters(of: layer)
    let tiles = try Tiles(
      rows: filters.weights, shape: filters.shape,
      groups: view.units.map(choice.group), limit: .max)
    return try drawing.picture(
      of: tiles, columns: view.columns, overlay: .init(margin: view.margin))
  }

  private func orientationPicture(
    of layer: ChosenLayer, _ choice: ModelPictureOptions, _ view: SheetView,
    _ drawing: LayoutOptions
  ) throws -> Image {
    let filters = try choice.filters(of: layer)
    guard let orientations = Orientations(filters.weights, shape: filters.shape) else {
      throw ArrangementProblem.noOrientation(recordShape: filters.shape)
    }
    let colors = zip(orientations.doubled, orientations.strengths).map {
      directionColor($0, strength: $1)
    }
    let pinwheels = orientations.pinwheels(on: view.sheet)
    let dots = orientations.singularities(on: view.sheet).flatMap { point in
      view.places(of: point.cell).map {
        Tiles.Overlay.Dot(
          row: $0.row, column: $0.column, isWhite: point.winding > 0,
          isLarge: pinwheels.contains(point))
      }
    }
    return try drawing.picture(
      of: Tiles(colors: view.units.map { colors[$0] }), columns: view.columns, usualGap: 0,
      overlay: .init(dots: dots, margin: view.margin))
  }

  private func graphPicture(
    of layer: ChosenLayer, _ choice: ModelPictureOptions, _ drawing: LayoutOptions
  ) throws -> Image {
    let connections = try layer.model.inhibitors(strongest: Self.linkCount)
    let order = layer.model.chainOfInhibition
    var places = order
    for (place, unit) in order.enumerated() { places[unit] = place }
    let filters = try choice.filters(of: layer)
    let tiles = try Tiles(
      rows: filters.weights, shape: filters.shape,
      groups: connections.map { .init(rows: [$0.unit]) },
      limit: .max)
    return try drawing.picture(
      of: tiles, parents: order.map { _ in nil }, members: order.map { [$0] },
      links: connections.flatMap { unit in
        unit.inhibitory.map { (places[unit.unit], places[$0]) }
      })
  }

  /// Units that a unit is joined to.
  private static let linkCount = 2

  private func treePicture(
    of layer: ChosenLayer, _ choice: ModelPictureOptions, _ drawing: LayoutOptions
  ) throws -> Image {
    let tree = try layer.model.tree()
    let filters = try choice.filters(of: layer)
    let tiles = try Tiles(
      rows: filters.weights, shape: filters.shape,
      groups: (0..<filters.weights.rows).map(choice.group), limit: .max)
    return try drawing.picture(
      of: tiles, parents: tree.parents,
      members: tree.parents.indices.map { Array(tree.ownUnits(of: $0)) })
  }
}
