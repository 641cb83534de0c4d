import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import Training

/// The structure of what is learned: code, encoder, dictionary and penalty.
public struct StructureOptions<Command: StructuredCommand>: ParsableArguments, NamesFiles {
  @OptionGroup public var images: GeometryOptions<Command>

  @Option(
    name: .customLong("code"),
    help: ArgumentHelp(
      "K, code units, a DC unit not counted (default: "
        + "\(Command.structure.codeLength), or what --pools says"
        + (Command.structure.servesImages
          ? "; \(Self.standardMaps) of conv, 1 of local)." : ")."),
      valueName: "k"))
  public var chosenCodeLength: Int?

  @Option(help: ArgumentHelp("T, passes of the encoder through S.", valueName: "t"))
  public var iterations = Command.structure.encoder.iterations

  @Option(
    name: .customLong("nonlinearity"),
    help: Self.help(
      .nonlinearity,
      "f of the encoder: relu, shrink, smooth-shrink, tanh or linear, or proximal, of the penalty's "
        + "pools (default: \(Command.structure.encoder.nonlinearity.rawValue)).", valueName: "f"))
  public var chosenNonlinearity: EncoderFunction.Name?

  @Option(
    name: .customLong("sharpness"),
    help: Self.help(
      .sharpness, "β of smooth-shrink: larger is nearer to shrink (default: 10).", valueName: "b"))
  public var chosenSharpness: Float?

  @Flag(
    name: .customLong("gain"), inversion: .prefixedNo,
    help: Self.help(
      .gain,
      "A factor of its own on each unit's code (default: "
        + "\(Command.structure.encoder.hasGain ? "--gain" : "--no-gain"))."))
  public var chosenGain: Bool?

  @Option(
    help: Self.help(
      .nonnegative,
      "Keep code, dictionary or both (code,dictionary) from going below 0.", valueName: "what"))
  public var nonnegative: NonnegativeParts?

  @Option(
    name: .customLong("lambda"),
    help: ArgumentHelp(
      "λ, the weight of the penalty; norm:S: S times the norm of the records (default: "
        + Command.structure.lambda.text
        + (Command.structure.imageLambda.text == Command.structure.lambda.text
          ? ")." : "; \(Command.structure.imageLambda.text) of conv and local)."),
      valueName: "l"))
  public var chosenLambda: PenaltyWeight?

  @OptionGroup public var pools: PoolOptions
  @OptionGroup public var inhibition: InhibitionOptions

  @Flag(
    inversion: .prefixedNo,
    help: Self.help(
      .dc,
      """
      A DC unit: constant, unpenalised, outside the pools (default: where records are pictures \
      that are mostly brightness, and neither --center nor --whitening is given).
      """))
  public var dc: Bool?

  @Option(
    help: ArgumentHelp(
      "What atoms begin as: records (of images, windows of them), or random directions.",
      valueName: "start"))
  public var atoms = InitialAtoms.Source.records

  public init() {}

  private static func help(
    _ option: StructureOption, _ text: String, valueName: String? = nil
  ) -> ArgumentHelp {
    ArgumentHelp(
      text, valueName: valueName,
      visibility: Command.structure.refused.contains(option) ? .hidden : .default)
  }

