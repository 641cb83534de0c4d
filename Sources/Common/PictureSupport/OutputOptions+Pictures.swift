import ByteIO
import CommandLineSupport
import Imaging

extension OutputOptions {
  /// The output of a program that writes pictures: the first of them, where their names have numbers.
  public var namedPictures: [NamedFile] {
    .outputOrStandard(output.map { $0 == "-" || $0.isEmpty ? $0 : PictureName($0).path(0) })
  }

  /// Where pictures go, as PNG: to a file, to numbered files (`%d`), or to standard output.
  /// - Throws: ``UsageProblem`` where that is a terminal, or a file by its name of another format.
  public func pictures() throws -> PictureWriter {
    guard !isTerminal else {
      throw UsageProblem("writes a picture, not to a terminal; name a file with -o picture.png")
    }
    let name = output.map { PictureName($0) }
    if let output, let format = name?.otherFormat {
      throw UsageProblem("-o \(output): pictures are written as PNG, not \(format); name it .png")
    }
    return try PictureWriter(name, standardOutput: open)
  }
}
