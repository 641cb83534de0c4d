import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream
import Training

/// The optimal codes that an encoder is to predict: those of a file, else computed.
extension TrainingRun {
  /// Codes of records.
  /// - Parameters:
  ///   - path: a stream of codes of `model`, one for each record.
  ///   - gap: the relative duality gap of codes that are computed.
  public mutating func codes(
    _ path: String?, of model: Model, called name: String, problem: CodingProblem, gap: Double
  ) throws -> CodeTargets {
    let preprocessing = model.preprocessing
    guard let path else {
      let targets = try computing("records") { report in
        try CodeTargets(
          of: data, prepare: { problem.projected(preprocessing($0)) },
          problem: problem.withoutDCUnit, gap: gap, threads: threads, report: report)
      }
      return say(targets, by: problem.preferredSolver)
    }
    let codes = try given(path, of: model, called: name, shape: [problem.codeLength])
    let targets = try naming(codes.name) {
      try CodeTargets(codes, codeLength: problem.penalisedCount, records: data.count)
    }
    try judge(codes, of: name, by: problem.preferredSolver, sample: 1000) { codes, records in
      CodeStatistics(of: codes, records: preprocessing(records), problem)
    }
    return targets
  }

  /// Codes of images, [cells·K] each.
  /// - Parameters:
  ///   - path: a stream of codes of `model`, [rows, columns, units] for each image.
  ///   - gap: the relative duality gap of codes that are computed.
  public mutating func codes(
    _ path: String?, of model: Model, called name: String, ofImages problem: TiledProblem,
    gap: Double
  ) throws -> CodeTargets {
    let preprocessing = model.preprocessing.on(images: data.recordShape)
    guard let path else {
      let targets = try computing("images") { report in
        try CodeTargets(
          ofImages: data, prepare: { preprocessing($0) }, problem: problem, gap: gap,
          threads: threads, report: report)
      }
      return say(targets, by: problem.preferredSolver)
    }
    let codes = try given(path, of: model, called: name, shape: problem.codeShape)
    let targets = try naming(codes.name) {
      try CodeTargets(codes, ofImages: problem, records: data.count)
    }
    try judge(codes, of: name, by: problem.preferredSolver, sample: 100) { codes, images in
      CodeStatistics(of: problem.cells(ofPlaces: codes), records: preprocessing(images), problem)
    }
    return targets
  }

  private func computing(
    _ records: String, _ compute: ((Int) -> Void) throws -> CodeTargets
  ) rethrows -> CodeTargets {
    progress.say("computing the codes of \(data.count) \(records)")
    let start = ContinuousClock.now
    return try compute { progress.report("computing codes", $0, of: data.count, since: start) }
  }

  private func say(_ targets: CodeTargets, by solver: SparseSolver) -> CodeTargets {
    for remark in targets.exactness.remarks(on: solver) { progress.say(remark) }
    return targets
  }

  /// Codes of a file.
  /// - Parameter shape: of a record's.
  private mutating func given(
    _ path: String, of model: Model, called name: String, shape: [Int]
  ) throws -> TrainingSet {
    let reader = TensorReader(try ByteReader(path: path))
    let codes = try TrainingSet(reading: reader, recordShape: shape) { header in
      try header.checkModel(model, called: name)
      _ = try header.batchAxes(ofRecords: shape, for: name)
    }
    try requireSame("codes", codes.digest)
    return codes
  }

  /// Codes with a larger mean relative duality gap are not meant to be the optimal ones.
  private static let largestGap = 0.1

  /// Says how good the first codes are, and refuses those that are not the optimal ones.
  private func judge(
    _ codes: TrainingSet, of model: String, by solver: SparseSolver, sample: Int,
    _ statistics: (_ codes: Matrix, _ records: Matrix) -> CodeStatistics
  ) throws {
    let some = 0..<min(data.count, sample)
    let quality = statistics(try codes.records(some), try data.records(some))
    progress.say("codes: \(quality.line)")
    if let gap = quality.gap, gap > Self.largestGap {
      throw FileProblem(
        file: codes.name, problem: NotOptimal(model: model, gap: gap, solver: solver))
    }
  }

  struct NotOptimal: Problem {
    let model: String
    let gap: Double
    let solver: SparseSolver
    var description: String {
      "not the optimal codes of these records by \(model): their duality gap is "
        + "\(shortNumber(gap)) of the energy; try encode --solver \(solver.rawValue)"
    }
  }
}
