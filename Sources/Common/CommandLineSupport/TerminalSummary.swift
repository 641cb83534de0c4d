import ByteIO
import TensorStream

/// What a terminal gets instead of bytes: a line an array, as `inspect` prints it.
public final class TerminalSummary: TensorSink {
  private let output: ByteWriter
  private var current: (shape: [Int], notes: Notes, summary: ArraySummary)?

  public init(_ output: ByteWriter) { self.output = output }

  public func begin(shape: [Int], notes: Notes) throws {
    try endArray()
    current = (shape, notes, ArraySummary())
  }

  public func write(_ values: [Float]) throws { current?.summary.add(values) }

  public func finish() throws {
    try endArray()
    try output.finish()
  }

  private func endArray() throws {
    guard let (shape, notes, summary) = current else { return }
    let line = arrayLine(shape: shape, type: .float32, summary: summary, notes: notes)
    try output.write((line + "\n").utf8)
    current = nil
  }
}
