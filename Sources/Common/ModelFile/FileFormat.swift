/// What metadata `format` of our safetensors files can be.
public enum FileFormat {
  /// A model of `sparse-model(5)`.
  public static let model = "sparsepipe"
  /// What a training goes on from.
  public static let checkpoint = "sparsepipe-checkpoint"
}
