import LinearAlgebra
import SparseCoding

/// Models with a decoder and an encoder.
extension Contents {
  func modelWithDecoder(
    _ kind: Model.Kind, inputLength: Int, _ recordShape: [Int], _ preprocessing: Preprocessing
  ) throws -> Model {
    if kind != .dictionary, !has(TensorName.encoderWeight) {
      throw ModelProblem.missingTensor(TensorName.encoderWeight)
    }
    let (weight, hasDCUnit) = try decoderWeight(inputLength: inputLength)
    let tiling = try tiling(recordShape: recordShape, units: weight.columns)
    let lambda = try number(MetadataKey.lambda, least: 0)
    let penalisedCount = weight.columns - (hasDCUnit ? 1 : 0)
    let pools = try pools(unitCount: penalisedCount)
    let penalty = try penalty(pools, unitCount: penalisedCount)
    let problem = try variational(
      problem(weight, tiling, hasDCUnit: hasDCUnit, lambda: lambda, penalty), tiling, kind)
    let image =
      try kind == .drsae
      ? tiling.map { try classifiedImage($0, units: weight.columns) } : nil
    var model = Model(
      kind: kind, recordShape: recordShape, tiling, preprocessing: preprocessing,
      encoder: try encoder(for: problem, tiling, inputLength: inputLength), problem: problem,
      classifier: try kind == .drsae
        ? classifier(inputLength: image?.unitCount ?? weight.columns, hasBias: false) : nil,
      pools: pools, card: card)
    model.classifiedImage = image?.shape
    if kind == .autoencoder || kind == .drsae {
      model.variance = try variance(units: penalisedCount, inputLength: inputLength)
    }
    return model
  }

  private func penalty(_ pools: PoolLayout?, unitCount: Int) throws -> any Penalty {
    let kind = try choice(MetadataKey.penalty, of: PenaltyKind.self, default: .l1)
    guard kind != .l1 else { return .l1 }
    if kind == .lateral {
      let s = try matrix(TensorName.lateralWeight, rows: unitCount, columns: unitCount)
      do { return try LateralPenalty(s) } catch let problem as InhibitionProblem {
        throw ModelProblem.badInhibition(tensor: TensorName.lateralWeight, problem)
      }
    }
    guard let pools else { throw ModelProblem.missingGroups(kind) }
    return try ofPools { try .groups(pools, kind: kind, unitCount: unitCount) }
  }

  /// D, [D′, K].
  private func decoderWeight(inputLength: Int) throws -> (weight: Matrix, hasDCUnit: Bool) {
    let weight = try matrix(TensorName.decoderWeight, rows: inputLength, columns: nil)
    let hasDCUnit = try flag(MetadataKey.dcUnit)
    guard weight.columns > (hasDCUnit ? 1 : 0) else {
      throw ModelProblem.wrongShape(
        tensor: TensorName.decoderWeight, expected: [inputLength, 2],
        found: [weight.rows, weight.columns])
    }
    try checkUnits(weight.columns, of: TensorName.decoderWeight)
    if hasDCUnit, !(0..<weight.rows).contains(where: { weight[$0, weight.columns - 1] != 0 }) {
      throw ModelProblem.zeroUnit(tensor: TensorName.decoderWeight, column: weight.columns - 1)
    }
    return (weight, hasDCUnit)
  }

  private func problem(
    _ weight: Matrix, _ tiling: Tiling?, hasDCUnit: Bool, lambda: Float, _ penalty: any Penalty
  ) throws -> CodingProblem {
    let lipschitz =
      try has(key: MetadataKey.lipschitz)
      ? number(MetadataKey.lipschitz, least: .leastNormalMagnitude) : nil
    // Models with pools that say no L are of before exact codes of pools, and do not say the sign either,
    // which is that of the encoder's codes.
    let isEarlier = penalty.pools != nil && lipschitz == nil && has(TensorName.encoderWeight)
    let isNonnegative =
      try flag(MetadataKey.nonnegative)
      || (isEarlier && text(MetadataKey.nonlinearity) == Nonlinearity.relu.rawValue)
    let problem = CodingProblem(
      atoms: weight.transposed, lambda: lambda, penalty: penalty, hasDCUnit: hasDCUnit,
      isNonnegative: isNonnegative,
      // Atoms of windows overlap at more places than one.
      lipschitz: lipschitz ?? tiling.map { $0.squaredNormBound(of: weight.transposed) })
    if let lipschitz, let least = problem.largestCurvature, lipschitz < 0.999 * least {
      throw ModelProblem.badValue(
        key: MetadataKey.lipschitz, expected: "at least \(least), the squared norm of an atom",
        found: "\(lipschitz)")
    }
    return problem
  }

