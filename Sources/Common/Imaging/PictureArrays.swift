import ByteIO
import TensorStream

/// The arrays of a file: those of a tensor stream, or its pictures as `patches --size full` writes
/// them, but with the channels that they have: `[1,H,W,C]` each, `[N,H,W,C]` of IDX.
/// - Throws: ``ImageFormatProblem`` for a picture of a format that is not read here.
public func arraysOrPictures(_ bytes: ByteReader) throws -> TensorReader {
  let start = try Array(bytes.peek(12))
  guard ImageFormat.isPicture(start) || ForeignFormat(start) != nil else {
    return TensorReader(bytes)
  }
  let file = try ImageFile(bytes)
  if file.format == .npy { return TensorReader(file.bytes) }
  return TensorReader(ByteReader(PictureArrays(file)))
}

/// The bytes of the tensor stream that a file of pictures would be.
private final class PictureArrays: ByteSource {
  var name: String { file.bytes.name }
  private let file: ImageFile
  private var header: [UInt8] = []
  private var pixels: [Float] = []
  /// Bytes of the header and of the pixels that have been read.
  private var position = 0
  private var leftInArray = 0
  private var hasBegun = false

  init(_ file: ImageFile) { self.file = file }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if position == header.count + 4 * pixels.count {
      guard try readNext() else { return 0 }
    }
    let copied: Int
    if position < header.count {
      copied = min(buffer.count, header.count - position)
      buffer.copyBytes(from: header[position..<position + copied])
    } else {
      copied = pixels.withUnsafeBytes { bytes in
        let rest = bytes[(position - header.count)...].prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
      }
    }
    position += copied
    return copied
  }

  /// - Returns: whether there is another picture.
  private func readNext() throws -> Bool {
    header = []
    if leftInArray == 0 {
      guard let info = try file.nextInfo() ?? infoOfNone else { return false }
      hasBegun = true
      leftInArray = file.declaredCount ?? 1
      let shape = [leftInArray, info.height, info.width, info.channels]
      header = try ArrayHeader(
        elementType: .float32, shape: shape, notes: Notes(recordRank: 3)
      ).bytes()
    }
    position = 0
    pixels = []
    if leftInArray > 0 {
      pixels = try file.next()?.pixels ?? []
      leftInArray -= 1
    }
    return true
  }

  /// The shape of a file that declares to hold no images, for one array of none.
  private var infoOfNone: ImageInfo? {
    file.declaredCount == 0 && !hasBegun ? file.declaredInfo : nil
  }
}
