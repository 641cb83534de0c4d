import ArgumentParser
import LinearAlgebra

/// Refuses options.
public func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(message()) }
}

/// Refuses a value that an option may not have.
public func require(_ option: String, _ value: Double, in allowed: Interval) throws {
  try require(allowed.contains(value), "\(option) must be \(allowed), got \(value)")
}

/// Refuses a value that an option may not have.
public func require(_ option: String, _ value: Float, in allowed: Interval) throws {
  try require(allowed.contains(value), "\(option) must be \(allowed), got \(value)")
}

/// Refuses a number that an option may not have.
public func require(_ option: String, _ value: Int, in allowed: Interval) throws {
  try require(allowed.contains(value), "\(option) must be \(allowed), got \(value)")
}
