import ByteIO

/// The formats that programs take images from.
public enum ImageFormat: Equatable, Sendable {
  case png, pnm, idx
  /// NumPy arrays. They are recognised here and read as a tensor stream.
  case npy

  static let npyMagic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Whether a file begins as one of pictures does, perhaps gzipped.
  static func isPicture(_ start: [UInt8]) -> Bool {
    start.starts(with: PNGHeader.signature) || PNMHeader.matches(start[...])
      || start.starts(with: [0, 0]) || start.starts(with: GzipSource.magic)
  }

  /// The format of a file by its first bytes.
  ///
  /// - Parameters:
  ///   - start: the first 12 bytes, or fewer of a short file.
  ///   - name: the file's, for the command in the message.
  /// - Throws: ``ImageFormatProblem``.
  static func sniffed(_ start: [UInt8], name: String) throws -> ImageFormat {
    if start.isEmpty { throw ImageFormatProblem.empty }
    if start.starts(with: PNGHeader.signature) { return .png }
    if start.starts(with: npyMagic) { return .npy }
    if PNMHeader.matches(start[...]) { return .pnm }
    if start.starts(with: [0, 0]) { return .idx }
    if let foreign = ForeignFormat(start) {
      throw ImageFormatProblem.foreign(foreign, file: name)
    }
    throw ImageFormatProblem.unknown(start: Array(start.prefix(4)))
  }
}

/// A format that another command turns into PNM.
public enum ForeignFormat: String, Sendable {
  case jpeg = "JPEG"
  case gif = "GIF"
  case tiff = "TIFF"
  case webp = "WebP"
  case bmp = "BMP"
  case pam = "PAM"

  init?(_ start: [UInt8]) {
    let text = String(decoding: start, as: UTF8.self)
    if start.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if text.hasPrefix("GIF8") {
      self = .gif
    } else if text.hasPrefix("II*\0") || text.hasPrefix("MM\0*") {
      self = .tiff
    } else if start.starts(with: Array("RIFF".utf8))
      && start.dropFirst(8).elementsEqual("WEBP".utf8)
    {
      self = .webp
    } else if text.hasPrefix("BM") {
      self = .bmp
    } else if text.hasPrefix("P7") {
      self = .pam
    } else {
      return nil
    }
  }

  /// The command that writes `file` as PNM.
  /// - Parameter file: the file's name, nil for standard input.
  func command(for file: String?) -> String {
    let name: String =
      switch self {
      case .jpeg: "djpeg"
      case .gif: "giftopnm"
      case .tiff: "tifftopnm"
      case .webp: "dwebp -ppm -o -"
      case .bmp: "bmptopnm"
      case .pam: "pamtopnm"
      }
    guard let file else { return self == .webp ? "\(name) -- -" : name }
    return "\(name) \(Self.quoted(file))"
  }

  /// `file` as one word of a shell command.
  private static func quoted(_ file: String) -> String {
    let isPlain = file.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 >= 0x80 || "/._-+,:@%".utf8.contains($0)
    }
    if isPlain { return file }
    return "'"
      + file.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}

/// What can be wrong with a file that should hold images, before its format is known.
public enum ImageFormatProblem: Problem, Equatable {
  case empty
  /// The file begins like no format we know.
  case unknown(start: [UInt8])
  /// The file is of a format that another command can turn into PNM.
  case foreign(ForeignFormat, file: String)
  /// The file is NPY, whose arrays are no images of this module.
  case array

  public var description: String {
    switch self {
    case .empty: "empty, expected an image"
    case .unknown(let start):
      "begins with \(Self.hex(start)), expected a PNG, PNM, IDX or NPY file"
    case .foreign(let format, let file):
      "a \(format.rawValue); try \(format.command(for: file == "<stdin>" ? nil : file)) | patches"
    case .array: "an NPY array, expected an image"
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
