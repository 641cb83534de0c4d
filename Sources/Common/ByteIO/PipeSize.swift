#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Enlarges the pipe at `descriptor`, if it is one, so that the programs at its ends wait less for one
/// another. The system may refuse and nothing depends on it.
func enlargePipe(_ descriptor: Int32) {
  #if os(Linux)
    // <fcntl.h> has these for GNU programs alone, and Swift imports no such.
    let (setSize, getSize): (Int32, Int32) = (1031, 1032)
    let wanted: Int32 = 1 << 20
    let size = fcntl(descriptor, getSize)
    // Never smaller: another program may have asked for more.
    if size > 0 && size < wanted { _ = fcntl(descriptor, setSize, wanted) }
  #endif
}
