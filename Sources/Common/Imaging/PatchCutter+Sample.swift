import ByteIO
import LinearAlgebra
import TensorStream

extension PatchCutter {
  /// Draws `count` windows at random, every set of as many equally likely: `[n,h,w,C]`, in the order
  /// of the files. Files are read twice; those that nothing is drawn from, once.
  /// - Returns: for each window the number of its image.
  /// - Throws: ``WindowProblem/tooFew(asked:available:)``, ``PatchProblem``, the formats' problems.
  public func sample(
    _ count: Int, seed: UInt64, to sink: any TensorSink, _ files: ImageFiles
  ) throws -> Taken {
    let places = try place(files)
    var random = CounterRandom(seed: seed)
    let drawn = try UniformSample(count, of: places.windows, using: &random).indices
    guard case .window(let height, let width) = size else {
      preconditionFailure("whole images are not sampled by window")
    }
    let channels = places.channels ?? self.channels ?? 1
    try sink.begin(shape: [count, height, width, channels], notes: Notes(recordRank: 3))
    var owners: [Int] = []
    for place in places.files {
      guard owners.count < count else { break }
      let inFile = drawn[owners.count...].prefix { $0 < place.firstWindow + place.windows }
      guard !inFile.isEmpty else { continue }
      owners += try write(inFile, from: place, channels, try files.open(place), to: sink)
    }
    return Taken(owners: owners, imageCount: places.images)
  }

  /// Where a file's windows are among all windows, and its images among all images.
  fileprivate struct Place {
    let number: Int
    let firstWindow: Int
    let windows: Int
    let firstImage: Int
  }

  private struct Places {
    var files: [Place] = []
    var windows = 0
    var images = 0
    var channels: Int?
  }

  /// Reads all files to their end and counts.
  private func place(_ files: ImageFiles) throws -> Places {
    var places = Places()
    for number in 0..<files.count {
      let survey = try survey(number, of: files, firstIndex: places.images) { survey in
        for found in survey.channels {
          guard let expected = places.channels ?? survey.channels.first, expected != found else {
            continue
          }
          throw PatchProblem.channelsDiffer(expected: expected, found: found)
        }
      }
      guard let survey else { continue }
      places.channels = places.channels ?? survey.channels.first
      if survey.windows > 0 {
        places.files.append(
          Place(
            number: number, firstWindow: places.windows, windows: survey.windows,
            firstImage: places.images))
      }
      places.windows += survey.windows
      places.images += survey.images
      try checkSize([places.windows])
    }
    try checkRange(places.images)
    return places
  }

  /// Writes the windows of these numbers out of a file that has them all.
  /// - Returns: for each window the number of its image.
  private func write(
    _ drawn: ArraySlice<Int>, from place: Place, _ channels: Int, _ images: ImageSequence,
    to sink: any TensorSink
  ) throws -> [Int] {
    var rest = drawn
    var owners: [Int] = []
    var first = place.firstWindow
    while !rest.isEmpty {
      guard let group = try images.nextGroup() else { break }
      let wanted = self.wanted(in: group)
      for index in group.firstIndex..<group.firstIndex + group.count {
        guard wanted.contains(index),
          let grid = try naming(group.file, { try self.grid(on: group.info) }),
          let next = rest.first
        else {
          try images.skipImage()
          continue
        }
        defer { first += grid.count }
        guard next < first + grid.count else {
          try images.skipImage()
          continue
        }
        guard group.info.channels == channels else {
          throw FileProblem(file: group.file, problem: PatchProblem.hasChanged)
        }
        let image = try prepared(try images.nextImage(), index, group).image
        while let window = rest.first, window < first + grid.count {
          let (y, x) = (window - first).quotientAndRemainder(dividingBy: grid.columns)
          try sink.write(grid.cut(image, y: y, x: x))
          owners.append(index)
          rest.removeFirst()
        }
      }
    }
    guard rest.isEmpty else {
      throw FileProblem(file: images.name, problem: PatchProblem.hasChanged)
    }
    return owners
  }
}

extension ImageFiles {
  fileprivate func open(_ place: PatchCutter.Place) throws -> ImageSequence {
    try open(place.number, firstIndex: place.firstImage)
  }
}
