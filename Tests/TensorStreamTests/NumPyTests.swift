import ByteIO
import TensorStream
import Testing

/// NumPy reads what is written: several arrays through one handle, notes and all.
@Suite(.enabled(if: output(of: "python3 -c 'import numpy' 2>/dev/null") != nil))
struct NumPyTests {
  /// Prints type, shape and sum of every array of a file until its end.
  private static let program = """
    import os, sys, numpy
    with open(sys.argv[1], 'rb') as file:
        while file.tell() < os.path.getsize(sys.argv[1]):
            array = numpy.load(file)
            print(array.dtype.str, list(array.shape), array.sum())
    """

  @Test(arguments: NotesTests.some)
  func repeatedLoads(notes: Notes) throws {
    try withTemporaryFile { path in
      let writer = TensorWriter(try .file(path))
      try writer.begin(shape: [2, 1, 3], notes: notes)
      try writer.write([1, 2, 3, 4, 5, 6.5] as [Float])
      try writer.begin(shape: [0, 2, 4], notes: notes)
      try writer.begin(shape: [3, 1, 1], notes: notes, elementType: .int32)
      try writer.write([7, -8, 9] as [Int32])
      try writer.begin(shape: [])
      try writer.write([0.25] as [Float])
      try writer.finish()
      let text = output(of: "python3 -W error -c \"\(Self.program)\" \(path)")
      #expect(
        text == "<f4 [2, 1, 3] 21.5\n<f4 [0, 2, 4] 0.0\n<i4 [3, 1, 1] 8\n<f4 [] 0.25\n")
    }
  }
}
