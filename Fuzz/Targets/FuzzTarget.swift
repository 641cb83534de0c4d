import ByteIO

/// What is fuzzed: readers of untrusted bytes, and programs behind them.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A tensor stream, all of it.
  case npy
  /// The literal of an NPY header and its notes.
  case header
  /// A model file and the schema.
  case model
  /// What a training goes on from, and the training.
  case checkpoint
  case png
  case pnm
  /// IDX, also gzipped, as images and as labels.
  case idx
  /// Labels as text.
  case labels
  /// What programs do with a stream, from the header to the last value.
  case programs

  /// Runs the target on `bytes`, which have to end in a value or in a problem that one line can tell.
  /// Anything else (a trap, a broken promise, another kind of error) ends the process.
  /// - Returns: whether the bytes were taken.
  @discardableResult
  public func run(_ bytes: [UInt8]) -> Bool {
    do {
      switch self {
      case .npy: try fuzzStream(bytes)
      case .header: try fuzzHeader(bytes)
      case .model: try fuzzModel(bytes)
      case .checkpoint: try fuzzCheckpoint(bytes)
      case .png: try fuzzPNG(bytes)
      case .pnm: try fuzzImages(bytes)
      case .idx: try fuzzIDX(bytes)
      case .labels: try fuzzLabels(bytes)
      case .programs: try fuzzProgram(bytes)
      }
      return true
    } catch let problem as any Problem {
      precondition(!problem.description.isEmpty, "a problem without words")
      return false
    } catch {
      fatalError("an error that is no problem: \(error)")
    }
  }
}

/// Whether `body` ends in a problem.
func fails(_ body: () throws -> Void) -> Bool {
  do {
    try body()
    return false
  } catch {
    return true
  }
}
