import ArgumentParser
import ByteIO
import ModelFile

/// `--layer`, for programs that do something with one layer of a network.
public struct LayerOption: ParsableArguments {
  @Option(
    name: .customLong("layer"),
    help: ArgumentHelp(
      "Which layer of a network, from 1 (default: the last that makes codes).", valueName: "n"))
  public var number: Int?

  public init() {}

  public func validate() throws {
    if let number, number < 1 {
      throw ValidationError("--layer must be at least 1, got \(number)")
    }
  }

  /// The layer, from 0.
  /// - Parameter name: of the network.
  /// - Throws: where it has none of that number, or no layer makes codes.
  public func index(in network: Network, called name: String) throws -> Int {
    guard let number else { return network.lastCoding ?? network.layers.count - 1 }
    guard number <= network.layers.count else {
      throw FileProblem(
        file: name, problem: NoLayer(number: number, count: network.layers.count))
    }
    return number - 1
  }

  struct NoLayer: Problem {
    let number, count: Int
    var description: String {
      "has \(count == 1 ? "1 layer" : "\(count) layers"), --layer asks for layer \(number)"
    }
  }
}
