import TensorStream
import Testing

/// Notes out and in again, and every fault of them.
struct NotesTests {
  static let all = Notes(
    recordRank: 1, model: "9f3a", pools: "consecutive:4", poolWindow: "2x2:2x2", dcUnit: true,
    grid: GridGeometry(imageHeight: 512, imageWidth: 640, stride: 1, padding: 2),
    isTrace: true, preprocessed: true)

  static let some = [
    Notes(), all, Notes(recordRank: 0), Notes(recordRank: 3), Notes(model: "0"),
    Notes(pools: "torus:16x16:6:3"), Notes(pools: "my pools #1 100%.txt"), Notes(pools: "größe\n"),
    Notes(dcUnit: true), Notes(isTrace: true), Notes(preprocessed: true),
    Notes(grid: GridGeometry(imageHeight: 3, imageWidth: 4, stride: 12)),
  ]

  @Test(arguments: some)
  func roundTrip(notes: Notes) throws {
    for writesNotes in [true, false] {
      let stream = try written(writesNotes: writesNotes) { writer in
        try writer.begin(shape: [0, 2, 3], notes: notes)
      }
      let header = try #require(try reader(stream).next())
      #expect(header.notes == (writesNotes ? notes : Notes()))
      #expect(stream.count.isMultiple(of: 64))
    }
  }

  @Test func text() throws {
    let stream = try written { try $0.begin(shape: [0, 2], notes: Self.all) }
    let literal =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), } # sparsepipe record=1 "
      + "model=9f3a pools=consecutive:4 pool-window=2x2:2x2 dc=1 image=512x640 stride=1 "
      + "padding=2 trace=1 domain=preprocessed"
    #expect(String(decoding: stream[10...].prefix(literal.utf8.count), as: UTF8.self) == literal)
    #expect(stream.dropFirst(10 + literal.utf8.count).dropLast().allSatisfy { $0 == 0x20 })
  }

  private func notes(_ comment: String) throws -> Notes? {
    let literal = "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2, 3), } "
    return try reader(npy(literal + comment)).next()?.notes
  }

  @Test(arguments: [
    ("# sparsepipe", Notes()),
    ("#sparsepipe  record=2 ", Notes(recordRank: 2)),
    ("# sparsepipe colour=blue record=2 hello", Notes(recordRank: 2)),
    ("# another program record=abc", Notes()),
    ("# sparsepipes record=abc", Notes()),
    ("# sparsepipe dc=0 record=3", Notes(recordRank: 3)),
    ("# of another\n# sparsepipe model=7", Notes(model: "7")),
    (
      "# sparsepipe record=1 image=7x8 stride=3 padding=1 cover=1",
      Notes(
        recordRank: 1,
        grid: GridGeometry(imageHeight: 7, imageWidth: 8, stride: 3, padding: 1, covers: true))
    ),
    (
      "# sparsepipe name=caf%C3%A9%20%FF.png",
      Notes(imageName: Array("café ".utf8) + [255] + Array(".png".utf8))
    ),
  ])
  func reading(comment: String, expected: Notes) throws {
    #expect(try notes(comment) == expected)
  }

  @Test(arguments: [
    ("record=abc", "record", "abc", "a number from 0 to 3"),
    ("record=4", "record", "4", "a number from 0 to 3"),
    ("record=-1", "record", "-1", "a number from 0 to 3"),
    ("record=", "record", "", "a number from 0 to 3"),
    ("record=1 record=1", "record", "1", "it once"),
    ("model=", "model", "", "text with %XX escapes"),
    ("pools=a%2", "pools", "a%2", "text with %XX escapes"),
    ("pools=a%zz", "pools", "a%zz", "text with %XX escapes"),
    ("dc=2", "dc", "2", "a number from 0 to 1"),
    ("trace=11", "trace", "11", "a number from 0 to 1"),
    ("domain=raw", "domain", "raw", "preprocessed"),
    ("image=5x6", "image", "5x6", "a note of the stride with it"),
    ("image=5 stride=1", "image", "5", "HEIGHTxWIDTH, each a number from 1 on"),
    ("image=5x6x7 stride=1", "image", "5x6x7", "HEIGHTxWIDTH, each a number from 1 on"),
    ("image=5x stride=1", "image", "5x", "HEIGHTxWIDTH, each a number from 1 on"),
    ("image=+5x6 stride=1", "image", "+5x6", "HEIGHTxWIDTH, each a number from 1 on"),
    (
      "image=5x99999999999999999999 stride=1", "image", "5x99999999999999999999",
      "HEIGHTxWIDTH, each a number from 1 on"
    ),
    ("image=0x0 stride=1", "image", "0x0", "HEIGHTxWIDTH, each a number from 1 on"),
    ("image=5x0 stride=1", "image", "5x0", "HEIGHTxWIDTH, each a number from 1 on"),
    ("image=-5x6 stride=1", "image", "-5x6", "HEIGHTxWIDTH, each a number from 1 on"),
    (
      "image=5x6 stride=99999999999999999999", "stride", "99999999999999999999",
      "a number from 1 on"
    ),
    ("image=5x6 stride=1 padding=-1", "padding", "-1", "a number from 0 on"),
    ("image=5x6 stride=1 cover=2", "cover", "2", "a number from 0 to 1"),
    ("cover=1", "cover", "1", "a note of the image with it"),
    ("record=3 trace=1", "trace", "1", "a batch axis of steps"),
    ("name=", "name", "", "text with %XX escapes"),
    ("name=a/b", "name", "a/b", "the name of a file without its folder"),
    ("name=a%00b", "name", "a%00b", "the name of a file without its folder"),
    ("image=5x6 stride=0", "stride", "0", "a number from 1 on"),
    ("image=5x6 stride=1 padding=x", "padding", "x", "a number from 0 on"),
    ("stride=1", "stride", "1", "a note of the image with it"),
    ("padding=1", "padding", "1", "a note of the image with it"),
  ])
  func malformed(words: String, name: String, value: String, expected: String) {
    let found = problem { _ = try notes("# sparsepipe " + words) }
    #expect(found == .malformedNote(name: name, value: value, expected: expected))
    #expect(found?.description == "note \(name)=\(value), expected \(expected)")
  }

  @Test func notesBeyondAHeader() throws {
    try withTemporaryFile { path in
      let writer = TensorWriter(try .file(path))
      #expect(throws: (any Error).self) {
        try writer.begin(shape: [0], notes: Notes(pools: String(repeating: "p", count: 65536)))
      }
    }
  }
}
