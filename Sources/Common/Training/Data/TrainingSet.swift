import ByteIO
import LinearAlgebra
import ModelFile
import TensorStream

/// The records that `fit` reads, open to several passes in any order.
///
/// Up to ``memoryLimit`` they are held in memory. Past it, a regular file of Float32 is read where it
/// lies, and anything else goes to a temporary file without a name.
public final class TrainingSet {
  /// Bytes of records held in memory.
  public static let memoryLimit = 1 << 30

  /// What messages call the input.
  public private(set) var name: String
  /// The shape of one record; D is its product.
  public let recordShape: [Int]
  /// N.
  public private(set) var count = 0
  /// The size of the largest value.
  public private(set) var largestMagnitude: Float = 0
  /// Tells inputs apart: of all values, in order.
  public private(set) var digest = ""

  /// Where they come from, as far as all arrays say the same; nil where they are no features.
  public private(set) var features: FeatureSource?

  /// Records that were read, and the time that it took.
  public struct Reading: Sendable {
    public var count = 0
    public var time = Duration.zero

    public init() {}

    /// What was read since.
    public static func - (later: Reading, earlier: Reading) -> Reading {
      var reading = later
      reading.count -= earlier.count
      reading.time -= earlier.time
      return reading
    }
  }

  /// By ``records(_:)``, so far.
  public private(set) var reading = Reading()

  private enum Storage {
    case memory([Float])
    case scratch(ScratchFile)
    /// The input file itself.
    case file(DescriptorSource)
  }

  /// A run of records in the input file.
  private struct Segment {
    let firstRecord: Int
    let byteOffset: Int
  }

  private var storage = Storage.memory([])
  private var segments: [Segment] = []
  /// Whether all arrays so far can be read again where they lie.
  private var isWhollyReadable = true
  /// Of the first array; more than one file is not kept open.
  private var source: (any ByteSource)?

  /// D.
  public var recordLength: Int { recordShape.reduce(1, *) }

  /// Reads the whole stream.
  /// - Parameters:
  ///   - record: the record's shape or rank where the command line names it.
  ///   - recordShape: the record's shape where a model says it, whatever the notes say.
  ///   - check: refuses arrays that are not what the records have to be.
  ///   - memoryLimit: bytes after which records leave memory.
  ///   - report: called now and then with the number of records that have been read.
  /// - Throws: ``TrainingProblem`` where the stream does not say what its records are, where arrays
  ///   differ in record shape, or where there is none; the stream's own problems.
  public init(
    reading reader: TensorReader, record: RecordChoice? = nil, recordShape: [Int]? = nil,
    memoryLimit: Int = memoryLimit, check: (ArrayHeader) throws -> Void = { _ in },
    report: (Int) -> Void = { _ in }
  ) throws {
    name = reader.name
    guard let first = try reader.next() else { throw StreamProblem.empty }
    self.recordShape = try naming(reader.name) {
      try check(first)
      return try recordShape ?? RecordChoice.resolve(record, for: first)
    }
    features = try naming(reader.name) { try FeatureSource(first.notes) }
    var content = ContentDigest()
    var header: ArrayHeader? = first
    while let current = header {
      try naming(reader.name) {
        try check(current)
        try self.check(current)
        try self.checkFeatures(current.notes)
      }
      try read(current, from: reader, &content, memoryLimit: memoryLimit, report)
      header = try reader.next()
    }
    if reader.name != name { name += " and others" }
    digest = content.hex
    guard count > 0 else {
      throw FileProblem(file: reader.name, problem: TrainingProblem.noRecords)
    }
  }

  /// Records by number, in the order asked for.
  /// - Returns: [indices, D].
  public func records(
    _ indices: some Collection<Int>, on threads: Threads = Threads(1)
  ) throws -> Matrix {
    let start = ContinuousClock.now
    let records = try gather(Array(indices), on: threads)
    reading.count += indices.count
    reading.time += .now - start
    return records
  }

  private func gather(_ indices: [Int], on threads: Threads) throws -> Matrix {
    if case .memory(let values) = storage {
      return Matrix(rowsAt: indices, of: values, columns: recordLength, on: threads)
    }
    var elements: [Float] = []
    elements.reserveCapacity(indices.count * recordLength)
    for index in indices { elements += try record(index) }
    return Matrix(rows: indices.count, columns: recordLength, elements: elements)
  }

  func record(_ index: Int) throws -> ArraySlice<Float> {
    let start = index * recordLength
    switch storage {
    case .memory(let values): return values[start..<start + recordLength]
    case .scratch(let file): return try file.read(count: recordLength, at: start)[...]
    case .file(let source):
      return try source.readFloats(count: recordLength, at: byteOffset(of: index))[...]
    }
  }

  private func byteOffset(of record: Int) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].firstRecord <= record { low = middle } else { high = middle }
    }
    return segments[low].byteOffset + 4 * (record - segments[low].firstRecord) * recordLength
  }

  private func check(_ header: ArrayHeader) throws {
    guard !header.elementType.isInteger else {
      throw TrainingProblem.integers(header.elementType.rawValue)
    }
    guard header.batchAxes(ofRecords: recordShape) != nil else {
      throw RecordProblem.changes(expected: recordShape, found: header.shape)
    }
  }

  private func checkFeatures(_ notes: Notes) throws {
    let found = try FeatureSource(notes)
    if let features, let found, found != features {
      throw TrainingProblem.otherFeatures(expected: features, found: found)
    }
    if found == nil { features = nil }
  }

  private func read(
    _ header: ArrayHeader, from reader: TensorReader, _ content: inout ContentDigest,
    memoryLimit: Int, _ report: (Int) -> Void
  ) throws {
    reader.recordLength = recordLength
    let offset = (reader.bytes.source as? DescriptorSource)?.startOffset ?? 0
    segments.append(Segment(firstRecord: count, byteOffset: offset + reader.elementsOffset))
    source = source ?? reader.bytes.source
    let isReadable = header.isNativeFloat32 && source === reader.bytes.source
    let descriptor = isReadable ? source as? DescriptorSource : nil
    let file = descriptor?.regularFileSize != nil ? descriptor : nil
    if case .file = storage, file == nil { try moveToScratch() }
    let block = max(1, ByteReader.blockSize / (4 * recordLength)) * recordLength
    while reader.remaining > 0 {
      let values = try reader.readFloats(upTo: block)
      content.update(values)
      for value in values { largestMagnitude = max(largestMagnitude, abs(value)) }
      try keep(values)
      count += values.count / recordLength
      report(count)
      if case .memory(let held) = storage, held.count * 4 > memoryLimit {
        if let file, isWhollyReadable { storage = .file(file) } else { try moveToScratch() }
      }
    }
    isWhollyReadable = isWhollyReadable && file != nil
  }

  private func keep(_ values: [Float]) throws {
    switch storage {
    case .memory(var held):
      storage = .memory([])  // so that `held` is the only reference and grows in place
      held += values
      storage = .memory(held)
    case .scratch(let file): try file.append(values)
    case .file: break
    }
  }

  private func moveToScratch() throws {
    let file = try ScratchFile()
    if case .memory(let held) = storage {
      try file.append(held)
    } else {
      for index in 0..<count { try file.append(Array(record(index))) }
    }
    storage = .scratch(file)
  }
}

extension FeatureSource {
  fileprivate init?(_ notes: Notes) throws {
    try self.init(model: notes.featureModel, pooling: notes.pooling)
  }
}
