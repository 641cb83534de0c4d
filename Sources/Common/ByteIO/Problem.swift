/// An error that one line can tell: lower case, no full stop, expected and found.
///
/// `description` holds the problem alone; the file it was found in is added by ``FileProblem``,
/// the program's name by the program.
public protocol Problem: Error, CustomStringConvertible {}

/// A problem and the file or stream it was found in: `<stdin>: empty, expected a tensor stream`.
public struct FileProblem: Problem {
  public let file: String
  public let problem: any Problem

  public init(file: String, problem: any Problem) {
    self.file = file
    self.problem = problem
  }

  public var description: String { "\(file): \(problem)" }
}

/// Runs `body` and names `file` in any problem that it throws without a file's name.
public func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let problem as FileProblem {
    throw problem
  } catch let problem as any Problem {
    throw FileProblem(file: file, problem: problem)
  }
}
