import ArgumentParser
import CommandLineSupport
import SparseCoding

/// R of ½‖x − Dz‖² + λR(z), and pools.
public struct PoolOptions: ParsableArguments {
  @Option(
    name: .customLong("penalty"), help: "R: l1, sizes; or group, the L2 norms of --pools.")
  public var kind = PenaltyKind.l1

  @Option(
    help: ArgumentHelp("Pools that the model names: consecutive:N.", valueName: "pools"))
  public var pools: String?

  public init() {}

  /// Refuses pools that do not suit K units.
  public func check(units: Int) throws {
    if kind == .group, pools == nil { throw ValidationError("--penalty group needs --pools") }
    do { _ = try layout(units: units) } catch { throw ValidationError("--pools: \(error)") }
  }

  /// The pools of K units, where some are named.
  public func layout(units: Int) throws -> PoolLayout? {
    try pools.map { try PoolLayout.parse($0, unitCount: units) }
  }

  /// R of K units.
  public func penalty(units: Int) throws -> any Penalty {
    guard kind == .group, let layout = try layout(units: units) else { return .l1 }
    return .groups(layout)
  }
}

extension PenaltyKind: ExpressibleByArgument {}
