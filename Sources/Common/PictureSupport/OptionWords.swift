import ByteIO
import CommandLineSupport
import Imaging

extension PatchProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .rangeBeyondEnd(let range, let images):
      "--range \(range.lowerBound):\(range.upperBound) asks for more than the \(images) images there are"
    case .noGrid: "\(self); name --stride"
    case .otherStride, .otherPadding: "--\(self)"
    default: nil
    }
  }
}

extension ImageArrayProblem: HasOptionWords {
  public var optionWords: String? {
    self == .colorOfMaps ? "--color has no effect on \(self)" : nil
  }
}