  public func validate() throws {
    let given: [(StructureOption, Bool)] = [
      (.nonlinearity, chosenNonlinearity != nil), (.sharpness, chosenSharpness != nil),
      (.gain, chosenGain == true), (.nonnegative, nonnegative != nil), (.dc, dc == true),
    ]
    for (option, isGiven) in given where isGiven && Command.structure.refused.contains(option) {
      throw ValidationError("--\(option) has no effect: \(Command.structure.reason)")
    }
    let limit = Model.unitLimit - (dc == true ? 1 : 0)
    try require("--code", codeLength, in: .from(1, to: Double(limit)))
    try require("--iterations", iterations, in: Encoder.iterationCounts)
    if let chosenSharpness {
      try require("--sharpness", chosenSharpness, in: Encoder.sharpnesses)
      try require(
        encoder.nonlinearity == .smoothShrink, "--sharpness has no effect without smooth-shrink")
    }
    try require(
      !hasNonnegativeCode || encoder.nonlinearity == .relu || isProximal,
      "--nonnegative code needs --nonlinearity relu, got \(encoder.nonlinearity.rawValue)")
    try require(
      !isProximal || penaltyKind.isOfPools,
      "--nonlinearity proximal needs --penalty group or tree")
    try checkInhibition()
    try require(
      dc != true || !atomsHoldBrightness,
      "--dc has no effect with --nonnegative dictionary: such atoms hold the brightness themselves")
    try lambda.check()
    if let units = images.phaseCount.map({ $0 * codeLength }) {
      try pools.check(penaltyKind, units: units)
      try inhibition.check(units: units)
      if isProximal { try pools.checkNested(units: units) }
    }
    if isOfImages { try checkImages() }
  }

  private func checkInhibition() throws {
    try require(
      penaltyKind == .lateral || !inhibition.isGiven,
      "--inhibition has no effect without --penalty lateral")
    try require(
      penaltyKind != .lateral || inhibition.isGiven || Command.structure.penalty == .lateral,
      "--penalty lateral needs --inhibition")
    try require(
      penaltyKind != .lateral || images.geometry != .local,
      "--penalty lateral needs dense or conv units: it is of the units of a place")
  }

  /// What goes with windows of images so far.
  private func checkImages() throws {
    let geometry = "--geometry \(images.geometry.rawValue)"
    try require(dc != true, "--dc and \(geometry) exclude each other")
    try require(
      !isProximal || images.geometry == .conv, "--nonlinearity proximal needs dense or conv units")
    guard images.poolWindow != nil else { return }
    try require(penaltyKind == .group, "--pool-window needs --penalty group")
    try require(!isProximal, "--pool-window and --nonlinearity proximal exclude each other")
  }

  /// Refuses what has no effect where atoms are those of a model.
  public func check(startingAt model: String?) throws {
    try require(model == nil || atoms == .records, "--atoms has no effect with --start")
  }

  public var namedFiles: [NamedFile] { pools.namedFiles + inhibition.namedFiles }

  /// Reads the files that the structure is of; comes before all that follows from it.
  /// - Throws: their problems, with their names.
  public mutating func load() throws { try inhibition.load() }

  /// What R is of.
  public var penaltyKind: PenaltyKind { pools.chosenKind ?? Command.structure.penalty }

  /// Pools of K units, where some are named, or the tree of units that inhibit each other.
  func layout(units: Int) throws -> PoolLayout? {
    try pools.layout(units: units) ?? inhibition.notation?.pools?.layout(unitCount: units)
  }

  /// R of K units.
  func penalty(of layout: PoolLayout?, units: Int) throws -> any Penalty {
    guard penaltyKind == .lateral else {
      return try pools.penalty(penaltyKind, of: layout, units: units)
    }
    return try LateralPenalty.lateral(inhibition.matrix(units: units), unitCount: units)
  }

  /// Whether units see windows of images.
  public var isOfImages: Bool { images.geometry != .dense }

  public var lambda: PenaltyWeight { chosenLambda ?? standardLambda }

  private var standardLambda: PenaltyWeight {
    isOfImages ? Command.structure.imageLambda : Command.structure.lambda
  }

  /// Maps of a convolution, where nobody says how many.
  private static var standardMaps: Int { 16 }

  /// K; of windows, units of a place.
  public var codeLength: Int {
    switch images.geometry {
    case .dense:
      chosenCodeLength ?? pools.unitCount ?? inhibition.unitCount ?? Command.structure.codeLength
    case .conv:
      chosenCodeLength ?? pools.unitCount ?? inhibition.unitCount ?? Self.standardMaps
    case .local: chosenCodeLength ?? 1
    }
  }

