import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding

/// A model or a network that is read has what it promises and is the same after it was written and read again.
///
/// Bytes that begin with a brace are the header as text, up to the first line's end, and the tensors'
/// data; the length before the header and the data's length are put right, so that the schema is
/// reached more often than by chance.
func fuzzModel(_ bytes: [UInt8]) throws {
  let network = try Network(reading: ByteReader(repaired(bytes)))
  for model in network.layers { try check(model) }
  guard network.layers.count > 1 else { return }
  let written = network.file.encoded()
  guard let again = try? Network(reading: ByteReader(written)) else {
    preconditionFailure("a network that was written is not read")
  }
  precondition(again.file.encoded() == written, "written and read again, the network differs")
  precondition(again.digest == SafetensorsFile.digest(of: written), "another digest")
}

private func check(_ model: Model) throws {
  let file = model.file()
  try file.requireFinite()
  let written = file.encoded()
  guard let again = try? Model(reading: ByteReader(written)) else {
    preconditionFailure("a model that was written is not read")
  }
  precondition(again.file() == file, "written and read again, the model differs")
  precondition(again.digest == SafetensorsFile.digest(of: written), "another digest")
  apply(again)
}

/// Two records through all that the model can do, where that is little work.
private func apply(_ model: Model) {
  let length = model.recordLength
  guard length * (model.codeLength ?? 1) <= 1 << 12, model.encoder?.iterations ?? 0 <= 16 else {
    return
  }
  let records = Matrix(
    rows: 2, columns: length, elements: (0..<2 * length).map { Float($0 % 5) / 4 })
  if let classifier = model.classifier {
    let features =
      model.classifiesCodes ? codes(of: records, by: model) : model.preprocessing(records)
    precondition(classifier(features).columns == classifier.classCount)
  }
  guard let codeLength = model.codeLength else { return }
  let codes = codes(of: records, by: model)
  precondition(codes.rows == 2 && codes.columns == codeLength, "codes of another shape")
  precondition(model.decode(codes).columns == length, "records of another shape")
  if let pools = try? model.poolsOrDefault() { _ = pools.pool(codes, by: .l2) }
  _ = model.filters(model.mainFilters)
  _ = model.filters(.pairs)
  for kind in UnitKind.allCases {
    _ = (try? model.connections(of: kind, strongest: 3)).map(UnitConnections.table)
  }
}

/// Codes, [N, K], of records, [N, D].
private func codes(of records: Matrix, by model: Model) -> Matrix {
  let shape = model.recordShape
  let x = (model.tiling == nil ? model.preprocessing : model.preprocessing.on(images: shape))(
    records)
  return model.encoder.map { $0(x) } ?? x
}

/// See ``fuzzModel(_:)``.
func repaired(_ bytes: [UInt8]) -> [UInt8] {
  guard bytes.first == UInt8(ascii: "{") else { return bytes }
  let header = bytes.prefix { $0 != 0x0a }
  let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
  let file = length + bytes.prefix(header.count) + bytes.dropFirst(header.count + 1)
  do {
    _ = try SafetensorsFile(reading: ByteReader(file))
  } catch let problem as FileProblem {
    switch problem.problem as? SafetensorsProblem {
    case .trailingBytes(let end): return Array(file.prefix(end))
    case .tensor(_, .dataCut(let expected, let found)) where expected - found < 1 << 12:
      // Small numbers that differ, again and again, until no tensor is cut short.
      let more = (0..<expected - found).map { UInt8($0 % 4 == 3 ? 0x3e : $0 % 251) }
      return repaired(bytes + (bytes.contains(0x0a) ? [] : [0x0a]) + more)
    default: break
    }
  } catch {}
  return file
}
