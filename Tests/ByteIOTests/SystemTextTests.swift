import ByteIO
import Foundation
import TestSupport
import Testing

/// Names of files: bytes, whatever they are.
@Suite struct SystemTextTests {
  /// Text that is UTF-8 is that text, also where characters are made of several scalars.
  @Test(arguments: [
    "", "a.npy", "höhe/ﬁ.npy", "a\u{301}/\u{301}b", "\u{10F6FF}\u{10F800}", "👩‍👩‍👧\u{0}",
  ])
  func plainText(_ text: String) {
    let read = String(systemBytes: text.utf8)
    #expect(read.unicodeScalars.elementsEqual(text.unicodeScalars))
    #expect(read.systemBytes == Array(text.utf8))
  }

  /// Every sequence of up to three of the bytes that UTF-8 treats in different ways, and of four around
  /// the scalars that stand for bytes: bytes in, the same bytes out.
  @Test func everyByteComesBack() {
    let kinds: [UInt8] = [
      0x00, 0x2F, 0x41, 0x7F, 0x80, 0x8F, 0x9F, 0xA0, 0xBF, 0xC0, 0xC3, 0xE0, 0xED, 0xEF, 0xF0,
      0xF4,
      0xF5, 0xFF,
    ]
    var words: [[UInt8]] = [[]] + (0...255).map { [UInt8($0)] }
    for a in kinds { for b in kinds { for c in kinds { words += [[a, b], [a, b, c]] } } }
    for b in UInt8(0x9B)...0x9F {
      for c in UInt8(0x80)...0xBF { words.append([0xF4, 0x8F, b, c]) }
    }
    for value in UInt32(0x10F6F0)...0x10F810 {
      words.append(Array(String(UnicodeScalar(value)!).utf8))
    }
    var texts: Set<[UInt32]> = []
    for word in words {
      let text = String(systemBytes: word)
      #expect(text.systemBytes == word, "\(word)")
      texts.insert(text.unicodeScalars.map(\.value))
    }
    #expect(texts.count == Set(words).count)
    #expect(String(systemBytes: [0x6F, 0xFF, 0x80, 0xC3, 0xA9]).withVisibleBytes == "o\\xff\\x80é")
  }

  /// Files are written, replaced and read under such names, and no others.
  @Test func files() throws {
    let folder = try TemporaryFolder()
    for name in [[0x6F, 0xFF], Array("o\u{FFFD}".utf8), Array("o/\u{301}".utf8), [0xC3, 0x28]] {
      let path = folder.path + "/" + String(systemBytes: name)
      if name.contains(0x2F) {
        try FileManager.default.createDirectory(
          atPath: folder.file("o"), withIntermediateDirectories: true)
      }
      for _ in 0..<2 {
        let writer = try ByteWriter.file(path)
        try writer.write(name)
        try writer.finish()
      }
      #expect(try ByteReader(path: path).read(upTo: 10) == name)
      #expect(FilePlace(path) != nil && isRegularFile(path))
    }
    #expect(FilePlace(folder.file("caf\u{E9}")) != FilePlace(folder.file("cafe\u{301}")))
    #expect(FilePlace(folder.file("x")) == FilePlace(folder.file("./x")))
  }
}
