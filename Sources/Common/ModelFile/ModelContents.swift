import ByteIO
import LinearAlgebra
import SparseCoding

/// A safetensors file as the schema sees it: every tensor and key asked for by name and checked, and
/// in the end none left over.
final class Contents {
  /// Most elements of a record.
  static let recordLimit = 1 << 26

  private let file: SafetensorsFile
  private var usedTensors: Set<String> = []
  private var usedKeys: Set<String> = [MetadataKey.format]

  init(_ file: SafetensorsFile) throws {
    self.file = file
    let format = file.metadata[MetadataKey.format]
    guard format != FileFormat.checkpoint else { throw ModelProblem.isCheckpoint }
    guard format == FileFormat.model else { throw ModelProblem.notAModel }
    let version = try text(MetadataKey.version)
    guard version == Model.formatVersion else {
      throw ModelProblem.unsupportedVersion(found: version, supported: Model.formatVersion)
    }
  }

  /// What is in the metadata beside the keys that the parts need.
  var card: [String: String] { file.metadata.filter { !MetadataKey.all.contains($0.key) } }

  /// Refuses tensors and keys of the schema that no part asked for: a typing error, or a part that
  /// this kind does not have, must not go unnoticed.
  func refuseUnused(in kind: Model.Kind) throws {
    if let name = sortedKeys(file.tensors).first(where: { !usedTensors.contains($0) }) {
      throw ModelProblem.unknownTensor(name, kind: kind.rawValue)
    }
    let keys = MetadataKey.all.subtracting(usedKeys).filter { file.metadata[$0] != nil }
    if let key = keys.min() { throw ModelProblem.unusedKey(key) }
  }

  // MARK: Metadata

  /// Whether the metadata holds `key`.
  func has(key: String) -> Bool { file.metadata[key] != nil }

  func text(_ key: String) throws -> String {
    usedKeys.insert(key)
    guard let value = file.metadata[key] else { throw ModelProblem.missingKey(key) }
    return value
  }

  /// One of `choices`; `standard` where the key is missing and there is a standard.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of: Choice.Type, default standard: Choice? = nil
  ) throws -> Choice where Choice.RawValue == String {
    if let standard, !has(key: key) { return standard }
    let value = try text(key)
    guard let choice = Choice(rawValue: value) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw ModelProblem.badValue(key: key, expected: "one of \(names)", found: value)
    }
    return choice
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    let value = try text(key)
    guard let number = Int(value), range.contains(number) else {
      throw ModelProblem.badValue(
        key: key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
        found: value)
    }
    return number
  }

  /// A finite number of at least `least`.
  func number(_ key: String, least: Float) throws -> Float {
    let value = try text(key)
    guard let number = Float(value), number.isFinite, number >= least else {
      throw ModelProblem.badValue(key: key, expected: "a number of at least \(least)", found: value)
    }
    return number
  }

  func flag(_ key: String) throws -> Bool {
    guard has(key: key) else { return false }
    let value = try text(key)
    guard value == "0" || value == "1" else {
      throw ModelProblem.badValue(key: key, expected: "0 or 1", found: value)
    }
    return value == "1"
  }

  /// The record's axes: 1 to 8 of them, each at least 1, their product at most ``recordLimit``.
  func recordShape() throws -> [Int] {
    let value = try text(MetadataKey.record)
    let axes = value.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...8).contains(axes.count), !axes.contains(0),
      elementCount(of: axes, atMost: Self.recordLimit) != nil
    else {
      throw ModelProblem.badValue(
        key: MetadataKey.record, expected: "a shape such as 12,12,1", found: value)
    }
    return axes
  }

  // MARK: Tensors

  private func tensor(_ name: String, shape: [Int?]) throws -> Tensor {
    usedTensors.insert(name)
    guard let tensor = file.tensors[name] else { throw ModelProblem.missingTensor(name) }
    let fits =
      tensor.shape.count == shape.count
      && zip(tensor.shape, shape).allSatisfy { found, expected in
        found >= 1 && (expected == nil || found == expected)
      }
    guard fits else {
      // An axis that may be anything is shown as it was found, or as at least 1.
      let expected = shape.enumerated().map { index, axis in
        axis ?? max(1, tensor.shape.indices.contains(index) ? tensor.shape[index] : 1)
      }
      throw ModelProblem.wrongShape(tensor: name, expected: expected, found: tensor.shape)
    }
    return tensor
  }

  private func floats(_ name: String, shape: [Int?]) throws -> (shape: [Int], values: [Float]) {
    let tensor = try tensor(name, shape: shape)
    guard case .floats(let values) = tensor.values else {
      throw ModelProblem.wrongType(tensor: name, expected: "floating-point values")
    }
    return (tensor.shape, values)
  }

  func vector(_ name: String, count: Int?) throws -> [Float] {
    try floats(name, shape: [count]).values
  }

  func matrix(_ name: String, rows: Int?, columns: Int?) throws -> Matrix {
    let (shape, values) = try floats(name, shape: [rows, columns])
    return Matrix(rows: shape[0], columns: shape[1], elements: values)
  }

  /// A tensor of `shape` that all steps share, or such tensors of `count` steps one after another.
  func steps(_ name: String, shape: [Int], count: Int) throws -> [[Float]] {
    let isShared = count == 0 || file.tensors[name]?.shape.count != shape.count + 1
    let values = try floats(name, shape: (isShared ? [] : [count]) + shape).values
    let length = shape.reduce(1, *)
    return stride(from: 0, to: values.count, by: length).map { Array(values[$0..<$0 + length]) }
  }

  func integers(_ name: String, count: Int?) throws -> [Int] {
    guard case .integers(let values) = try tensor(name, shape: [count]).values else {
      throw ModelProblem.wrongType(tensor: name, expected: "whole numbers")
    }
    return values.map(Int.init)
  }

  func has(_ name: String) -> Bool { file.tensors[name] != nil }
}
