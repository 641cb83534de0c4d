#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// Streams are unbounded and memory is not.
  @Suite struct MemoryTests {
    /// The most memory that each stage of a pipe held, in KiB, over a stream of `count` megabytes.
    private func peaks(_ count: Int) throws -> [Int] {
      let folder = try TemporaryFolder()
      // One array of records [4,4,1] that is made as it is read.
      let header = NPY(shape: [count << 14, 4, 4, 1], []).bytes
      try folder.write(header, to: "header")
      let model = Fixtures.folder.file("d.bin")
      let peak = "awk '/VmHWM/ { print $2 }' /proc/$(cat pid$n)/status > peak$n"
      let outcome = try Child.shell(
        """
        mkfifo fifo
        (cat header; head -c \(count)M /dev/zero; sleep 0.5
          for n in 1 2; do \(peak); done) |
          sh -c 'echo $$ > pid1; exec encode -m \(model)' |
          sh -c 'echo $$ > pid2; exec pool' | inspect
        cat peak1 peak2
        """, options: .init(folder: folder.path))
      #expect(outcome.errors.isEmpty && outcome.text.contains("[\(count << 14),4]"))
      return outcome.text.split(separator: "\n").dropFirst().compactMap { Int($0) }
    }

    @Test func bounded() throws {
      let (short, long) = (try peaks(64), try peaks(256))
      #expect(short.count == 2 && long.count == 2)
      for (name, (short, long)) in zip(["encode", "pool"], zip(short, long)) {
        #expect(long < 32 << 10 && short < 32 << 10, "\(name): \(short) and \(long) KiB")
        #expect(Double(long) < 1.1 * Double(short), "\(name): \(short) and \(long) KiB")
      }
    }
  }
#endif
