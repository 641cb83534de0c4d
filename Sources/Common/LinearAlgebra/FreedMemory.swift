/// Lets the process keep memory that it frees, up to some mebibytes, for what it allocates next. Blocks
/// of a stream come and go by the thousand, and memory returned to the system has to be cleared and
/// mapped again for each.
public func keepFreedMemory() {
  #if os(Linux)
    // GNU's malloc keeps blocks smaller than the largest it has seen freed, 32 MiB at most, and twice
    // as much in all: mallopt(3), M_MMAP_THRESHOLD. This one is never touched, so it costs no memory.
    UnsafeMutableRawPointer.allocate(byteCount: 31 << 20, alignment: 16).deallocate()
  #endif
}
