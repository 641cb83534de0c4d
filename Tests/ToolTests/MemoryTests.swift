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

    /// The most memory that each stage of a pipe held, in KiB, over one image of `height` × 1000 pixels.
    private func peaks(height: Int, _ stages: [String]) throws -> [Int] {
      let folder = try TemporaryFolder()
      let images = Fixtures.array([40, 20, 20, 1], note: "record=3", seed: 9)
      try folder.write(images.bytes, to: "images.npy")
      try folder.write(NPY(shape: [1, height, 1000, 1], []).bytes, to: "header")
      let pipe = stages.enumerated().map { "sh -c 'echo $$ > pid\($0); exec \($1)'" }
      let outcome = try Child.shell(
        """
        fit autoencoder --geometry conv --kernel 6 --padding 2 --code 8 --epochs 1 -q -o m.bin <images.npy
        encode -m m.bin images.npy | pool --pools consecutive:2 --window 2 >p.npy
        fit autoencoder --geometry conv --kernel 3 --code 6 --epochs 1 -q -o l.bin <p.npy
        fit join -m m.bin -m l.bin -o net.bin
        (cat header; head -c \(4000 * height) /dev/zero; sleep 0.5
          for n in \(stages.indices.map(String.init).joined(separator: " "))
          do awk '/VmHWM/ { print $2 }' /proc/$(cat pid$n)/status > peak$n; done) |
          \(pipe.joined(separator: " | ")) | tail -c 1 | wc -c
        cat \(stages.indices.map { "peak\($0)" }.joined(separator: " "))
        """, options: .init(folder: folder.path))
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      return outcome.text.split(separator: "\n").dropFirst().compactMap { Int($0) }
    }

    /// One image can be as large as a stream.
    @Test(arguments: [
      ["encode -j 2 -m m.bin", "decode -j 2 -m m.bin"], ["encode -j 2 -m net.bin"],
      ["encode -m m.bin", "pool --window 3 --stride 2 -j 2", "pool --pools consecutive:1"],
    ])
    func largeImage(_ stages: [String]) throws {
      let (short, long) = (try peaks(height: 6000, stages), try peaks(height: 24_000, stages))
      #expect(short.count == stages.count && long.count == stages.count)
      for (stage, (short, long)) in zip(stages, zip(short, long)) {
        #expect(long < 40 << 10, "\(stage): \(short) and \(long) KiB")
        #expect(Double(long) < 1.15 * Double(short), "\(stage): \(short) and \(long) KiB")
      }
    }

    /// Cuts `image` with so much memory for data.
    private func cut(_ image: [UInt8], megabytes: Int) throws -> Child.Outcome {
      let folder = try TemporaryFolder()
      try folder.write(image, to: "image")
      return try Child.shell(
        "ulimit -d \(megabytes * 1000); exec patches -q --size 64 --stride 500 image > windows",
        options: .init(folder: folder.path))
    }

    /// A large colour picture asked for in grey takes 4 bytes a pixel, and never twice of them.
    @Test func greyOfColor() throws {
      let (height, width) = (2000, 4000)
      let pixels = [UInt8](repeating: 90, count: 3 * height * width)
      let image = Array("P6 \(width) \(height) 255\n".utf8) + pixels
      let outcome = try cut(image, megabytes: 8 * height * width / 1_000_000 - 2)
      #expect(outcome.succeeded, "\(outcome.errors)")
    }

    /// 2^28 colour pixels of 16 bits, 1.6 GB, of which nine bytes are there; as they are and
    /// interlaced.
    @Test(arguments: [[0, 118, 58, 91, 144], [1, 1, 61, 107, 6]] as [[UInt8]])
    func aLieAboutTheSize(_ interlace: [UInt8]) throws {
      let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      let header = [0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 64, 0, 0, 0, 64, 0, 16, 2, 0, 0]
      let pixels: [UInt8] = [120, 1, 1, 9, 0, 246, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 129, 0, 37]
      let data = [0, 0, 0, 20] + Array("IDAT".utf8) + pixels + [37, 43, 30, 34]
      let end = [0, 0, 0, 0] + Array("IEND".utf8) + [174, 66, 96, 130]
      let start = signature + header + interlace + data
      for image in [start, start + end] {
        let outcome = try cut(image, megabytes: 200)
        #expect(outcome.isFailure(of: "patches", saying: "image: "), "\(outcome.errors)")
      }
    }
  }
#endif
