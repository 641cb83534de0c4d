/// Python with NumPy, the other implementation that results are compared with.
public enum NumPy {
  /// Whether this machine has it; tests that need it are left out elsewhere.
  public static let isInstalled = (try? run("import numpy"))?.succeeded ?? false

  /// Whether Python's own reader of safetensors is there, too.
  public static let hasSafetensors =
    (try? run("import numpy, safetensors.numpy"))?.succeeded ?? false

  /// Runs a script with the words after it as `sys.argv[1:]`.
  public static func run(
    _ script: String, _ arguments: [String] = [], input: [UInt8] = []
  ) throws -> Child.Outcome {
    try Child.run("/usr/bin/env", ["python3", "-c", script] + arguments, input: input)
  }

  /// Runs the script in the file at `path`.
  public static func run(
    file path: String, _ arguments: [String] = [], input: [UInt8] = []
  ) throws -> Child.Outcome {
    try Child.run("/usr/bin/env", ["python3", path] + arguments, input: input)
  }
}
