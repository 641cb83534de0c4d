import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// Pools as a user names them: in words, or in a file.
public enum PoolChoice: Sendable, Equatable {
  case notation(PoolNotation)
  /// A file of sets: text, a pool a line (`0 4 7:0.5`, a unit with its weight perhaps), or an NPY array of
  /// weights [P, K], 0 where a unit is not in a pool, or a model whose pools are taken.
  case sets(path: String)
  /// `tree:FILE`, a file of the parent of each unit, −1 of roots: text, a unit a line, or NPY.
  case parents(path: String)

  /// Without looking at files.
  /// - Throws: `PoolProblem` for what looks like a notation and is none.
  public init(_ text: String) throws {
    guard let colon = text.firstIndex(of: ":") else {
      guard text.contains(where: { $0 == "." || $0 == "/" }) else {
        throw PoolProblem.unknownNotation(text)
      }
      self = .sets(path: text)
      return
    }
    let rest = text[text.index(after: colon)...]
    let isTreeFile =
      text[..<colon] == "tree" && rest.contains { !$0.isNumber && !"+,-".contains($0) }
    if isTreeFile {
      self = .parents(path: String(rest))
    } else if ["consecutive", "torus", "grid", "tree"].contains(text[..<colon]) {
      self = .notation(try PoolNotation(text))
    } else if text.contains("/") {
      self = .sets(path: text)
    } else {
      throw PoolProblem.unknownNotation(text)
    }
  }

  /// The file, where there is one.
  public var path: String? {
    switch self {
    case .notation: nil
    case .sets(let path), .parents(let path): path
    }
  }

  /// The pools of K units.
  /// - Throws: `PoolProblem` or ``PoolFileProblem``, with the file's name where there is one.
  public func layout(unitCount: Int) throws -> PoolLayout {
    switch self {
    case .notation(let notation): return try notation.layout(unitCount: unitCount)
    case .sets(let path):
      let bytes = try ByteReader(path: path)
      return try naming(bytes.name) { try readSets(bytes, unitCount: unitCount) }
    case .parents(let path):
      let bytes = try ByteReader(path: path)
      return try naming(bytes.name) { try readParents(bytes, unitCount: unitCount) }
    }
  }
}

/// What can be wrong with a file of pools.
public enum PoolFileProblem: Problem, Equatable {
  case empty
  case modelWithout
  case tooLong(limit: Int)
  /// `line` from 1.
  case badLine(Int, expected: String, found: String)
  case badArray(expected: String, found: String)
  case tooFewUnits(found: Int, expected: Int)
  case badParent(Int, unit: Int, units: Int)
  case cycle(unit: Int)

  public var description: String {
    switch self {
    case .empty: "empty, expected pools"
    case .modelWithout: "a model that names no pools"
    case .tooLong(let limit): "more than \(limit) bytes, expected pools"
    case .badLine(let line, let expected, let found):
      "line \(line): expected \(expected), found \"\(found)\""
    case .badArray(let expected, let found): "expected \(expected), found \(found)"
    case .tooFewUnits(let found, let expected):
      "holds the parents of \(found) units, expected \(expected)"
    case .badParent(let parent, let unit, let units):
      "unit \(unit) has the parent \(parent), expected a unit from 0 to \(units - 1), or -1 of a root"
    case .cycle(let unit): "unit \(unit) is among its own ancestors, expected a tree"
    }
  }
}

/// The longest file of pools.
private let byteLimit = 1 << 26

private func readSets(_ bytes: ByteReader, unitCount: Int) throws -> PoolLayout {
  if try bytes.isModel {
    guard let pools = try Model(reading: bytes).pools else { throw PoolFileProblem.modelWithout }
    guard pools.unitCount <= unitCount else {
      throw PoolFileProblem.badArray(
        expected: "pools of \(unitCount) units", found: "those of \(pools.unitCount)")
    }
    return pools
  }
  let sets = try bytes.isNPY ? arraySets(bytes, unitCount) : textSets(bytes, unitCount)
  var pools = PoolBuilder()
  for (pool, set) in sets.enumerated() {
    guard !set.isEmpty else { throw PoolProblem.emptyPool(pool) }
    var seen: Set<Int> = []
    for (unit, weight) in set {
      guard seen.insert(unit).inserted else { throw PoolProblem.unitTwice(unit, pool: pool) }
      pools.add(unit, weight: weight)
    }
    pools.endPool()
  }
  return try pools.layout()
}

private typealias Member = (unit: Int, weight: Float)

