import LinearAlgebra
import ModelFile
import SparseCoding

@testable import Training

/// Networks of one-shot relu layers in Double, written out: the twin of ``NetworkObjective``.
struct PlainNetwork {
  let network: Network
  /// How much each layer's energy counts, as it is; nil where it does not.
  var energies: [Double?] = []
  /// What features of the last layer are multiplied by, record by record, where some are left out.
  var kept: [[Double]]?

  /// The loss of records, with a label each.
  /// - Parameters:
  ///   - shape: of a record.
  ///   - values: of the objective's parameters; what is not there is the network's own.
  func loss(_ records: [[Double]], _ labels: [Int32], _ shape: [Int], _ values: PlainValues)
    -> Double
  {
    records.indices.reduce(0) { sum, record in
      var (x, shape, loss) = (records[record], shape, 0.0)
      for (index, layer) in network.layers.enumerated() {
        let prefix = Network.prefix(ofLayer: index + 1)
        func value(_ name: Parameter.Name, _ own: @autoclosure () -> [[Double]]) -> [[Double]] {
          values[Parameter.Name(prefix + name.tensor)] ?? own()
        }
        x = Self.prepared(x, layer.preprocessing, shape)
        if let encoder = layer.encoder {
          let weight = value(.encoderWeight, doubles(encoder.weight))
          let threshold = value(.encoderThreshold, [encoder.threshold[0].map(Double.init)])[0]
          let gain = encoder.gain.map { own in value(.encoderGain, [own.map(Double.init)])[0] }
          // Steps before a layer that sees whole records may change how long they are.
          let code = Code(layer, layer.tiling == nil ? [x.count] : shape)
          let z = code(x, weight, threshold, gain)
          if index < energies.count, let energy = energies[index], let problem = layer.problem {
            let atoms = value(.decoderWeight, doubles(problem.atoms))
            let size = z.reduce(0) { $0 + abs($1) }
            loss += energy * (halfSquare(x, code.decoded(z, atoms)) + Double(problem.lambda) * size)
          }
          (x, shape) = (z, code.outputShape)
          for pooling in network.poolings(after: index) ?? [] {
            (x, shape) = Self.pooled(x, shape, pooling)
          }
          if let kept, index == network.layers.count - 2 { x = zip(x, kept[record]).map(*) }
        }
        guard let classifier = layer.classifier, labels[record] >= 0 else { continue }
        var scores = x
        if classifier.input == .normalized {
          let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
          scores = norm > 0 ? x.map { $0 / norm } : x
        }
        scores = apply(value(.classifierWeight, doubles(classifier.weight)), scores)
        if let bias = classifier.bias {
          scores = zip(scores, value(.classifierBias, [bias.map(Double.init)])[0]).map(+)
        }
        let largest = scores.max() ?? 0
        loss +=
          largest - scores[Int(labels[record])]
          + naturalLogarithm(scores.reduce(0) { $0 + exponential($1 - largest) })
      }
      return sum + loss
    }
  }

  private static func prepared(
    _ x: [Double], _ preprocessing: Preprocessing, _ shape: [Int]
  ) -> [Double] {
    preprocessing.steps.reduce(x) { x, step in
      switch step {
      case .center:
        let mean = x.reduce(0, +) / Double(x.count)
        return x.map { $0 - mean }
      case .normalize:
        let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return norm > 0 ? x.map { $0 / norm } : x
      case .mean: return zip(x, preprocessing.mean ?? []).map { $0 - Double($1) }
      case .whitening: return apply(preprocessing.whitening.map(doubles) ?? [], x)
      case .scale:
        let scale = preprocessing.scale ?? []
        return x.enumerated().map { $1 / Double(scale[$0 % scale.count]) }
      case .contrast: return normalized(x, preprocessing.contrastWindow ?? 1, shape)
      }
    }
  }

  /// Local contrast normalisation as its formula stands.
  private static func normalized(_ x: [Double], _ window: Int, _ shape: [Int]) -> [Double] {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    func weighted(_ value: (Int) -> Double) -> [Double] {
      (0..<height * width).map { pixel in
        var (sum, total) = (0.0, 0.0)
        for other in 0..<height * width {
          let (down, right) = (other / width - pixel / width, other % width - pixel % width)
          guard max(abs(down), abs(right)) <= window / 2 else { continue }
          let deviation = Double(window) / 4
          let weight = exponential(
            -Double(down * down + right * right) / (2 * deviation * deviation))
          for channel in 0..<channels {
            sum += weight * value(other * channels + channel)
            total += weight
          }
        }
        return sum / total
      }
    }
    let means = weighted { x[$0] }
    let v = x.indices.map { x[$0] - means[$0 / channels] }
    let deviations = weighted { v[$0] * v[$0] }.map { $0.squareRoot() }
    let floor = deviations.reduce(0, +) / Double(deviations.count)
    return v.indices.map { v[$0] / max(floor, deviations[$0 / channels]) }
  }

