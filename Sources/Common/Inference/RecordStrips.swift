import ByteIO
import LinearAlgebra
import TensorStream

/// A way to map records that are too large to be held: in strips, each of which depends on a part of its record.
struct RecordStrips: Sendable {
  /// Makes elements of the output out of what comes of the strips of a record, one after another.
  typealias Join = (_ parts: [Matrix], _ strip: Int) -> [Float]

  /// How many strips a record has; at least one.
  let count: Int
  /// The elements of the input record that a strip depends on. Both ends rise from strip to strip; strips may share
  /// elements, and leave some out.
  let input: @Sendable (_ strip: Int) -> Range<Int>
  /// Maps what a strip depends on, [1, those elements]; called from several threads.
  let apply: @Sendable (_ x: Matrix, _ strip: Int) throws -> [Matrix]
  /// What is done before that, one after another, where it is several maps.
  let earlier: [@Sendable (_ x: Matrix, _ strip: Int) throws -> Matrix]
  /// Begins a record, where strips are not independent; nil where each gives one matrix, its elements of the output.
  let join: (@Sendable () -> Join)?

  init(
    count: Int, input: @escaping @Sendable (Int) -> Range<Int>,
    apply: @escaping @Sendable (Matrix, Int) throws -> [Matrix],
    earlier: () -> [@Sendable (Matrix, Int) throws -> Matrix] = { [] },
    join: (@Sendable () -> Join)? = nil
  ) {
    self.count = count
    self.input = input
    self.apply = apply
    self.earlier = earlier()
    self.join = join
  }
}

/// What a strip depends on, [1, elements].
private struct StripInput: Sendable {
  let record, strip: Int
  let x: Matrix
}

private struct StripResult: Sendable {
  let record, strip: Int
  let parts: [Matrix]
}

/// What the strips of an array's records depend on, one after another.
private struct StripReader {
  private let reader: TensorReader
  private let strips: RecordStrips
  private let recordLength: Int
  private let recordCount: Int
  private var record = 0
  private var strip = 0
  /// The elements of the record from `first` on that have been read and may be wanted again.
  private var held: [Float] = []
  private var first = 0

  init(_ reader: TensorReader, _ strips: RecordStrips, recordLength: Int) {
    self.reader = reader
    self.strips = strips
    self.recordLength = recordLength
    recordCount = reader.remaining / recordLength
  }

  var hasOne: Bool { recordCount * strips.count == 1 }

  /// Nil where the array has ended.
  mutating func next() throws -> StripInput? {
    if strip == strips.count {
      try move(to: recordLength)
      (record, strip, held, first) = (record + 1, 0, [], 0)
    }
    guard record < recordCount else { return nil }
    let range = strips.input(strip)
    try move(to: range.lowerBound)
    let missing = max(0, range.upperBound - first - held.count)
    let read = try reader.readFloats(upTo: missing)
    held = held.isEmpty ? read : held + read
    defer { strip += 1 }
    return StripInput(
      record: record, strip: strip, x: Matrix(rows: 1, columns: held.count, elements: held))
  }

  /// Lets go of what lies before an element of the record, read or not.
  private mutating func move(to element: Int) throws {
    let read = min(element - first, held.count)
    if read > 0 { held = read == held.count ? [] : Array(held[read...]) }
    first += read
    while first < element {
      first += try reader.readFloats(upTo: min(element - first, largestBlock / 4)).count
    }
  }
}

extension TensorReader {
  /// Maps an array whose records are taken in strips.
  func mapStrips(
    to sink: any TensorSink, _ map: RecordMap, _ strips: RecordStrips, _ threads: Threads,
    _ allowsNonFinite: Bool
  ) throws {
    var pieces = StripReader(self, strips, recordLength: map.inputLength)
    let threads = pieces.hasOne ? Threads(1) : threads
    let name = name
    var join: RecordStrips.Join?
    @Sendable func check(_ elements: [Float], _ record: Int) throws {
      guard allowsNonFinite || areFinite(elements) else {
        throw ResultProblem.notFinite(record: record)
      }
    }
    try threads.pipeline {
      try pieces.next()
    } map: { piece -> StripResult in
      try naming(name) {
        let x = try strips.earlier.reduce(piece.x) { x, stage in
          let result = try stage(x, piece.strip)
          try check(result.elements, piece.record)
          return result
        }
        let parts = try strips.apply(x, piece.strip)
        if strips.join == nil { try check(parts[0].elements, piece.record) }
        return StripResult(record: piece.record, strip: piece.strip, parts: parts)
      }
    } write: { result in
      if result.strip == 0 { join = strips.join?() }
      guard let join else { return try sink.write(result.parts[0].elements) }
      let elements = join(result.parts, result.strip)
      try naming(name) { try check(elements, result.record) }
      try sink.write(elements)
    }
  }
}
