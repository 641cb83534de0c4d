import LinearAlgebra
import SparseCoding

/// A loss of layers that take the codes of one another: Σ w·criterion over the codes of all of them. What is learned
/// of a layer is called as in its file, with the layer's prefix before it.
public struct NetworkObjective: Objective {
  /// A layer in training.
  struct Stage: Sendable {
    /// What names of its parameters begin with.
    let prefix: String
    /// From features to what its encoder takes.
    let preparation: ChainedMap
    /// Nil of a classifier alone.
    let encoder: EncoderMap?
    /// From its codes to the features that the next layer takes.
    let pooling: ChainedMap
    /// Of its codes, or of a classifier alone of its features.
    let criteria: [WeightedCriterion]
    /// Whether nothing of it is learned.
    let isFrozen: Bool
    /// Whether its figures are those of the network.
    let isLast: Bool

    /// All that it has, without the prefix.
    var parameters: [Parameter] {
      (encoder?.parameters ?? []) + criteria.flatMap(\.criterion.parameters)
    }

    /// What a figure of one of its criteria is called.
    func figure(_ name: String) -> String { isLast ? name : prefix + name }
  }

  let stages: [Stage]
  public let loss = "loss"
  public let criterion = "error"

  public var parameters: [Parameter] {
    stages.filter { !$0.isFrozen }.flatMap { stage in
      stage.parameters.map { $0.prefixed(stage.prefix) }
    }
  }

  public var figureNames: [String] {
    [loss]
      + stages.flatMap { stage in
        stage.criteria.flatMap { $0.criterion.figureNames.map(stage.figure) }
      }
  }

  /// That of a classifier that knows nothing, log Y: trained well, a network may begin next to 0.
  public var harmlessLoss: Double {
    let classes = stages.last?.parameters.first { $0.name == .classifierWeight }?.value.rows
    return naturalLogarithm(Double(classes ?? 2))
  }

  public var unitCount: Int {
    stages.last { $0.encoder != nil }?.encoder?.outputLength ?? 0
  }

  /// Layers with their weights packed.
  public struct Prepared: Sendable {
    fileprivate struct Layer: Sendable {
      let stage: Stage
      let preparation: ChainedGradient
      let encoder: EncoderGradient?
      let pooling: ChainedGradient
      let criteria: [(criterion: any PreparedCriterion, weight: Float)]
    }

    fileprivate let layers: [Layer]
    /// The first layer of which something is learned.
    fileprivate let firstLearned: Int
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    let first = stages.firstIndex { !$0.isFrozen } ?? stages.count
    let layers = stages.enumerated().map { index, stage in
      let own =
        stage.isFrozen ? ParameterMatrices(stage.parameters) : values.layer(stage.prefix)
      let wantsInput = index > first
      return Prepared.Layer(
        stage: stage,
        preparation: stage.preparation.prepare(own, wantsInput: wantsInput, on: threads),
        encoder: stage.encoder?.prepare(own, wantsInput: wantsInput, on: threads),
        pooling: stage.pooling.prepare(own, wantsInput: true, on: threads),
        criteria: stage.criteria.map { ($0.criterion.prepare(own, on: threads), $0.weight) })
    }
    return Prepared(layers: layers, firstLearned: first)
  }

  /// What a layer was given and gave.
  fileprivate struct Step {
    let features: Matrix
    let preparation: ChainedGradient.Tape
    let prepared: Matrix
    let encoder: EncoderGradient.Tape?
    /// Codes, [N·cells, K].
    let code: Matrix
    let pooling: ChainedGradient.Tape
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let steps = prepared.forward(batch)
    var (loss, figures): (Double, [String: FigureSum]) = (0, [:])
    var (delta, gradients): (Matrix?, ParameterMatrices) = (nil, [:])
    for (index, step) in steps.enumerated().reversed() {
      let layer = prepared.layers[index]
      let goesBack = wantsGradients && index >= prepared.firstLearned
      if goesBack, let after = delta {
        delta = layer.pooling.backward(after, from: step.pooling, input: step.code).input
      }
      var descent: Matrix?
      let records = batch.with(step.prepared)
      for (criterion, weight) in layer.criteria {
        let value = criterion.evaluate(
          step.code, records, scaledBy: weight, addingTo: &delta, wantsGradients: goesBack)
        loss += Double(weight) * value.sum
        for (name, figure) in value.figures { figures[layer.stage.figure(name)] = figure }
        if !layer.stage.isFrozen {
          gradients = gradients + value.gradients.prefixed(layer.stage.prefix)
        }
        descent = value.descent ?? descent
      }
      guard goesBack else { continue }
      delta = back(delta, descent, through: layer, step, addingTo: &gradients)
    }
    figures[self.loss] = FigureSum(loss, over: batch.records.rows)
    let code = steps.last { $0.encoder != nil }?.code ?? batch.records
    return Evaluation(figures, code: code, gradients: gradients)
  }

  /// Backwards through a layer from its codes.
  /// - Parameters:
  ///   - delta: ∂/∂code, [N·cells, K].
  ///   - descent: −∂/∂ of what its encoder takes, of its own criteria, [N, D].
  /// - Returns: ∂/∂ of the features that it takes; nil where nothing is learned before it.
  private func back(
    _ delta: Matrix?, _ descent: Matrix?, through layer: Prepared.Layer, _ step: Step,
    addingTo gradients: inout ParameterMatrices
  ) -> Matrix? {
    var input = delta
    if let encoder = layer.encoder, let tape = step.encoder {
      let delta = delta ?? Matrix(zeros: step.code.rows, columns: step.code.columns)
      let back = encoder.backward(delta, from: tape, input: step.prepared)
      if !layer.stage.isFrozen {
        gradients = gradients + back.gradients.prefixed(layer.stage.prefix)
      }
      input = back.input
    }
    guard var input else { return nil }
    if let descent { input = difference(input, descent) }
    return layer.preparation.backward(input, from: step.preparation, input: step.features).input
  }
}

extension NetworkObjective.Prepared {
  fileprivate func forward(_ batch: Batch) -> [NetworkObjective.Step] {
    var x = batch.records
    return layers.map { layer in
      let (input, preparation) = layer.preparation.forward(x, of: batch)
      var (code, tape): (Matrix, EncoderGradient.Tape?) = (input, nil)
      if let encoder = layer.encoder {
        let way = encoder.forward(input, of: batch)
        (code, tape) = (way.output, way.tape)
      }
      let (features, pooling) = layer.pooling.forward(code, of: batch)
      defer { x = features }
      return NetworkObjective.Step(
        features: x, preparation: preparation, prepared: input, encoder: tape, code: code,
        pooling: pooling)
    }
  }

  /// How large what each layer takes and its codes are, root mean squares.
  func sizes(of batch: Batch) -> [(input: Float, code: Float)] {
    forward(batch).map { (rootMeanSquare($0.prepared), rootMeanSquare($0.code)) }
  }
}
