import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging

/// Which files are read.
struct InputOptions: ParsableArguments, NamesFiles {
  @Argument(
    help: ArgumentHelp(
      "Image files, - for standard input (default: standard input).", valueName: "image"),
    completion: .file())
  var files: [String] = []

  @Option(
    name: .customLong("files-from"),
    help: ArgumentHelp(
      "Read the names of image files from this file, one a line; - for standard input.",
      valueName: "file"),
    completion: .file())
  var list: String?

  @Flag(
    name: .customShort("0"), help: "A zero byte, and no newline, ends each name of --files-from.")
  var endsWithZero = false

  @Flag(
    name: .customLong("skip-bad"),
    help: "Leave out files that are bad, report and count them, and end with status 1.")
  var skipsBad = false

  func validate() throws {
    if list == nil, endsWithZero { throw ValidationError("-0 has no effect without --files-from") }
    if list != nil, !files.isEmpty {
      throw ValidationError("--files-from names the images; give no others beside it")
    }
  }

  /// What --skip-bad leaves out need not be there; the names of a list are not known yet.
  var namedFiles: [NamedFile] {
    list == nil ? .inputs(files, mayBeBad: skipsBad) : .input("--files-from", list)
  }

  var isUsedForCutting: Bool { list != nil || skipsBad }

  /// The names of all files.
  func names() throws -> [String] {
    guard let list else { return files.isEmpty ? ["-"] : files }
    let bytes = try openFile(list, wanting: "names of image files")
    let names = try naming(bytes.name) {
      try Self.names(in: bytes, endingWith: endsWithZero ? 0 : UInt8(ascii: "\n"))
    }
    guard !names.isEmpty else { throw FileProblem(file: bytes.name, problem: ListProblem.empty) }
    if list == "-", names.contains("-") {
      throw FileProblem(file: bytes.name, problem: ListProblem.standardInput)
    }
    return names
  }

  /// The names in a list, empty ones left out; memory is that of the names.
  private static func names(in bytes: ByteReader, endingWith end: UInt8) throws -> [String] {
    var names: [String] = []
    var rest: [UInt8] = []
    while true {
      let part = try bytes.read(upTo: ByteReader.blockSize)
      rest += part
      var found = rest.split(separator: end, omittingEmptySubsequences: false)
      rest = part.isEmpty ? [] : Array(found.removeLast())
      for name in found where !name.isEmpty {
        // To the system it would end there.
        guard !name.contains(0) else { throw ListProblem.zeroByte(name: names.count) }
        names.append(String(systemBytes: name))
      }
      // More than any system takes; or what is no list at all.
      guard rest.count <= 1 << 16 else { throw ListProblem.tooLong(name: names.count) }
      if part.isEmpty { return names }
    }
  }

  enum ListProblem: Problem {
    case empty
    case standardInput
    case zeroByte(name: Int)
    case tooLong(name: Int)

    var description: String {
      switch self {
      case .empty: "names no images"
      case .standardInput: "names standard input, -, which holds the list"
      case .zeroByte(let name): "name \(name) holds a zero byte; where those end names, add -0"
      case .tooLong(let name): "name \(name) is longer than 65536 bytes"
      }
    }
  }
}

/// The files of a run, opened as often as they are read, and those of them that were left out.
final class InputFiles {
  let names: [String]
  private(set) var leftOut = 0
  private let isReadTwice: Bool
  /// What comes once and is read twice, by number.
  private var kept: [Int: RewindableSource] = [:]

  init(_ names: [String], isReadTwice: Bool) {
    self.names = names
    self.isReadTwice = isReadTwice
  }

  /// Finds out about the last of a thousand files before the first is read.
  func check() throws {
    for name in names where name != "-" { try checkReadable(name) }
  }

  func open(_ number: Int) throws -> ByteReader {
    let name = names[number]
    if let source = kept[number] {
      try source.rewind()
      return ByteReader(source)
    }
    let bytes = try openFile(name, wanting: "an image; try \(Process.name) image.png")
    guard isReadTwice, name == "-" || !isRegularFile(name),
      let source = bytes.source as? DescriptorSource
    else { return bytes }
    let rewindable = RewindableSource(source)
    kept[number] = rewindable
    return ByteReader(rewindable)
  }

  /// Says what is wrong with a file that is left out.
  func leaveOut(_ error: any Error) throws {
    guard let problem = error as? any Problem, !(problem is UsageProblem) else { throw error }
    Process.say(words(of: problem))
    leftOut += 1
  }

  /// Fails where files were left out.
  func finish() throws {
    if leftOut > 0 { throw LeftOut(count: leftOut, total: names.count) }
  }

  struct LeftOut: Problem {
    let count: Int
    let total: Int
    var description: String {
      "left out \(count) bad file\(count == 1 ? "" : "s") of \(total)"
    }
  }
}
