import TestSupport
import Testing

/// Another reader of what the programs write: NumPy, which knows nothing of notes.
@Suite(.enabled(if: NumPy.isInstalled, "needs Python with NumPy")) struct NumPyStreamTests {
  private static let script = """
    import io, sys, numpy
    data = io.BytesIO(sys.stdin.buffer.read())
    end = len(data.getvalue())
    while data.tell() < end:
        array = numpy.load(data)
        sys.stdout.write(f"{list(array.shape)} {array.dtype.str} ")
        sys.stdout.write(" ".join(str(b) for b in array.tobytes()[:64]) + "\\n")
    """

  @Test(arguments: Program.all.filter(\.isFilter)) func streams(_ program: Program) throws {
    let input = program.name == "patches" ? program.input : program.input + program.input
    for flag in ["", " --no-notes"] {
      let outcome = try Fixtures.run(program.command + flag, input: input)
      let arrays = try #require(NPY.stream(outcome.output))
      let loaded = try NumPy.run(Self.script, input: outcome.output)
      #expect(loaded.succeeded, "\(loaded.errors)")
      let expected = arrays.map { array in
        let bytes = array.words.prefix(16).flatMap { word in
          (0..<4).map { "\(word >> (8 * $0) & 255)" }
        }
        return "\(array.shape) <f4 \(bytes.joined(separator: " "))\n"
      }
      #expect(loaded.text == expected.joined(), "\(program)\(flag)")
    }
  }

  /// Python's safetensors reads our models; what it writes of them again is the same model.
  @Test(.enabled(if: NumPy.hasSafetensors), arguments: ["d.bin", "w.bin", "c.bin"])
  func safetensors(_ name: String) throws {
    let folder = try TemporaryFolder()
    let script = """
      import sys
      from safetensors import safe_open
      from safetensors.numpy import save_file
      with safe_open(sys.argv[1], "numpy") as model:
          save_file({k: model.get_tensor(k) for k in model.keys()}, sys.argv[2], model.metadata())
      """
    let copied = try NumPy.run(script, [Fixtures.folder.file(name), folder.file("copy.bin")])
    #expect(copied.succeeded, "\(copied.errors)")
    let reports = try [Fixtures.folder.file(name), folder.file("copy.bin")].map {
      try Child.run("inspect", [$0])
    }
    #expect(reports.allSatisfy(\.succeeded) && reports[0].text == reports[1].text)
  }

  @Test(arguments: ["d.bin", "w.bin", "c.bin"]) func models(_ name: String) throws {
    let script = """
      import json, struct, sys, numpy
      data = open(sys.argv[1], "rb").read()
      length = struct.unpack("<Q", data[:8])[0]
      header = json.loads(data[8:8 + length])
      card = header.pop("__metadata__")
      assert all(type(v) is str for v in card.values()), card
      assert not any("/" in v for v in card.values()), card
      for tensor, entry in sorted(header.items()):
          start, end = entry["data_offsets"]
          kind = {"F32": "<f4", "I32": "<i4", "I64": "<i8"}[entry["dtype"]]
          array = numpy.frombuffer(data[8 + length + start:8 + length + end], kind)
          print(tensor, list(array.reshape(entry["shape"]).shape), numpy.isfinite(array).all())
      print(card["kind"])
      """
    let outcome = try NumPy.run(script, [Fixtures.folder.file(name)])
    #expect(outcome.succeeded && !outcome.text.contains("False"), "\(outcome.errors)")
    let kind = ["d.bin": "dictionary", "w.bin": "whitening", "c.bin": "classifier"][name]
    #expect(outcome.text.hasSuffix("\(kind ?? "")\n"))
  }
}
