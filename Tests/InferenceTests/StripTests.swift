import ByteIO
import LinearAlgebra
import SparseCoding
import TensorStream
import TestSupport
import Testing

@testable import Inference

/// Records mapped in strips against the same mapped whole.
@Suite struct StripTests {
  /// Keeps what is written.
  private final class Sink: TensorSink {
    private(set) var elements: [Float] = []
    func begin(shape: [Int], notes: Notes) throws {}
    func write(_ values: [Float]) throws { elements += values }
    func finish() throws {}
  }

  /// What the loop of the filters makes of records, [N, D].
  private func mapped(
    _ x: Matrix, to length: Int, by strips: RecordStrips?, on threads: Int = 1,
    _ apply: @escaping @Sendable (Matrix) -> Matrix
  ) throws -> [Float] {
    let bytes = NPY(shape: [x.rows, x.columns], x.elements).bytes
    let reader = TensorReader(ByteReader(bytes + bytes))
    let sink = Sink()
    try reader.mapRecords(to: sink, on: Threads(threads), allowsNonFinite: false) { _ in
      var map = RecordMap(
        batchAxes: [x.rows], inputLength: x.columns, outputShape: [length],
        notes: Notes(recordRank: 1), apply: apply)
      map.strips = strips
      return map
    }
    return sink.elements
  }

  /// Whether strips of any number of rows, on any number of threads, give the same as the whole.
  private func expectSame(
    _ x: Matrix, to length: Int, rows: Int, whole apply: @escaping @Sendable (Matrix) -> Matrix,
    strips: (Int) throws -> RecordStrips
  ) throws {
    let whole = try mapped(x, to: length, by: nil, apply)
    #expect(whole.count == 2 * x.rows * length && whole.contains { $0 != 0 })
    for size in 1...rows + 1 {
      for threads in 1...3 {
        let strips = try strips(size)
        #expect(strips.count == (rows + size - 1) / size)
        let found = try mapped(x, to: length, by: strips, on: threads) { _ in
          preconditionFailure("a whole record")
        }
        #expect(sameBits(found, whole), "\(size) rows, \(threads) threads")
      }
    }
  }

  @Test("codes of images", arguments: TilingSample.all)
  func encoding(_ sample: TilingSample) throws {
    let weights = sample.weights(seed: 1)
    let encoder = Encoder(
      weight: weights, threshold: (0..<weights.rows).map { 0.1 * Float($0 % 5) },
      nonlinearity: .relu,
      iterations: 0)
    let tiled = TiledEncoder(encoder, sample.tiling, sample.windows)
    try expectSame(
      sample.images(2, seed: 2), to: sample.windows.count * sample.units,
      rows: sample.windows.vertical.count, whole: { tiled($0) },
      strips: { RecordRows.encoding(tiled).strips(rows: $0) })
    let scaling = Preprocessing(
      steps: [.scale], scale: (0..<tiled.windows.channels).map { 0.3 + Float($0) })
    try expectSame(
      sample.images(2, seed: 2), to: sample.windows.count * sample.units,
      rows: sample.windows.vertical.count, whole: { tiled(scaling($0)) },
      strips: { RecordRows.encoding(tiled, preparedBy: scaling).strips(rows: $0) })
  }

  @Test("images of codes, whose windows are added in the same order", arguments: TilingSample.all)
  func decoding(_ sample: TilingSample) throws {
    let tiled = TiledDecoder(atoms: sample.weights(seed: 3), sample.tiling, sample.windows)
    let codes = normalMatrix(2, sample.windows.count * sample.units, density: 0.5, seed: 4)
    try expectSame(
      codes, to: sample.windows.imageLength, rows: sample.windows.vertical.count,
      whole: { tiled($0) },
      strips: { .decoding(tiled, rows: $0) })
    let scaling = Preprocessing(
      steps: [.scale], scale: (0..<tiled.windows.channels).map { 0.3 + Float($0) })
    try expectSame(
      codes, to: sample.windows.imageLength, rows: sample.windows.vertical.count,
      whole: { scaling.undo(tiled($0)) },
      strips: { .decoding(tiled, undoing: scaling, rows: $0) })
  }

