import Training
import TrainingSupport

extension FitDrSAE: PresetCommand {
  /// 200 units take the other defaults as they are; 400 gain by a training of smaller batches that is longer
  /// at the full rate, more of which is averaged. The third are the constants of the authors' code.
  static let presets = [
    Preset("drsae-200", "--code 200"),
    Preset("drsae-400", "--code 400 --batch 50 --epochs 55 --schedule cosine:0.7 --average 0.9997"),
    Preset(
      "drsae-paper",
      """
      --reconstruction 5 --lambda 0.09 --classification 1 --optimizer sgd --momentum 0 --rate 0.05 \
      --schedule inverse:5e-7 --clip none --average none --rates classifier=0.2 --batch 10 \
      --unsupervised-epochs 100 --epochs 1000
      """),
  ]
}

extension FitDrSAE {
  /// What training begins with.
  var start: DiscriminativeStart {
    DiscriminativeStart(
      structure.encoder, hasNonnegativeAtoms: structure.hasNonnegativeAtoms,
      seed: epochs.training.seed)
  }

  var optimiserOptions: Optimiser.Options {
    optimiser.options(
      suitableRate: DiscriminativeStart.suitableRate(
        units: structure.images.feedingCount(units: structure.codeLength)),
      rateFactors: PartValues(start.rateFactors), bounds: PartValues(start.bounds))
  }
}
