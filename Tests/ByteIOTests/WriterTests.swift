import ByteIO
import Foundation
import TestSupport
import Testing

@Suite struct WriterTests {
  private func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ $0 >> 9) }
  }

  @Test func anAtomicFile() throws {
    let folder = try TemporaryFolder()
    let bytes = pattern(1_000_001)
    let writer = try ByteWriter.file(folder.file("out"))
    try writer.write(bytes[..<300_000])
    try bytes[300_000...].withUnsafeBytes { try writer.write($0) }
    #expect(try !folder.names().contains("out"))
    try writer.finish()
    #expect(try folder.names() == ["out"] && folder.read("out") == bytes)
  }

  @Test func aWriterThatIsNeverFinished() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "out")
    do {
      let writer = try ByteWriter.file(folder.file("out"))
      try writer.write(pattern(600_000))
    }
    #expect(try folder.names() == ["out"] && folder.read("out") == Array("old".utf8))
  }

  @Test func theLastByteOfMuchIsKept() throws {
    let folder = try TemporaryFolder()
    let (log, bytes) = (try ByteWriter.log(folder.file("log")), pattern(700_000))
    try log.write([9])
    log.beginPart()
    try bytes.withUnsafeBytes { try log.write($0) }
    #expect(try folder.read("log") == [9] + bytes.dropLast())
    log.beginPart()
    try bytes.withUnsafeBytes { try log.write($0) }
    #expect(try folder.read("log") == [9] + bytes + bytes.dropLast())
    try log.finish()
    #expect(try folder.read("log") == [9] + bytes + bytes)
  }

  @Test func theLastByteIsKept() throws {
    let folder = try TemporaryFolder()
    let log = try ByteWriter.log(folder.file("log"))
    try log.write([1, 2, 3])
    try log.sendAllButLast()
    #expect(try folder.read("log") == [1, 2])
    try log.sendAllButLast()
    #expect(try folder.read("log") == [1, 2])
    try log.write([4])
    try log.sendAll()
    #expect(try folder.read("log") == [1, 2, 3, 4])
    try log.finish()
  }

  /// Whatever the lengths of the parts, what is sent is what was written, in order.
  @Test(arguments: [1, 2, 3, 100, 4095, 4096, 4097, 70_000, 262_144, 262_145, 800_000])
  func partsOfAnyLength(_ length: Int) throws {
    let folder = try TemporaryFolder()
    let log = try ByteWriter.log(folder.file("log"))
    var expected: [UInt8] = []
    for number in 0..<max(12, min(3000, 1_000_000 / length)) {
      let part = pattern(length + number % 3 - (length > 1 ? 1 : 0))
      log.beginPart()
      // From where they lie, or one after another.
      if number.isMultiple(of: 2) {
        try part.withUnsafeBytes { try log.write($0) }
      } else {
        try log.write(part)
      }
      expected += part
    }
    try log.finish()
    #expect(try folder.read("log") == expected)
  }

  @Test func placesWhereNothingCanBeWritten() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "file")
    let long = String(repeating: "n", count: 256)
    for name in ["missing/out", "file/out", long] {
      let problem = #expect(throws: FileProblem.self) { try ByteWriter.file(folder.file(name)) }
      #expect(problem?.description.hasPrefix("\(folder.file(name)): cannot open: ") == true)
    }
    #expect(throws: FileProblem.self) { try ByteWriter.file("") }
    #expect(throws: FileProblem.self) { try ByteWriter.file(folder.path) }
    #expect(throws: FileProblem.self) { try ByteWriter.log(folder.path) }
    #expect(try folder.names() == ["file"])
  }

  @Test func severalAtATime() throws {
    let folder = try TemporaryFolder()
    let writers = try (0..<5).map { try ByteWriter.file(folder.file("\($0)")) }
    for (number, writer) in writers.enumerated() { try writer.write([UInt8(number)]) }
    for writer in writers.reversed() { try writer.finish() }
    for number in 0..<5 { #expect(try folder.read("\(number)") == [UInt8(number)]) }
    #expect(try folder.names().count == 5)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func aFullDisk() throws {
    let writer = try ByteWriter.file("/dev/full")
    try writer.write([1])
    let problem = #expect(throws: FileProblem.self) { try writer.finish() }
    #expect(problem?.description == "/dev/full: cannot write: no space left on device")
  }

  @Test func problemsKeepTheirFirstName() {
    let inner = #expect(throws: FileProblem.self) {
      try naming("outer") { try naming("inner") { throw SystemProblem.hasShrunk } }
    }
    #expect(inner?.description == "inner: has become shorter while it was being read")
  }
}