private func textSets(_ bytes: ByteReader, _ unitCount: Int) throws -> [[Member]] {
  try bytes.lines().enumerated().map { pool, line in
    try line.words.map { word in
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      let weight = parts.count == 2 ? Float(parts[1]) : 1
      guard parts.count <= 2, let unit = Int(parts[0]), unit >= 0, let weight, weight.isFinite,
        weight > 0
      else {
        throw PoolFileProblem.badLine(
          line.number, expected: "units, perhaps with weights above 0, such as 0 4 7:0.5",
          found: word)
      }
      guard unit < unitCount else {
        throw PoolProblem.unitBeyond(unit, pool: pool, units: unitCount)
      }
      return (unit, weight)
    }
  }
}

private func arraySets(_ bytes: ByteReader, _ unitCount: Int) throws -> [[Member]] {
  let reader = TensorReader(bytes)
  guard let header = try reader.next() else { throw PoolFileProblem.empty }
  guard header.shape.count == 2, header.shape[1] == unitCount, header.count <= byteLimit else {
    throw PoolFileProblem.badArray(
      expected: "weights [P,\(unitCount)]", found: shapeText(header.shape))
  }
  let weights = try reader.readFloats(upTo: header.count)
  return try (0..<header.shape[0]).map { pool in
    try (0..<unitCount).compactMap { unit in
      let weight = weights[pool * unitCount + unit]
      guard weight >= 0 else {
        throw PoolFileProblem.badArray(expected: "weights of at least 0", found: "\(weight)")
      }
      return weight > 0 ? (unit, weight) : nil
    }
  }
}

private func readParents(_ bytes: ByteReader, unitCount: Int) throws -> PoolLayout {
  let parents = try bytes.isNPY ? arrayParents(bytes) : textParents(bytes)
  guard parents.count == unitCount else {
    throw PoolFileProblem.tooFewUnits(found: parents.count, expected: unitCount)
  }
  for (unit, parent) in parents.enumerated() where !(-1..<unitCount).contains(parent) {
    throw PoolFileProblem.badParent(parent, unit: unit, units: unitCount)
  }
  var (sets, members) = ([[Int]](repeating: [], count: unitCount), 0)
  for unit in 0..<unitCount {
    var (node, steps) = (unit, 0)
    while node >= 0 {
      sets[node].append(unit)
      (node, steps, members) = (parents[node], steps + 1, members + 1)
      guard steps <= unitCount else { throw PoolFileProblem.cycle(unit: unit) }
      guard members <= PoolLayout.memberLimit else {
        throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)
      }
    }
  }
  var pools = PoolBuilder()
  for set in sets {
    for unit in set { pools.add(unit) }
    pools.endPool()
  }
  return try pools.layout()
}

private func textParents(_ bytes: ByteReader) throws -> [Int] {
  try bytes.lines().map { line in
    guard line.words.count == 1, let parent = Int(line.words[0]) else {
      throw PoolFileProblem.badLine(
        line.number, expected: "one parent of a unit, -1 of a root",
        found: line.words.joined(separator: " "))
    }
    return parent
  }
}

private func arrayParents(_ bytes: ByteReader) throws -> [Int] {
  let reader = TensorReader(bytes)
  guard let header = try reader.next() else { throw PoolFileProblem.empty }
  guard header.shape.count == 1, header.count <= byteLimit else {
    throw PoolFileProblem.badArray(expected: "parents [K]", found: shapeText(header.shape))
  }
  return try reader.readIntegers().map(Int.init)
}

extension ByteReader {
  /// Whether it begins as a safetensors file, the length of a header and the header.
  fileprivate var isModel: Bool {
    get throws { try peek(9).dropFirst(8).elementsEqual([UInt8(ascii: "{")]) && peek(8).last == 0 }
  }

  fileprivate var isNPY: Bool {
    get throws { try peek(6).elementsEqual([0x93] + Array("NUMPY".utf8)) }
  }

  /// The words of each line that is no comment (#); blank lines may end the text alone.
  fileprivate func lines() throws -> [(number: Int, words: [String])] {
    let bytes = try read(upTo: byteLimit + 1)
    guard bytes.count <= byteLimit else { throw PoolFileProblem.tooLong(limit: byteLimit) }
    var lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated()
      .map { (number: $0.offset + 1, words: $0.element.split { $0.isWhitespace }.map(String.init)) }
      .filter { !($0.words.first?.hasPrefix("#") ?? false) }
    while lines.last?.words.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw PoolFileProblem.empty }
    for line in lines where line.words.isEmpty {
      throw PoolFileProblem.badLine(line.number, expected: "units", found: "")
    }
    return lines
  }
}
