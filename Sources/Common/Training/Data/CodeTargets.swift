import ByteIO
import LinearAlgebra
import SparseCoding

/// The codes that an encoder is to predict, one for each record: given as a stream, or computed once.
public final class CodeTargets {
  /// How exact codes are that are computed, where nobody says.
  public static let gap = 1e-5

  private enum Storage {
    /// A stream's codes, of which the first K count: a DC unit's value is not predicted.
    case stream(TrainingSet)
    case memory([Float])
    /// Without a name, written in order.
    case scratch(ScratchFile)
  }

  private let storage: Storage
  /// K, without a DC unit; of images cells·K.
  private let codeLength: Int
  /// Whose codes a stream holds place by place; nil where they are not of images.
  private var images: TiledProblem?
  /// How exact codes are that were computed.
  public private(set) var exactness = SparseSolver.Exactness()

  /// Codes that were read.
  /// - Throws: ``TrainingProblem/codeCount(codes:records:)`` unless there is one for each record.
  /// - Parameters:
  ///   - codes: one for each of `records`, with K values or more.
  ///   - codeLength: K.
  public init(_ codes: TrainingSet, codeLength: Int, records: Int) throws {
    guard codes.count == records else {
      throw TrainingProblem.codeCount(codes: codes.count, records: records)
    }
    storage = .stream(codes)
    self.codeLength = codeLength
  }

  /// The same of images, [rows, columns, units] each.
  public convenience init(
    _ codes: TrainingSet, ofImages problem: TiledProblem, records: Int
  ) throws {
    try self.init(codes, codeLength: problem.wholeCodeLength, records: records)
    images = problem
  }

  /// The optimal codes of all records.
  /// - Parameters:
  ///   - prepare: from records, [N, D], to what `problem` is about.
  ///   - gap: the relative duality gap of the codes.
  ///   - memoryLimit: bytes after which codes leave memory.
  ///   - report: called with the number of records done.
  public convenience init(
    of data: TrainingSet, prepare: @escaping @Sendable (Matrix) -> Matrix, problem: CodingProblem,
    gap: Double, threads: Threads, memoryLimit: Int = TrainingSet.memoryLimit,
    report: (Int) -> Void = { _ in }
  ) throws {
    let rule = SparseSolver.StoppingRule(relativeGap: gap)
    try self.init(
      of: data, codeLength: problem.codeLength, tile: RecordTile.rows, threads: threads,
      memoryLimit: memoryLimit, report: report
    ) { problem.preferredSolver.solve(problem, records: prepare($0), until: rule) }
  }

  /// The same of images, whole codes of theirs, [N, cells·K].
  public convenience init(
    ofImages data: TrainingSet, prepare: @escaping @Sendable (Matrix) -> Matrix = { $0 },
    problem: TiledProblem, gap: Double, threads: Threads,
    memoryLimit: Int = TrainingSet.memoryLimit, report: (Int) -> Void = { _ in }
  ) throws {
    let rule = SparseSolver.StoppingRule(relativeGap: gap)
    try self.init(
      of: data, codeLength: problem.wholeCodeLength, tile: 1, threads: threads,
      memoryLimit: memoryLimit, report: report
    ) { problem.preferredSolver.solve(problem, images: prepare($0), until: rule) }
  }

  /// - Parameters:
  ///   - tile: records that are solved for at once.
  ///   - solve: from records, [n, D], to codes of as many elements.
  private init(
    of data: TrainingSet, codeLength: Int, tile: Int, threads: Threads, memoryLimit: Int,
    report: (Int) -> Void, solve: @escaping @Sendable (Matrix) -> SparseSolver.Solution
  ) throws {
    self.codeLength = codeLength
    let isHeld = data.count <= memoryLimit / (4 * max(1, codeLength))
    var held: [Float] = []
    let scratch = isHeld ? nil : try ScratchFile()
    let block = 4 * threads.count * tile
    for first in stride(from: 0, to: data.count, by: block) {
      let x = try data.records(first..<min(first + block, data.count))
      let solutions = threads.mapTiles(of: x.rows, tile: tile) { solve(x.rows($0)) }
      for solution in solutions {
        let code = solution.code.elements
        if let scratch { try scratch.append(code) } else { held += code }
        exactness += solution.exactness
      }
      report(first + x.rows)
    }
    storage = scratch.map { .scratch($0) } ?? .memory(held)
  }

  /// Codes by the number of their record.
  /// - Returns: [records, K].
  public func codes(_ records: [Int], on threads: Threads = Threads(1)) throws -> Matrix {
    if case .memory(let values) = storage {
      return Matrix(rowsAt: records, of: values, columns: codeLength, on: threads)
    }
    var elements: [Float] = []
    elements.reserveCapacity(records.count * codeLength)
    for record in records {
      let start = record * codeLength
      switch storage {
      case .stream(let codes): elements += try codes.record(record).prefix(codeLength)
      case .scratch(let file): elements += try file.read(count: codeLength, at: start)
      case .memory: preconditionFailure("gathered above")
      }
    }
    let codes = Matrix(rows: records.count, columns: codeLength, elements: elements)
    return images.map { $0.cells(ofPlaces: codes).reshaped(columns: codeLength) } ?? codes
  }
}
