import TestSupport
import Testing

/// The tests' own NPY arrays, against NumPy where it is installed.
@Suite struct NPYTests {
  private var arrays: [NPY] {
    var noted = NPY(shape: [2, 3], [0, -0.0, 1.5, .infinity, 0x1p-140, -7])
    noted.comment = "# sparsepipe record=1"
    return [
      noted, NPY(shape: [], [1]), NPY(shape: [3], integers: [.min, 0, .max]),
      NPY(shape: [0, 5], []), NPY(shape: [1, 1, 1, 1, 1, 1, 1], [2]),
    ]
  }

  @Test func writtenAndRead() {
    #expect(NPY.stream(arrays.flatMap(\.bytes)) == arrays)
    #expect(NPY.stream([]) == [])
  }

  @Test func aCutStreamIsNone() {
    let bytes = arrays[0].bytes
    #expect(bytes.count == 128 + 24)
    for count in 1..<bytes.count {
      #expect(NPY.stream(Array(bytes[..<count])) == nil, "\(count) bytes")
    }
    #expect(NPY.stream(bytes + [0]) == nil)
  }

  @Test(.enabled(if: NumPy.isInstalled)) func numpyCopies() throws {
    let script = """
      import sys, io, numpy
      data = io.BytesIO(sys.stdin.buffer.read())
      while data.tell() < len(data.getbuffer()):
          numpy.save(sys.stdout.buffer, numpy.load(data))
      """
    let outcome = try NumPy.run(script, input: arrays.flatMap(\.bytes))
    var plain = arrays
    plain[0].comment = ""
    #expect(outcome.succeeded, "\(outcome.errors)")
    #expect(outcome.output == plain.flatMap(\.bytes))
  }
}
