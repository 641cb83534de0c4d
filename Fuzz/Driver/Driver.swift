import FuzzTargets

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// libFuzzer on one target, which the environment variable `SPARSEPIPE_FUZZ_TARGET` names; the
/// arguments are libFuzzer's own.
@main
enum Driver {
  static func main() {
    let name = getenv("SPARSEPIPE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard FuzzTarget(rawValue: name) != nil else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      fatalError("SPARSEPIPE_FUZZ_TARGET is \"\(name)\", expected one of \(names)")
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runFuzzer(&count, &arguments) { start, count in
        Driver.target.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
      })
  }

  private static let target =
    getenv("SPARSEPIPE_FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) } ?? .npy
}

/// `LLVMFuzzerRunDriver`, which libFuzzer offers to programs with a `main` of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
