import ByteIO
import SparseCoding

/// Where features come from: whose codes they are, and how these were pooled.
public struct FeatureSource: Equatable, Sendable, CustomStringConvertible {
  /// The digest of the model that made the codes.
  public let model: String
  /// One after another; none where they are the codes themselves.
  public let poolings: [Pooling]

  public init(model: String, poolings: [Pooling] = []) {
    self.model = model
    self.poolings = poolings
  }

  /// As notes and cards have it: a digest, and poolings with semicolons between them. Nil where no model is named.
  /// - Throws: ``FeatureSourceProblem`` where `pooling` is none.
  public init?(model: String?, pooling: String?) throws {
    guard let model else { return nil }
    self.init(model: model, poolings: try pooling.map(Self.poolings) ?? [])
  }

  /// Poolings, one after another, of text with semicolons between them.
  /// - Throws: ``FeatureSourceProblem`` where one is none.
  public static func poolings(in text: String) throws -> [Pooling] {
    let texts = text.split(separator: ";", omittingEmptySubsequences: false)
    let poolings = texts.compactMap { Pooling(String($0)) }
    guard poolings.count == texts.count else { throw FeatureSourceProblem(pooling: text) }
    return poolings
  }

  /// The poolings in text; nil where there are none.
  public var pooling: String? { poolings.isEmpty ? nil : Self.text(of: poolings) }

  /// Poolings in text, those of none as well.
  public static func text(of poolings: [Pooling]) -> String {
    poolings.isEmpty ? "none" : poolings.map(\.text).joined(separator: ";")
  }

  /// The entries of a model's card that say it.
  public var card: [String: String] {
    [Self.modelKey: model].merging(pooling.map { [Self.poolingKey: $0] } ?? [:]) { $1 }
  }

  public var description: String {
    poolings.isEmpty ? "model \(model)" : "model \(model) pooled by \(Self.text(of: poolings))"
  }

  static let modelKey = "source"
  static let poolingKey = "pooling"
}

/// What says how features were pooled, and does not.
public struct FeatureSourceProblem: Problem, Equatable {
  public let pooling: String

  public var description: String { "pooling=\(pooling), expected \(Pooling.form)" }
}

extension Model {
  /// Where the features come from that it was learned from, where its card says so.
  public var features: FeatureSource? {
    // What a file says has been looked at.
    try? FeatureSource(
      model: card[FeatureSource.modelKey], pooling: card[FeatureSource.poolingKey])
  }
}

extension Contents {
  /// Refuses a card that says how features were pooled in words that do not.
  func checkFeatures() throws {
    guard let pooling = card[FeatureSource.poolingKey] else { return }
    guard (try? FeatureSource.poolings(in: pooling)) != nil else {
      throw ModelProblem.badValue(
        key: FeatureSource.poolingKey, expected: Pooling.form, found: pooling)
    }
  }
}