  /// Windows that overlap, lie side by side and leave rows out, and parts of a map.
  @Test(
    "pools over space",
    arguments: [
      .sliding(size: 3, stride: 1), .sliding(size: 2, stride: 2), .sliding(size: 2, stride: 5),
      .grid(rows: 4, columns: 2),
    ] as [SpatialPooling.Windows])
  func pooling(_ windows: SpatialPooling.Windows) throws {
    let (height, width, units) = (11, 7, 6)
    let layout = try PoolLayout.consecutive(2, of: units)
    for mode in [PoolLayout.Reduction.l2, .max, .mean] {
      let spatial = SpatialPooling(windows: windows, reduction: mode)
      let shape = try #require(spatial.pooledShape(height: height, width: width))
      let maps = normalMatrix(2, height * width * units, seed: 5)
      try expectSame(
        maps, to: shape.rows * shape.columns * 3, rows: shape.rows,
        whole: { maps in
          let places = layout.pool(maps.reshaped(columns: units), by: mode)
          return spatial.pool(places, height: height, width: width)
            .reshaped(columns: shape.rows * shape.columns * 3)
        },
        strips: { size in
          try #require(
            RecordRows.pooling(
              layout, mode, over: spatial, height: height, width: width, units: units)
          ).strips(rows: size)
        })
    }
  }

  /// Codes, pools of them, and codes of these.
  @Test("one map after another", arguments: [0, 2])
  func layers(_ passes: Int) throws {
    func encoder(_ units: Int, _ length: Int, feeding: Int) -> Encoder {
      Encoder(
        weight: normalMatrix(units, length, seed: 7),
        recurrent: passes == 0 || feeding == 0
          ? [] : [normalMatrix(units, feeding, seed: 8)],
        threshold: [[Float](repeating: 0.1, count: units)],
        nonlinearity: .relu, iterations: feeding == 0 ? 0 : passes)
    }
    let first = Tiling(height: 3, width: 2, channels: 2, stride: 2, padding: 1)
    let windows = try #require(first.windows(imageHeight: 41, imageWidth: 12))
    let (rows, columns) = (windows.vertical.count, windows.horizontal.count)
    // S is of 3 x 1 places.
    let tiled = TiledEncoder(encoder(4, 12, feeding: 3 * 4), first, windows)
    let layout = try PoolLayout.consecutive(2, of: 4)
    let spatial = SpatialPooling(windows: .sliding(size: 3, stride: 2), reduction: .mean)
    let pooled = try #require(spatial.pooledShape(height: rows, width: columns))
    let second = Tiling(height: 2, width: 2, channels: 2)
    let inner = try #require(
      second.windows(imageHeight: pooled.rows, imageWidth: pooled.columns))
    let deep = TiledEncoder(encoder(3, 8, feeding: 0), second, inner)
    let pools = try #require(
      RecordRows.pooling(layout, .mean, over: spatial, height: rows, width: columns, units: 4))
    let all = RecordRows.encoding(tiled).followed(by: pools).followed(by: .encoding(deep))
    #expect(all.count == inner.vertical.count && all.stages.count == 3)
    try expectSame(
      normalMatrix(2, windows.imageLength, seed: 9), to: inner.count * 3, rows: all.count,
      whole: { x in
        let maps = layout.pool(tiled(x).reshaped(columns: 4), by: .mean)
        let features = spatial.pool(maps, height: rows, width: columns)
        return deep(features.reshaped(columns: inner.imageLength))
      }, strips: { all.strips(rows: $0) })
    let large = try #require(first.windows(imageHeight: 4000, imageWidth: 4000))
    let long = RecordRows.encoding(TiledEncoder(encoder(4, 12, feeding: 0), first, large))
    #expect(long.strips != nil && all.strips == nil)
  }

  @Test("small images are taken whole, large ones in strips of some rows")
  func sizes() throws {
    let tiling = Tiling(height: 12, width: 12, channels: 1)
    let encoder = Encoder(
      weight: normalMatrix(16, 144, seed: 6), threshold: [Float](repeating: 0, count: 16),
      nonlinearity: .relu, iterations: 0)
    func strips(_ height: Int, _ width: Int) throws -> (RecordStrips?, RecordStrips?) {
      let windows = try #require(tiling.windows(imageHeight: height, imageWidth: width))
      return (
        RecordRows.encoding(TiledEncoder(encoder, tiling, windows)).strips,
        .decoding(TiledDecoder(atoms: encoder.weight, tiling, windows))
      )
    }
    let small = try strips(64, 64)
    #expect(small.0 == nil && small.1 == nil)
    let large = try strips(4000, 6000)
    #expect(large.0?.count == 3989 && large.1?.count == 3989)
    // Rows of several shapes, and one that a header lies about.
    #expect(try strips(1000, 211).0?.count == 25)
    #expect(try strips(1 << 30, 1 << 30).0 == nil && strips(1 << 30, 1 << 30).1 == nil)
  }

  @Test("an error of a strip names its record")
  func notFinite() throws {
    let strips = RecordStrips(count: 2) {
      $0..<$0 + 1
    } apply: { x, _ in
      [Matrix(rows: 1, columns: 1, elements: [1 / x.elements[0]])]
    }
    let x = Matrix(rows: 3, columns: 2, elements: [1, 1, 1, 1, 1, 0])
    #expect {
      try mapped(x, to: 2, by: strips) { $0 }
    } throws: {
      ($0 as? FileProblem)?.problem as? ResultProblem == .notFinite(record: 2)
    }
  }

  @Test("what strips leave out is read, and has to be there")
  func leftOut() throws {
    let strips = RecordStrips(count: 2) {
      2 * $0 + 1..<2 * $0 + 2
    } apply: { x, _ in
      [x]
    }
    let x = Matrix(rows: 2, columns: 6, elements: (0..<12).map { Float($0) })
    #expect(try mapped(x, to: 2, by: strips) { $0 } == [1, 3, 7, 9, 1, 3, 7, 9])
    let bytes = NPY(shape: [2, 6], x.elements).bytes.dropLast(4)
    let reader = TensorReader(ByteReader(Array(bytes)))
    #expect(throws: FileProblem.self) {
      try reader.mapRecords(to: Sink(), on: Threads(1), allowsNonFinite: false) { _ in
        var map = RecordMap(
          batchAxes: [2], inputLength: 6, outputShape: [2], notes: Notes(recordRank: 1),
          apply: { $0 })
        map.strips = strips
        return map
      }
    }
  }
}