  /// Groups of units at each place, then windows of places.
  private static func pooled(
    _ x: [Double], _ shape: [Int], _ pooling: Pooling
  ) -> ([Double], [Int]) {
    let units = shape[shape.count - 1]
    let (rows, columns) = shape.count == 3 ? (shape[0], shape[1]) : (1, 1)
    guard case .notation(let notation) = pooling.units,
      let layout = try? notation.layout(unitCount: units)
    else { return (x, shape) }
    func reduced(_ z: [(Double, weight: Double)]) -> Double {
      switch pooling.reduction {
      case .l2: z.reduce(0) { $0 + $1.weight * $1.0 * $1.0 }.squareRoot()
      case .max: z.map { $0.weight * abs($0.0) }.max() ?? 0
      case .mean: z.reduce(0) { $0 + $1.weight * abs($1.0) } / z.reduce(0) { $0 + $1.weight }
      }
    }
    let groups = (0..<rows * columns).map { place in
      (0..<layout.poolCount).map { pool in
        reduced(
          layout.groups.positions(of: pool).map {
            (x[place * units + layout.groups.members[$0]], Double(layout.groups.weights[$0]))
          })
      }
    }
    let spans: (rows: [Range<Int>], columns: [Range<Int>])
    switch pooling.windows {
    case nil: return (groups.flatMap { $0 }, Array(shape.dropLast()) + [layout.poolCount])
    case .sliding(let windows):
      func all(_ length: Int, _ size: Int, _ stride: Int) -> [Range<Int>] {
        Swift.stride(from: 0, through: length - size, by: stride).map { $0..<$0 + size }
      }
      spans = (
        all(rows, windows.height, windows.rowStride),
        all(columns, windows.width, windows.columnStride)
      )
    case .grid(let down, let across):
      func all(_ length: Int, _ parts: Int) -> [Range<Int>] {
        (0..<parts).map { $0 * length / parts..<($0 + 1) * length / parts }
      }
      spans = (all(rows, down), all(columns, across))
    }
    let result = spans.rows.flatMap { ys in
      spans.columns.flatMap { xs in
        (0..<layout.poolCount).map { pool in
          reduced(ys.flatMap { y in xs.map { (groups[y * columns + $0][pool], 1) } })
        }
      }
    }
    return (result, [spans.rows.count, spans.columns.count, layout.poolCount])
  }

  /// A layer's codes of a record of one shape, place by place.
  private struct Code {
    let tiling: Tiling?
    /// Places, and units of each.
    let rows, columns, units: Int
    let shape: [Int]

    init(_ layer: Model, _ shape: [Int]) {
      tiling = layer.tiling
      self.shape = shape
      let all = layer.encoder?.codeLength ?? 0
      guard let tiling, let windows = tiling.windows(imageHeight: shape[0], imageWidth: shape[1])
      else {
        (rows, columns, units) = (1, 1, all)
        return
      }
      (rows, columns) = (windows.vertical.count, windows.horizontal.count)
      units = all / tiling.period.count
    }

    var outputShape: [Int] { tiling == nil ? [units] : [rows, columns, units] }

    /// The row of the weights that a unit has at a place.
    private func row(_ place: Int, _ unit: Int) -> Int {
      guard let period = tiling?.period else { return unit }
      let phase = place / columns % period.rows * period.columns + place % columns % period.columns
      return phase * units + unit
    }

    /// Pixels of a window at a place, by the element of the weights that sees them.
    private func pixels(_ place: Int) -> [(element: Int, pixel: Int)] {
      guard let tiling else { return (0..<shape.reduce(1, *)).map { ($0, $0) } }
      let (top, left) = (
        place / columns * tiling.stride - tiling.padding,
        place % columns * tiling.stride - tiling.padding
      )
      return (0..<tiling.windowLength).compactMap { element in
        let (position, channel) = (element / tiling.channels, element % tiling.channels)
        let (y, x) = (top + position / tiling.width, left + position % tiling.width)
        guard (0..<shape[0]).contains(y), (0..<shape[1]).contains(x) else { return nil }
        return (element, (y * shape[1] + x) * tiling.channels + channel)
      }
    }

    func callAsFunction(
      _ x: [Double], _ weight: [[Double]], _ threshold: [Double], _ gain: [Double]?
    ) -> [Double] {
      (0..<rows * columns).flatMap { place in
        let pixels = pixels(place)
        return (0..<units).map { unit in
          let row = row(place, unit)
          let sum = pixels.reduce(0) { $0 + weight[row][$1.element] * x[$1.pixel] }
          return max(0, sum - threshold[row]) * (gain?[row] ?? 1)
        }
      }
    }

    /// Dz of codes place by place, D by its atoms.
    func decoded(_ z: [Double], _ atoms: [[Double]]) -> [Double] {
      var x = [Double](repeating: 0, count: shape.reduce(1, *))
      for place in 0..<rows * columns {
        let pixels = pixels(place)
        for unit in 0..<units {
          let (code, row) = (z[place * units + unit], row(place, unit))
          for (element, pixel) in pixels { x[pixel] += code * atoms[row][element] }
        }
      }
      return x
    }
  }
}
