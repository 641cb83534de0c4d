import ByteIO
import TensorStream

extension [Int32] {
  /// The labels of the file at `path`: IDX (also gzipped), NPY arrays of integers one after another, or text.
  /// - Throws: ``LabelProblem`` and the problems of the formats, with the file's name.
  public static func labels(in path: String) throws -> [Int32] {
    let bytes = try ByteReader(path: path)
    guard try [UInt8](bytes.peek(6)) == ImageFormat.npyMagic else { return try readLabels(bytes) }
    let reader = TensorReader(bytes)
    guard try reader.next() != nil else {
      throw FileProblem(file: bytes.name, problem: StreamProblem.empty)
    }
    var labels = try reader.readIntegers()
    while try reader.next() != nil { labels += try reader.readIntegers() }
    return labels
  }
}

/// Labels read for all images of a sequence and written for those that were taken.
public final class LabelSelection {
  private let path: String
  private let labels: [Int32]
  private let file: ByteWriter
  private let output: TensorWriter

  /// Reads the labels and opens the output.
  public init(reading path: String, writing output: String) throws {
    self.path = inputName(path)
    labels = try .labels(in: path)
    file = try ByteWriter.file(output)
    self.output = TensorWriter(file)
  }

  /// Writes the labels of what was taken, in that order, as `<i4`; ``finish()`` makes them a file.
  /// - Throws: ``LabelProblem/countDiffers(labels:images:)`` unless every image has a label and every
  ///   label an image: other labels than the images' own would go unnoticed.
  public func write(_ taken: PatchCutter.Taken) throws {
    guard labels.count == taken.imageCount else {
      throw FileProblem(
        file: path,
        problem: LabelProblem.countDiffers(labels: labels.count, images: taken.imageCount))
    }
    try output.begin(shape: [taken.owners.count], elementType: .int32)
    try output.write(taken.owners.map { labels[$0] })
    // A full disk is known before the images are in their place.
    try file.sendAllButLast()
  }

  /// Puts the labels in their place, once the images are in theirs.
  public func finish() throws { try output.finish() }
}
