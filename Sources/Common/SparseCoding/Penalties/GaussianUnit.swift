import LinearAlgebra

/// A unit whose code is a Gaussian N(m, σ²) and no single number, in variational sparse coding (closed form).
///
/// With a the squared norm of its atom it costs, beside the error of m, ½aσ² + λ E|z| − (1/2β) log 2πeσ², where
/// E|z| = √(2/π) σ e^(−m²/2σ²) + m erf(m/σ√2). The best σ of each m leaves a convex penalty ρ(m), ρ'(m) = λ erf(m/σ√2).
/// All of it is told by t = m/σ: the best σ is the root of aσ² + λ√(2/π) e^(−t²/2) σ = 1/β, and m = tσ rises with t.
struct GaussianUnit {
  /// a.
  let curvature: Double
  let lambda: Double
  /// 1/β.
  let temperature: Double

  /// A mean with its best σ.
  struct Point {
    /// m/σ.
    let ratio: Double
    /// σ.
    let deviation: Double
    /// λ√(2/π) e^(−t²/2), the slope of ρ' along t.
    let density: Double
    /// ρ'(m) = λ erf(t/√2).
    let pull: Double

    /// m.
    var mean: Double { ratio * deviation }
    /// λ E|z|.
    var size: Double { deviation * density + mean * pull }
  }

  /// That of t = m/σ.
  func point(_ t: Double) -> Point {
    let gaussian = exponential(-0.5 * t * t)
    let density = lambda * Self.rootOfTwoOverPi * gaussian
    let root = (density * density + 4 * curvature * temperature).squareRoot()
    return Point(
      ratio: t, deviation: 2 * temperature / (density + root), density: density,
      pull: lambda * errorFunction(t * 0.5.squareRoot(), gaussian: gaussian))
  }

  private static let rootOfTwoOverPi = (2 / Double.pi).squareRoot()

  // MARK: What t is sought for

  /// The best mean where the other units leave d_kᵀr + a·m: a·m + ρ'(m) = drive.
  /// - Parameter t: about what it may be.
  func point(drive: Double, near t: Double) -> Point {
    solve(ofMean: curvature, ofPull: 1, drive, near: t)
  }

  /// That of a mean.
  func point(mean: Double) -> Point {
    solve(ofMean: 1, ofPull: 0, mean, near: mean / point(0).deviation)
  }

  /// The one of ρ'(m) = pull; where that is λ, or all but, it is that of means without end.
  private func point(pull: Double, near t: Double) -> Point {
    guard abs(pull) < lambda * (1 - 0x1p-50) else {
      return Point(
        ratio: .infinity, deviation: (temperature / curvature).squareRoot(), density: 0, pull: pull)
    }
    return solve(ofMean: 0, ofPull: 1, pull, near: t)
  }

  /// erf(t/√2) is 1 from here on.
  private static let lastRatio = 9.0
  /// Newton's steps double the digits that are right.
  private static let lastStep = 1e-7

  /// The t of c·m + w·ρ'(m) = b, which rises with t, by Newton's method between bounds.
  private func solve(ofMean c: Double, ofPull w: Double, _ b: Double, near start: Double) -> Point {
    guard b != 0 else { return point(0) }
    let (sign, target): (Double, Double) = b < 0 ? (-1, -b) : (1, b)
    // σ is smallest at t = 0.
    var (low, high) = (0.0, c > 0 ? target / (c * point(0).deviation) : Self.lastRatio)
    var t = min(max(low, sign * start), high)
    for _ in 0..<200 {
      let now = point(t)
      let rest = c * now.mean + w * now.pull - target
      if abs(rest) <= 0x1p-51 * target { break }
      if rest < 0 { low = t } else { high = t }
      let growth = t * t * now.density / (2 * curvature * now.deviation + now.density)
      let slope = c * now.deviation * (1 + growth) + w * now.density
      var next = t - rest / slope
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      let isDone = abs(next - t) <= Self.lastStep * next
      t = next
      if isDone { break }
    }
    return point(sign * t)
  }

  // MARK: What it costs

  /// ρ of a point.
  func value(_ p: Point) -> Double {
    let logarithm = naturalLogarithm(2 * .pi) + 1 + 2 * naturalLogarithm(p.deviation)
    return 0.5 * curvature * p.deviation * p.deviation + p.size - 0.5 * temperature * logarithm
  }

  /// ρ(m) − ρ(0), which is at least 0 and tends to λ|m| for large β.
  func rise(_ p: Point) -> Double { difference(p, point(0), along: 0) }

  /// ρ(m) + ρ*(q) − qm ≥ 0, ρ* the convex conjugate of ρ, |q| ≤ λ.
  func excess(_ p: Point, over q: Double) -> Double {
    difference(p, point(pull: q, near: p.ratio), along: q)
  }

  /// ρ(m) − ρ(n) − q(m − n) for the n of ρ'(n) = q, where what is large of both does not cancel.
  private func difference(_ p: Point, _ other: Point, along q: Double) -> Double {
    let squares = (p.deviation - other.deviation) * (p.deviation + other.deviation)
    let sizes = p.deviation * p.density - other.deviation * other.density + p.mean * (p.pull - q)
    return max(
      0,
      0.5 * curvature * squares + sizes
        - temperature * naturalLogarithm(p.deviation / other.deviation))
  }
}
