import Inference
import TensorStream

extension FilterOptions {
  /// The loop of every filter: reads blocks of records, maps them on the threads, writes them in
  /// order. Memory is some blocks, whatever the stream.
  /// - Parameter plan: what to do with an array of this header; what it throws is named after the
  ///   input and comes before a byte is written.
  /// - Parameters:
  ///   - companions: streams read in step.
  ///   - isMasked: whether one of them says what of the records is missing, which may be NaN then.
  public func mapRecords(
    beside companions: [CompanionStream] = [], isMasked: Bool = false,
    _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    try mapRecords(to: try output.open(), beside: companions, isMasked: isMasked, plan)
  }

  /// The same into a sink of the program's own.
  public func mapRecords(
    to sink: any TensorSink, beside companions: [CompanionStream] = [], isMasked: Bool = false,
    _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    let input = try openStreams(files, allowsNonFinite: allowsNonFinite || isMasked)
    try input.mapRecords(
      to: sink, on: threads.forFilter, beside: companions, allowsNonFinite: allowsNonFinite, plan)
  }
}
