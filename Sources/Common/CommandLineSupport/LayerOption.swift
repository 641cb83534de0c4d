import ArgumentParser
import ByteIO
import Inference
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

  /// The option where it was given, which a stream has no use for.
  public var given: String? { number.map { _ in "--layer" } }

  /// The layer chosen.
  /// - Parameter name: of the network.
  /// - Throws: where it has none of that number.
  public func layer(of network: Network, called name: String) throws -> ChosenLayer {
    let count = network.layers.count
    if let number, number > count {
      throw FileProblem(file: name, problem: NoLayer(number: number, count: count))
    }
    let index = number.map { $0 - 1 } ?? network.lastCoding ?? count - 1
    return ChosenLayer(
      network: network, index: index, name: network.name(ofLayer: index, called: name))
  }

  struct NoLayer: Problem {
    let number, count: Int
    var description: String {
      "has \(count == 1 ? "1 layer" : "\(count) layers"), --layer asks for layer \(number)"
    }
  }
}

/// A layer of a network.
public struct ChosenLayer {
  public let network: Network
  /// From 0.
  public let index: Int
  /// What messages call it.
  public let name: String

  public var model: Model { network.layers[index] }
}
