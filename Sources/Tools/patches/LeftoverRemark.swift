import CommandLineSupport
import Imaging

/// What is said, once in a run, of pixels that no window reaches.
struct LeftoverRemark {
  private let verb: String
  private var first: String?
  private var others = 0

  init(_ verb: String) { self.verb = verb }

  /// Takes note of a grid on so many images.
  mutating func add(_ grid: WindowGrid, file: String? = nil, images: Int = 1) {
    let gaps = grid.stride > min(grid.height, grid.width) ? ["pixels between windows"] : []
    let edges = [
      (grid.leftoverRows, "row", "below"), (grid.leftoverColumns, "column", "on the right"),
    ].filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s") \($2)" }
    let left = gaps + edges
    guard !left.isEmpty else { return }
    guard first == nil else {
      others += images
      return
    }
    others = images - 1
    let place = file.map { "\($0): " } ?? ""
    first =
      "\(place)\(left.joined(separator: " and ")) of \(grid.imageHeight)x\(grid.imageWidth) "
      + "\(verb), the stride does not reach them"
  }

  func say() {
    guard let first else { return }
    let more = others == 0 ? "" : "; so in \(others) more image\(others == 1 ? "" : "s")"
    Process.say(first + more)
  }
}