  /// The problem with Gaussians for codes, where the file says so: it means nothing but of records and L1, of a dictionary
  /// or of an encoder that predicts its codes.
  private func variational(
    _ problem: CodingProblem, _ tiling: Tiling?, _ kind: Model.Kind
  ) throws -> CodingProblem {
    guard has(key: MetadataKey.variational), tiling == nil, problem.penalty.kind == .l1,
      !problem.isNonnegative, kind == .dictionary || kind == .lista
    else { return problem }
    let value = try text(MetadataKey.variational)
    guard let beta = Double(value), CodingProblem.betas.contains(beta) else {
      throw ModelProblem.badValue(
        key: MetadataKey.variational, expected: "\(CodingProblem.betas)", found: value)
    }
    guard problem.lambda > 0 else {
      throw ModelProblem.badValue(
        key: MetadataKey.lambda, expected: "above 0, as codes are variational",
        found: try text(MetadataKey.lambda))
    }
    return problem.variational(beta: beta)
  }

  /// The stored encoder, or the one that follows from the dictionary where none is stored.
  private func encoder(
    for problem: CodingProblem, _ tiling: Tiling?, inputLength: Int
  ) throws -> Encoder {
    guard !has(TensorName.encoderWeight) else {
      return try storedEncoder(for: problem, tiling, inputLength: inputLength)
    }
    let iterations = try iterations()
    let derived: Encoder =
      switch (try form(), tiling) {
      case (.parallel, nil): .unrolling(problem, iterations: iterations)
      case (.parallel, .some(let tiling)):
        .unrolling(
          atoms: problem.atoms, tiling, lambda: problem.lambda, penalty: problem.penalty,
          isNonnegative: problem.isNonnegative, lipschitz: problem.lipschitz,
          iterations: iterations)
      case (.coordinate, _): .unrollingCoordinates(problem, iterations: iterations)
      }
    if has(key: MetadataKey.nonlinearity) {
      let found = try text(MetadataKey.nonlinearity)
      let expected = derived.function.name.rawValue
      guard found == expected else {
        throw ModelProblem.badValue(
          key: MetadataKey.nonlinearity, expected: "\(expected), as no encoder is stored",
          found: found)
      }
    }
    return derived
  }

  private func iterations() throws -> Int { try integer(MetadataKey.iterations, in: 0...10_000) }

  private func form() throws -> Encoder.Form {
    try choice(MetadataKey.encoder, of: Encoder.Form.self, default: .parallel)
  }

  /// f of an encoder of some form.
  private func function(of form: Encoder.Form, for problem: CodingProblem) throws -> EncoderFunction
  {
    let name = try choice(MetadataKey.nonlinearity, of: EncoderFunction.Name.self)
    func bad(_ expected: String) -> ModelProblem {
      .badValue(key: MetadataKey.nonlinearity, expected: expected, found: name.rawValue)
    }
    guard form == .parallel || name.hasCoordinateForm else {
      throw bad("relu or shrink, as the encoder is coordinate")
    }
    guard let nonlinearity = name.nonlinearity else {
      guard let pools = problem.penalty.pools else {
        throw bad("a function of units, as the penalty is not one of pools")
      }
      return try ofPools {
        .pools(
          try PoolShrinkage(
            pools, unitCount: problem.penalisedCount, isNonnegative: problem.isNonnegative))
      }
    }
    guard nonlinearity == .smoothShrink else { return .units(nonlinearity) }
    return .units(
      nonlinearity, sharpness: try number(MetadataKey.sharpness, least: .leastNormalMagnitude))
  }

  /// What gives log σ², where codes have noise.
  private func variance(units: Int, inputLength: Int) throws -> CodeVariance? {
    let (weight, threshold) = (TensorName.varianceWeight, TensorName.varianceThreshold)
    guard has(weight) || has(threshold) else { return nil }
    return CodeVariance(
      Encoder(
        weight: try matrix(weight, rows: units, columns: inputLength),
        threshold: try vector(threshold, count: units), nonlinearity: .linear, iterations: 0))
  }

  private func storedEncoder(
    for problem: CodingProblem, _ tiling: Tiling?, inputLength: Int
  ) throws -> Encoder {
    let units = problem.codeLength
    let feeding =
      tiling.map { $0.recurrent(units: units / $0.period.count).windowLength } ?? units
    let (iterations, form) = (try iterations(), try form())
    let function = try function(of: form, for: problem)
    // Updates one unit at a time share their weights.
    let steps = form == .parallel ? iterations : 0
    let hasRecurrent = iterations > 0 || has(TensorName.encoderRecurrent)
    return Encoder(
      weight: try matrix(TensorName.encoderWeight, rows: units, columns: inputLength),
      recurrent: try hasRecurrent
        ? self.steps(TensorName.encoderRecurrent, shape: [units, feeding], count: steps)
          .map { Matrix(rows: units, columns: feeding, elements: $0) } : [],
      threshold: try self.steps(
        TensorName.encoderThreshold, shape: [function.thresholdCount(units: units)],
        count: form == .parallel ? iterations + 1 : 0),
      gain: try has(TensorName.encoderGain)
        ? vector(TensorName.encoderGain, count: units) : nil,
      function: function, form: form, iterations: iterations)
  }
}
