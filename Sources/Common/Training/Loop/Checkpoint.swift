import ByteIO
import ModelFile

/// What a training goes on from: what is trained, and where it stands. A safetensors file, see
/// ``file()``.
public struct Checkpoint: Sendable {
  /// The format's version, metadata `version`.
  public static let formatVersion = "2"

  /// All that the result depends on, by name: objective, options, seed, digest of the input.
  public var run: [String: String]
  /// Where the training stands.
  public var position: EpochLoop.Position

  public init(run: [String: String], position: EpochLoop.Position) {
    self.run = run
    self.position = position
  }

  /// Refuses to go on with another run. One of more epochs is the same, made longer.
  /// - Parameter conditions: what that one depends on, as far as it is known.
  /// - Throws: ``CheckpointProblem/otherRun(name:made:now:)`` with the first option that differs.
  public func requireSame(_ conditions: [String: String]) throws {
    for (name, now) in conditions.sorted(by: { $0.key < $1.key }) {
      guard let made = run[name] else { throw CheckpointProblem.missingKey(Key.run + name) }
      guard made != now else { continue }
      guard name == Self.optionsName else {
        throw CheckpointProblem.otherRun(name: name, made: made, now: now)
      }
      if let problem = Self.difference(made, now) { throw problem }
    }
  }

  private static let optionsName = "options"
  private static let epochsName = "epochs"

  /// The epochs that the run was to have, where its options say it.
  public var epochs: Int? {
    Self.options(in: run[Self.optionsName] ?? "").first { $0.name == Self.epochsName }
      .flatMap { Int($0.value) }
  }

  /// The first option in which two lists `name=value name=value` differ, but for epochs that have become
  /// more.
  private static func difference(_ made: String, _ now: String) -> CheckpointProblem? {
    let (old, new) = (options(in: made), options(in: now))
    let names = new.map(\.name) + old.map(\.name)
    var isLonger = false
    for name in names {
      let values = [old, new].map { list in list.first { $0.name == name }?.value ?? "none" }
      guard values[0] != values[1] else { continue }
      if name == epochsName, let before = Int(values[0]), let after = Int(values[1]) {
        guard after > before else { return .fewerEpochs(made: before, now: after) }
        isLonger = true
      } else {
        return .otherRun(name: String(name), made: String(values[0]), now: String(values[1]))
      }
    }
    return isLonger ? nil : .otherRun(name: optionsName, made: made, now: now)
  }

  private static func options(in text: String) -> [(name: Substring, value: Substring)] {
    text.split(separator: " ").map { option in
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
  }
}

// MARK: Writing

extension Checkpoint {
  /// Puts the checkpoint in the place of the file at `path`, at once.
  public func write(to path: String) throws {
    let file = file()
    try naming(path) { try file.requireFinite() }
    let bytes = try ByteWriter.file(path)
    try file.write(to: bytes)
    try bytes.finish()
  }

  /// Metadata `format`, `version`, `digest` of all the rest, `epoch`, `batch`, `figures`, `best.epoch`, `best.figures`, what the
  /// result depends on as `run.NAME`; tensors and numbers of the learner as `state.NAME`, and as they
  /// were after the best epoch as `best.state.NAME`.
  public func file() -> SafetensorsFile {
    var file = SafetensorsFile(tensors: [:])
    file.metadata = [
      Key.format: FileFormat.checkpoint, Key.version: Self.formatVersion,
      Key.batch: "\(position.batch)",
    ]
    for (name, value) in run { file.metadata[Key.run + name] = value }
    Self.add(position.stage, to: &file, prefix: "")
    if let best = position.best { Self.add(best, to: &file, prefix: Key.best) }
    // Weights that a fault has changed look like others.
    file.metadata[Key.digest] = SafetensorsFile.digest(of: file.encoded())
    return file
  }

  private static func add(
    _ stage: EpochLoop.Stage, to file: inout SafetensorsFile, prefix: String
  ) {
    file.metadata[prefix + Key.epoch] = "\(stage.epoch)"
    file.metadata[prefix + Key.figures] =
      stage.figures.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    for (name, value) in stage.learner.numbers { file.metadata[prefix + Key.state + name] = value }
    for (name, tensor) in stage.learner.tensors { file.tensors[prefix + Key.state + name] = tensor }
  }

