import Inference
import TensorStream

extension FilterOptions {
  /// The loop of every filter: reads blocks of records, maps them on the threads, writes them in
  /// order. Memory is some blocks, whatever the stream.
  /// - Parameter plan: what to do with an array of this header; what it throws is named after the
  ///   input and comes before a byte is written.
  public func mapRecords(_ plan: (ArrayHeader) throws -> RecordMap) throws {
    try mapRecords(to: try output.open(), plan)
  }

  /// The same into a sink of the program's own.
  public func mapRecords(
    to sink: any TensorSink, _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    try openInput().mapRecords(to: sink, on: threads.forFilter, plan)
  }
}
