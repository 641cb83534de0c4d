import ByteIO

/// Files of images, one after another, of which each can be opened more than once.
public struct ImageFiles {
  public let count: Int
  private let channels: PixelChannels
  private let refusesMaps: Bool
  /// Told of a file that is bad and left out. Without it a bad file is an error.
  let leaveOut: ((any Error) throws -> Void)?
  private let opened: (Int) throws -> ByteReader

  /// - Parameters:
  ///   - channels: see ``ImageSequence``; so is `refusesMaps`.
  ///   - leaveOut: told of a file that is bad, which is then left out as a whole.
  ///   - open: opens a file by its number, `0..<count`, so that a thousand of them take no more than
  ///     one at a time.
  public init(
    count: Int, channels: PixelChannels, refusesMaps: Bool = false,
    leaveOut: ((any Error) throws -> Void)? = nil, open: @escaping (Int) throws -> ByteReader
  ) {
    self.count = count
    self.channels = channels
    self.refusesMaps = refusesMaps
    self.leaveOut = leaveOut
    opened = open
  }

  func open(_ number: Int, firstIndex: Int) throws -> ImageSequence {
    try ImageSequence(
      try opened(number), channels: channels, refusesMaps: refusesMaps, firstIndex: firstIndex)
  }
}
