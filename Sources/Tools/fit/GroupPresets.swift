import TrainingSupport

// Penalties of pools as the papers and the lecture have them.

extension FitAutoencoder: PresetCommand {
  /// The torus of LeCun's lecture (2020): of 16×16 units, in windows of 6×6, three apart; since three does not
  /// divide 16, a unit is in 4 to 9 of them.
  static let presets = [
    Preset(
      "lecture-torus",
      """
      --penalty group --pools torus:16x16:6:3 --nonlinearity tanh --lambda norm:0.2 --center --normalize \
      --epochs 20
      """)
  ]
}

extension FitPSD: PresetCommand {
  /// Invariant PSD (Kavukcuoglu et al. 2009): 400 units in Gaussian windows of 6×6, two apart.
  static let presets = [
    Preset(
      "ipsd-2009",
      "--penalty group --pools torus:20x20:6:2:gauss --lambda norm:0.1 --center --normalize --gap 0.01"
    )
  ]
}

extension FitDictionary: PresetCommand {
  /// A tree of four levels, 71 units (Jenatton, Mairal, Obozinski & Bach 2011).
  static let presets = [
    Preset(
      "tree-jenatton",
      "--penalty tree --pools tree:1,10,2,2 --lambda norm:0.1 --center --normalize")
  ]
}
