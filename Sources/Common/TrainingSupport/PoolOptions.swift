import ArgumentParser
import CommandLineSupport
import Inference
import SparseCoding

/// R of ½‖x − Dz‖² + λR(z), and pools.
public struct PoolOptions: ParsableArguments, NamesFiles {
  @Option(
    name: .customLong("penalty"),
    help: """
      R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and \
      the --inhibition of units by each other (default: l1, of fit lateral lateral).
      """)
  public var chosenKind: PenaltyKind?

  @Option(
    help: ArgumentHelp(
      """
      Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the \
      same way without wrapping, tree:1,10,2,2, or a file of sets.
      """, valueName: "pools"))
  public var pools: String?

  public init() {}

  public func validate() throws { _ = try choice }

  public var namedFiles: [NamedFile] { .input("--pools", (try? choice)?.path) }

  private var choice: PoolChoice? {
    get throws { try pools.map { try PoolChoice(option: $0) } }
  }

  /// K, where the pools say it.
  var unitCount: Int? {
    guard case .notation(let notation) = try? choice else { return nil }
    return notation.unitCount
  }

  /// Refuses pools that do not suit K units, as far as their notation tells.
  func check(_ kind: PenaltyKind, units: Int) throws {
    if kind.isOfPools, pools == nil {
      throw ValidationError("--penalty \(kind.rawValue) needs --pools")
    }
    guard case .notation = try choice else { return }
    do { _ = try penalty(kind, of: layout(units: units), units: units) } catch {
      throw ValidationError("--pools: \(error)")
    }
  }

  /// Refuses pools that overlap and are no tree, as far as their notation tells.
  func checkNested(units: Int) throws {
    guard case .notation = try choice, let layout = try layout(units: units) else { return }
    do { _ = try PoolTree(layout) } catch {
      throw ValidationError("--nonlinearity proximal: \(error)")
    }
  }

  /// The pools of K units, where some are named.
  func layout(units: Int) throws -> PoolLayout? { try choice?.layout(unitCount: units) }

  /// R of K units, where it is of pools; l1 otherwise.
  func penalty(
    _ kind: PenaltyKind, of layout: PoolLayout?, units: Int
  ) throws -> any Penalty {
    guard kind.isOfPools, let layout else { return .l1 }
    let penalty = try GroupPenalty(layout, kind: kind, unitCount: units)
    if let unit = penalty.freeUnits.first { throw PoolProblem.unitInNone(unit) }
    return penalty
  }
}

extension PenaltyKind: ExpressibleByArgument {}
