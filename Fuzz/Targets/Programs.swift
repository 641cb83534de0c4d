import ByteIO
import CommandLineSupport
import Imaging
import Inference
import Inspection
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream
import Training

/// What a program does with a stream, in this process: the first byte chooses the program, the second
/// its options, the rest is the input.
func fuzzProgram(_ bytes: [UInt8]) throws {
  guard bytes.count >= 2 else { return }
  let stream = streamBytes(Array(bytes.dropFirst(2)))
  let input = ByteReader(stream)
  let options = Int(bytes[1])
  switch bytes[0] % 8 {
  case 0: try map(input) { try SampleModels.encodingMap($0, options) }
  case 1:
    try map(input) {
      try RecordMap(decoding: $0, of: 5, by: SampleModels.dictionary, called: "model")
    }
  case 2: try pool(input, options)
  case 3:
    try map(input) { try SampleModels.classifyingMap($0) }
  case 4: try cut(stream, options)
  case 5: try reassemble(input, options)
  case 6: try draw(input, options)
  default: try look(input, options)
  }
}

private func map(_ input: ByteReader, _ plan: (ArrayHeader) throws -> RecordMap) throws {
  try TensorReader(input).mapRecords(
    to: CheckingSink(), on: Threads(1), allowsNonFinite: false, plan)
}

private func pool(_ input: ByteReader, _ options: Int) throws {
  let notation = [nil, "torus:2x2:2:1:gauss", "consecutive:1", "consecutive:2"][options & 3]
  let mode = PoolLayout.Reduction.allCases[(options >> 2) % 3]
  let windows: SpatialPooling.Windows? =
    [nil, .sliding(size: 2, stride: 1), .grid(rows: 2, columns: 1), nil][options >> 5 & 3]
  let source = try PoolSource(pools: notation.map { try PoolChoice($0) }, modelPath: nil)
  try map(input) { try source.map($0, by: mode, over: windows) }
}

private func cut(_ stream: [UInt8], _ options: Int) throws {
  let isColor = options & 1 != 0
  let files = ImageFiles(count: 1, channels: isColor ? .color : .grey, refusesMaps: isColor) { _ in
    ByteReader(stream)
  }
  let size = PatchCutter.Size.window(height: 1 + options >> 1 & 3, width: 1 + options >> 2 & 3)
  let cutter = PatchCutter(
    size: options & 64 != 0 ? .full : size, stride: 1 + options >> 4 & 1,
    covers: options & 2 != 0,
    preparation: ImagePreparation(contrast: options & 32 != 0 ? .normalized(window: 3) : .asItIs))
  let sink = CheckingSink()
  if options & 128 != 0, options & 64 == 0 {
    _ = try cutter.sample(2, seed: 1, to: sink, files)
  } else {
    _ = try cutter.cut(files, to: sink) { _, _, _ in }
  }
  sink.finish()
}

private func reassemble(_ input: ByteReader, _ options: Int) throws {
  let assembly = PatchAssembly(
    stride: options & 1 != 0 ? 1 + options >> 1 & 7 : nil, padding: options & 16 != 0 ? 1 : nil)
  try assembly.run(TensorReader(input)) { image, grid in
    precondition(image.height <= grid.imageHeight && image.width <= grid.imageWidth)
    _ = try encodePNG(image)
  }
}

private func draw(_ input: ByteReader, _ options: Int) throws {
  let record: RecordChoice? = [nil, .rank(2), .rank(3), .shape([2, 2])][options & 3]
  let tiles = try Tiles(
    reading: TensorReader(input), record: options & 4 != 0 ? nil : record, maps: options & 4 != 0,
    limit: 16)
  let picture = try tiles.picture(contrast: nil, columns: nil, gap: 1, scale: 1)
  _ = try encodePNG(picture)
}

private func look(_ input: ByteReader, _ options: Int) throws {
  switch options & 3 {
  case 0: _ = try TrainingSet(reading: TensorReader(input))
  case 1:
    try ArrayComparison.compareInTwos(TensorReader(input)) {
      precondition(!ComparisonReport($0).line.isEmpty)
    }
  default:
    let report = try Report(input)
    precondition(!report.text().isEmpty)
    _ = try report.json()
  }
}

/// A stream as it is, or made of text: bytes that begin with a brace are a header's literal, up to
/// the first line's end, and the array's data, which are lengthened until they are enough.
private func streamBytes(_ bytes: [UInt8]) -> [UInt8] {
  guard bytes.first == UInt8(ascii: "{") else { return bytes }
  let literal = bytes.prefix { $0 != 0x0a }
  let length = withUnsafeBytes(of: UInt32(literal.count).littleEndian) { Array($0) }
  let start = [0x93] + Array("NUMPY".utf8) + [2, 0] + length + literal
  let data = Array(bytes.dropFirst(literal.count + 1))
  let header = try? TensorReader(ByteReader(start)).next()
  guard let missing = header.map({ $0.byteCount - data.count }), (1...1 << 14).contains(missing)
  else { return start + data }
  return start + data + (0..<missing).map { UInt8($0 % 4 == 3 ? 0x3e : $0 % 251) }
}