  private var hasNonnegativeCode: Bool {
    nonnegative?.code ?? Command.structure.hasNonnegativeCode
  }
  public var hasNonnegativeAtoms: Bool { nonnegative?.dictionary ?? false }

  /// Whether no code goes below 0.
  public var isNonnegative: Bool { hasNonnegativeCode || encoder.nonlinearity == .relu }

  /// Whether f of the encoder is of the penalty's pools.
  var isProximal: Bool { chosenNonlinearity == .proximal }

  /// What the encoder is like.
  public var encoder: EncoderShape {
    let standard = Command.structure.encoder
    return EncoderShape(
      chosenNonlinearity ?? (hasNonnegativeCode ? .relu : standard.nonlinearity),
      sharpness: chosenSharpness ?? standard.sharpness, isNonnegative: hasNonnegativeCode,
      hasGain: chosenGain ?? standard.hasGain, iterations: iterations)
  }

  /// Whether records may decide that there is a DC unit.
  var mayChooseDCUnit: Bool {
    !Command.structure.refused.contains(.dc) && !atomsHoldBrightness && !isOfImages
  }

  /// Whether atoms keep a mean that no DC unit can take from them.
  private var atomsHoldBrightness: Bool {
    hasNonnegativeAtoms && !Command.structure.projectsMeans
  }

  /// The text of an option for a model's card, and whether it is as usual.
  private func text(_ option: StructureOption) -> (value: String, isUsual: Bool) {
    let (shape, standard) = (encoder, Command.structure)
    switch option {
    case .code: return ("\(codeLength)", codeLength == standard.codeLength)
    case .iterations: return ("\(iterations)", iterations == standard.encoder.iterations)
    case .nonlinearity:
      return (shape.nonlinearity.rawValue, shape.nonlinearity == standard.encoder.nonlinearity)
    case .sharpness:
      let isUsed = shape.nonlinearity == .smoothShrink
      return (isUsed ? "\(shape.sharpness)" : "none", !isUsed)
    case .gain: return (shape.hasGain ? "1" : "0", shape.hasGain == standard.encoder.hasGain)
    case .nonnegative:
      let standard = Command.structure.hasNonnegativeCode ? "code" : "none"
      return (nonnegative?.text ?? standard, nonnegative == nil)
    case .lambda: return (lambda.text, lambda.text == standardLambda.text)
    case .penalty: return (penaltyKind.rawValue, penaltyKind == .l1)
    case .inhibition: return (inhibition.canonical, !inhibition.isGiven)
    case .pools: return (pools.pools ?? "none", pools.pools == nil)
    case .dc: return (dc.map { $0 ? "1" : "0" } ?? "auto", dc == nil)
    case .atoms: return (atoms.rawValue, atoms == .records)
    case .geometry: return (images.geometry.rawValue, images.geometry == .dense)
    case .kernel: return (images.kernel?.text ?? "none", images.kernel == nil)
    case .stride: return ("\(images.stride)", images.stride == 1)
    case .padding: return ("\(images.padding)", images.padding == 0)
    case .poolWindow: return (images.poolWindow?.text ?? "none", images.poolWindow == nil)
    case .poolStride:
      return (images.poolStride.map { "\($0)" } ?? "none", images.poolStride == nil)
    case .period: return (images.period?.text ?? "all", images.period == nil)
    }
  }

  /// Some options as a model's card has them: those that it always names, and others that are not as
  /// usual.
  public func canonical(_ options: StructureOption...) -> [(name: String, value: String)] {
    options.compactMap { option in
      let (value, isUsual) = text(option)
      if isUsual, !Command.structure.alwaysNamed.contains(option) { return nil }
      return (option.rawValue, value)
    }
  }
}

extension EncoderFunction.Name: ExpressibleByArgument {}
extension InitialAtoms.Source: ExpressibleByArgument {}