  fileprivate enum Key {
    static let format = "format"
    static let version = "version"
    static let digest = "digest"
    static let epoch = "epoch"
    static let batch = "batch"
    static let figures = "figures"
    static let run = "run."
    static let state = "state."
    static let best = "best."
  }
}

// MARK: Reading

extension Checkpoint {
  /// Reads the file at `path` and checks all that can be checked without the learner.
  /// - Throws: ``CheckpointProblem`` or `SafetensorsProblem`, with the file's name.
  public init(path: String) throws {
    try self.init(reading: try ByteReader(path: path))
  }

  /// Reads a checkpoint to the end of `bytes`.
  public init(reading bytes: ByteReader) throws {
    // Statistics of K units take K² numbers: more than a model may hold.
    let file = try SafetensorsFile(
      reading: bytes, limits: .init(dataBytes: .max), keepsDoubles: true)
    self = try naming(bytes.name) { try Checkpoint(file) }
  }

  /// Checks every key and the digest; that tensors and numbers fit is for the learner to find.
  public init(_ file: SafetensorsFile) throws {
    try self.init(unsealed: file)
    guard file.metadata[Key.digest] == self.file().metadata[Key.digest] else {
      throw CheckpointProblem.damaged
    }
  }

  /// Checks every key but the digest, which no mutation would get past.
  package init(unsealed file: SafetensorsFile) throws {
    guard file.metadata[Key.format] != FileFormat.model else { throw CheckpointProblem.isModel }
    guard file.metadata[Key.format] == FileFormat.checkpoint else {
      throw CheckpointProblem.notACheckpoint
    }
    var contents = file
    contents.metadata[Key.format] = nil
    contents.metadata[Key.digest] = nil
    let version = try Self.take(Key.version, from: &contents)
    guard version == Self.formatVersion else {
      throw CheckpointProblem.unsupportedVersion(found: version, supported: Self.formatVersion)
    }
    position = EpochLoop.Position()
    position.batch = try Self.takeCount(Key.batch, from: &contents)
    if contents.metadata[Key.best + Key.epoch] != nil {
      position.best = try Self.takeStage(prefix: Key.best, from: &contents)
    }
    position.stage = try Self.takeStage(prefix: "", from: &contents)
    run = [:]
    for (key, value) in contents.metadata where key.hasPrefix(Key.run) {
      run[String(key.dropFirst(Key.run.count))] = value
      contents.metadata[key] = nil
    }
    if let key = contents.metadata.keys.min() { throw CheckpointProblem.unknownKey(key) }
    if let name = contents.tensors.keys.min() { throw CheckpointProblem.unknownTensor(name) }
  }

  private static func take(_ key: String, from file: inout SafetensorsFile) throws -> String {
    guard let value = file.metadata.removeValue(forKey: key) else {
      throw CheckpointProblem.missingKey(key)
    }
    return value
  }

  private static func takeCount(_ key: String, from file: inout SafetensorsFile) throws -> Int {
    let text = try take(key, from: &file)
    guard let count = Int(text), count >= 0 else {
      throw CheckpointProblem.badValue(key: key, expected: "a whole number from 0", found: text)
    }
    return count
  }

  private static func takeStage(
    prefix: String, from file: inout SafetensorsFile
  ) throws -> EpochLoop.Stage {
    var stage = EpochLoop.Stage()
    stage.epoch = try takeCount(prefix + Key.epoch, from: &file)
    stage.figures = try takeFigures(prefix + Key.figures, from: &file)
    let start = prefix + Key.state
    for (key, value) in file.metadata where key.hasPrefix(start) {
      stage.learner.numbers[String(key.dropFirst(start.count))] = value
      file.metadata[key] = nil
    }
    for (name, tensor) in file.tensors where name.hasPrefix(start) {
      stage.learner.tensors[String(name.dropFirst(start.count))] = tensor
      file.tensors[name] = nil
    }
    return stage
  }

  private static func takeFigures(
    _ key: String, from file: inout SafetensorsFile
  ) throws -> [(name: String, value: Double)] {
    let text = try take(key, from: &file)
    return try options(in: text).map { name, text in
      guard !name.isEmpty, let value = Double(text), value.isFinite else {
        throw CheckpointProblem.badValue(
          key: key, expected: "figures such as energy=0.5", found: "\(name)=\(text)")
      }
      return (String(name), value)
    }
  }
}
