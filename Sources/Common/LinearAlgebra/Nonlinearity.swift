import CKernels

/// The nonlinearity f of a unit, with a threshold θ of its own.
public enum Nonlinearity: String, Sendable, CaseIterable {
  /// relu_θ(v) = max(0, v − θ).
  case relu
  /// shrink_θ(v) = sign(v)·max(0, |v| − θ).
  case shrink
  /// tanh_θ(v) = tanh(v − θ).
  case tanh
  /// smoothShrink_θ(v) = sign(v)·(log(e^βθ + e^β|v| − 1)/β − θ), β the sharpness; it tends to ``shrink``
  /// as β grows. A θ below 0 counts as 0, where it is the identity. Kavukcuoglu et al. 2010.
  case smoothShrink = "smooth-shrink"
  /// linear_θ(v) = v − θ.
  case linear

  /// β where nothing is said: for a threshold of 0.5 the slope at 0 is e⁻⁵.
  public static let defaultSharpness: Float = 10

  var cNonlinearity: sp_nonlinearity {
    switch self {
    case .relu: SP_RELU
    case .shrink: SP_SHRINK
    case .tanh: SP_TANH
    case .smoothShrink: SP_SMOOTH_SHRINK
    case .linear: SP_LINEAR
    }
  }
}
