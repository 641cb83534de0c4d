import LinearAlgebra
import SparseCoding

@testable import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Values of parameters.
typealias PlainValues = [Parameter.Name: [[Double]]]

/// Encoders and losses in Double, written out as the papers have them: the twins of the trained ones.
struct PlainEncoder {
  var weight: [[Double]]
  var recurrent: [[[Double]]]
  var threshold: [[Double]]
  var gain: [Double]?
  let function: EncoderFunction
  let form: Encoder.Form
  let iterations: Int

  /// The encoder of values of ``EncoderMap/parameters``.
  init(_ values: PlainValues, like encoder: Encoder) {
    let units = encoder.codeLength
    weight = values[.encoderWeight]!
    let stacked = values[.encoderRecurrent] ?? []
    recurrent = stride(from: 0, to: stacked.count, by: units).map {
      let part = Array(stacked[$0..<$0 + units])
      return encoder.form == .coordinate ? transposed(part) : part
    }
    threshold = values[.encoderThreshold]!
    gain = values[.encoderGain]?[0]
    function = encoder.function
    form = encoder.form
    iterations = encoder.iterations
  }

  func code(_ x: [Double]) -> [Double] {
    let drive = apply(weight, x)
    var z = form == .parallel ? passes(drive) : moves(drive)
    if let gain { z = zip(z, gain).map(*) }
    return z
  }

  private func passes(_ drive: [Double]) -> [Double] {
    var z = f(drive, step: 0)
    for pass in 0..<iterations {
      let s = recurrent[recurrent.count == 1 ? 0 : pass]
      z = f(zip(drive, apply(s, z)).map(+), step: pass + 1)
    }
    return z
  }

  private func moves(_ drive: [Double]) -> [Double] {
    var b = drive
    var z = [Double](repeating: 0, count: b.count)
    for _ in 0..<iterations {
      let next = f(b, step: 0)
      let movable = z.indices.filter { k in recurrent[0].contains { $0[k] != 0 } }
      guard let k = movable.max(by: { abs(next[$0] - z[$0]) < abs(next[$1] - z[$1]) }),
        next[k] != z[k]
      else { break }
      for unit in b.indices { b[unit] += recurrent[0][unit][k] * (next[k] - z[k]) }
      z[k] = next[k]
    }
    return f(b, step: 0)
  }

  private func f(_ v: [Double], step: Int) -> [Double] {
    let thresholds = threshold[threshold.count == 1 ? 0 : step]
    switch function {
    case .units(let nonlinearity, let sharpness):
      return Self.f(nonlinearity, Double(sharpness), v, thresholds)
    case .pools(let pools): return pools.plain(v, thresholds)
    }
  }

  private static func f(
    _ nonlinearity: Nonlinearity, _ sharpness: Double, _ v: [Double], _ thresholds: [Double]
  ) -> [Double] {
    zip(v, thresholds).map { v, threshold in
      switch nonlinearity {
      case .relu: max(0, v - threshold)
      case .shrink: v < 0 ? -max(0, -v - threshold) : max(0, v - threshold)
      case .tanh: tanh(v - threshold)
      case .linear: v - threshold
      case .smoothShrink:
        (v < 0 ? -1 : 1)
          * (log(exp(sharpness * threshold) + exp(sharpness * abs(v)) - 1) / sharpness - threshold)
      }
    }
  }
}

extension PoolShrinkage {
  /// The steps of the pools one after another, the small ones first.
  func plain(_ v: [Double], _ thresholds: [Double]) -> [Double] {
    var z = v
    if isNonnegative { for unit in 0..<unitCount { z[unit] = max(0, z[unit]) } }
    let sizes = (0..<poolCount).map { layout.groups.members(of: $0).count }
    for pool in (0..<poolCount).sorted(by: { sizes[$0] < sizes[$1] }) {
      let units = layout.groups.members(of: pool)
      let weight = Double(layout.groups.weights[layout.groups.offsets[pool]]).squareRoot()
      let norm = units.reduce(0) { $0 + z[$1] * z[$1] }.squareRoot()
      let shortening = thresholds[pool] * weight
      for unit in units { z[unit] *= norm > shortening ? 1 - shortening / norm : 0 }
    }
    return z
  }
}

func apply(_ matrix: [[Double]], _ x: [Double]) -> [Double] {
  matrix.map { zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } }
}

func transposed(_ matrix: [[Double]]) -> [[Double]] {
  matrix[0].indices.map { column in matrix.map { $0[column] } }
}

func doubles(_ matrix: Matrix) -> [[Double]] {
  (0..<matrix.rows).map { matrix.row($0).map(Double.init) }
}

/// ½‖a − b‖².
func halfSquare(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + 0.5 * ($1.0 - $1.1) * ($1.0 - $1.1) }
}

/// −log softmax_label(C z/‖z‖), 0 where there is no label.
func crossEntropy(_ classes: [[Double]], _ z: [Double], label: Int32) -> Double {
  guard label >= 0 else { return 0 }
  let norm = z.reduce(0) { $0 + $1 * $1 }.squareRoot()
  let scores = apply(classes, z.map { norm > 0 ? $0 / norm : 0 })
  return log(scores.reduce(0) { $0 + exp($1) }) - scores[Int(label)]
}
