import ByteIO
import CommandLineSupport
import Training

extension TrainingProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .integers: "\(self); try patches --size full"
    case .validationTooLarge(let asked, let records):
      "--validation \(asked) leaves nothing to train on, the stream holds \(records) records"
    case .collapsed(let lambda, let largestUseful):
      "every code is zero: --lambda \(lambda) is too large for this data, "
        + "above \(largestUseful) no unit is ever used"
    case .drowned: "\(self); try a larger --variational, or a smaller --lambda"
    case .collapsedCode, .deadUnits: "\(self); try a lower --rate, or a smaller λ"
    case .exploded, .risen: "\(self); try a lower --rate"
    case .nothingLeft(let largest):
      "nothing would be left: the most used unit is in use in \(shortNumber(largest)) of the records"
    case .tooManyComponents(let asked, let found):
      "--components \(asked): records of \(found) values have no more than \(found) components"
    default: nil
    }
  }
}

extension CheckpointProblem: HasOptionWords {
  public var optionWords: String? {
    self == .isModel ? "\(self) that fit --checkpoint wrote" : nil
  }
}

extension StartProblem: HasOptionWords {
  public var optionWords: String? {
    self == .negativeAtoms ? "\(self), which --nonnegative dictionary does not allow" : nil
  }
}
