#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Text that the system gave: names of files, arguments, values of the environment. To the system they
/// are bytes, mostly UTF-8 but of any value, and what it gets back must be the same bytes.
///
/// In a `String` a byte that is no part of UTF-8 is one of 256 scalars for private use, U+10F700 plus
/// its value. Where such a scalar itself is in a name, its four bytes are told in the same way, so
/// that no two names have one text.
extension String {
  private static let escapes: ClosedRange<UInt32> = 0x10F700...0x10F7FF

  /// The text of bytes that the system gave.
  public init(systemBytes bytes: some Sequence<UInt8>) {
    self.init()
    let bytes = Array(bytes)
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var position = 0
    while true {
      let length: Int
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: return
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        length = encoded.count
        if !Self.escapes.contains(scalar.value) {
          unicodeScalars.append(scalar)
          position += length
          continue
        }
      case .error(let count): length = count
      }
      for byte in bytes[position..<position + length] {
        unicodeScalars.append(Unicode.Scalar(Self.escapes.lowerBound + UInt32(byte))!)
      }
      position += length
    }
  }

  /// The text of a C string that the system gave.
  public init(system string: UnsafePointer<CChar>) {
    self.init(
      systemBytes: UnsafeRawBufferPointer(start: string, count: strlen(string)))
  }

  /// The bytes that the system knows this text by.
  public var systemBytes: [UInt8] {
    unicodeScalars.flatMap { scalar in
      scalar.systemByte.map { [$0] } ?? Array(String(scalar).utf8)
    }
  }

  /// The same for people: a byte that is no UTF-8 is `\xff`.
  public var withVisibleBytes: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if let byte = scalar.systemByte {
        text += "\\x" + String(byte, radix: 16)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// The same as a C string, for calls of the system: every name of a file goes through this.
  var cString: [CChar] { (systemBytes + [0]).map(CChar.init(bitPattern:)) }

  /// Of a path what stands before its last name, the slash included, and that name. A slash is one
  /// whatever follows it, also a mark that would be one character with it.
  var folderAndName: (folder: String, name: String) {
    let slash = utf8.lastIndex(of: UInt8(ascii: "/"))
    let start = slash.map { utf8.index(after: $0) } ?? startIndex
    return (String(self[..<start]), String(self[start...]))
  }
}

extension Unicode.Scalar {
  /// The byte that it stands for in text of the system where that was no UTF-8.
  fileprivate var systemByte: UInt8? {
    let escape = value &- 0x10F700
    return escape <= 0xFF ? UInt8(escape) : nil
  }
}
