import Foundation
import TestSupport
import Testing

/// Pages are whole, well-formed and agree with each other.
@Suite struct PageTests {
  @Test func everyPageIsThere() throws {
    #expect(try Documents.names(in: "man") == Set(Documents.pages))
  }

  @Test(arguments: Documents.pages) func sections(of file: String) throws {
    let names = try ManualPage(file).sectionNames
    var expected = ["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"]
    if file.hasSuffix(".1") {
      expected = [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO",
      ]
    }
    #expect(names.filter { expected.contains($0) } == expected, "\(file)")
  }

  @Test(arguments: Documents.commandPages) func exitStatus(of file: String) throws {
    let lines = try ManualPage(file).lines(of: "EXIT STATUS")
    let codes = lines.filter { $0.hasPrefix(".It ") }
    #expect(codes == [".It 0", ".It 1", ".It 2"], "\(file)")
  }

  @Test(arguments: Documents.pages) func references(of file: String) throws {
    let ofTheSystem = ["cat.1", "make.1", "sh.1"]
    for line in try ManualPage(file).sections.flatMap(\.lines) where line.contains("Xr ") {
      let words = line.split(separator: " ")
      let place = try #require(words.firstIndex { $0 == ".Xr" || $0 == "Xr" })
      let target = "\(words[place + 1]).\(words[place + 2])"
      #expect(
        (Documents.pages + ofTheSystem).contains(target) && target != file, "\(file): \(line)")
    }
  }

  @Test(.enabled(if: isInstalled("mandoc")), arguments: Documents.pages)
  func lint(of file: String) throws {
    let outcome = try Child.run(
      "/usr/bin/env", ["mandoc", "-T", "lint", "-W", "warning", Documents.path("man/\(file)")])
    #expect(outcome.succeeded && outcome.text.isEmpty, "\(outcome.text)\(outcome.errors)")
  }

  /// Under groff, which reads what mandoc reads otherwise (`Li` in a name is a macro), and shows all
  /// that is beyond ASCII. No character is put over another: `man` in a pipe would lose it.
  @Test(.enabled(if: isInstalled("groff")), arguments: Documents.pages)
  func groff(of file: String) throws {
    let path = Documents.path("man/\(file)")
    let outcome = try Child.run(
      "/usr/bin/env", ["groff", "-k", "-Kutf8", "-mandoc", "-wall", "-Tutf8", path])
    #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
    let shown = Set(outcome.text.unicodeScalars)
    for scalar in Set(try Documents.text("man/\(file)").unicodeScalars) where !scalar.isASCII {
      #expect(scalar.properties.canonicalCombiningClass == .notReordered, "\(file): \(scalar)")
      #expect(shown.contains(scalar), "\(file): \(scalar) is lost")
    }
  }

  /// Every tensor and key of the schema, and every key that a training writes, is in the contract.
  @Test func modelContract() throws {
    let words = try ManualPage("sparse-model.5").words
    let names = try schemaNames()
    #expect(names.contains("decoder.weight") && names.contains("lipschitz"))
    for name in names {
      #expect(words.contains(name), "sparse-model.5 does not describe \(name)")
    }
    let folder = try ExampleFolder()
    let commands = [
      "whiten -q -o m.bin <train.npy",
      "dictionary --code 16 --epochs 1 --validation 9 -q -o m.bin <train.npy",
      "dictionary --code 16 --variational 500 --epochs 1 -q -o m.bin <train.npy",
      "lateral --learn --code 16 --epochs 1 -q -o m.bin <train.npy",
      "lista -m w.bin --iterations 1 --epochs 1 -q -o m.bin <train.npy",
      "psd --code 16 --epochs 1 -q -o m.bin <train.npy",
      "autoencoder --code 16 --penalty group --pools consecutive:4 --epochs 1 -q -o m.bin <train.npy",
      """
      drsae --labels labels.npy --code 16 --iterations 1 --unsupervised-epochs 1 --epochs 1 -q \
        -o m.bin <images.npy
      """,
      "classifier --labels labels.npy --iterations 2 -q -o m.bin <images.npy",
      "prune -m w.bin --prune-quantile 0.1 -q -o m.bin <train.npy",
      "join -m w.bin -m c.bin -o m.bin",
      "stack -m n.bin --labels labels.txt --epochs 1 -q -o m.bin <train.npy",
    ]
    let network = """
      yes 0 | head -n 500 >labels.txt; yes 1 | head -n 500 >>labels.txt
      encode -m w.bin train.npy | fit classifier --labels labels.txt -q -o c.bin
      fit join -m w.bin -m c.bin -o n.bin
      """
    #expect(try folder.run(network).succeeded)
    #expect(Set(commands.map { String($0.prefix { $0 != " " }) }) == Set(Documents.fits))
    for command in commands {
      #expect(try folder.run("fit \(command)").succeeded, "\(command)")
      let report = try folder.run("inspect --json m.bin")
      for key in try JSONDecoder().decode(Card.self, from: Data(report.output)).metadata.keys {
        let documented = key.hasPrefix("figure.") ? "figure." : key
        #expect(words.contains(documented), "sparse-model.5 does not describe \(key)")
      }
    }
  }

  private struct Card: Decodable {
    let metadata: [String: String]
  }

  /// The strings of the enumerations of names, out of the sources: they are no business of others.
  private func schemaNames() throws -> [String] {
    let folder = "Sources/Common/ModelFile"
    var names: [String] = []
    for file in try Documents.names(in: folder) {
      let text = try Documents.text("\(folder)/\(file)")
      for type in ["enum TensorName {", "enum MetadataKey {"] {
        guard let start = text.range(of: type)?.upperBound else { continue }
        let body = text[start...].prefix(while: { $0 != "}" })
        for line in body.split(separator: "\n") where line.contains(" = \"") {
          names.append(String(line.split(separator: "\"")[1]))
        }
      }
    }
    return names
  }
}

/// Whether the shell finds a command.
func isInstalled(_ command: String) -> Bool {
  (try? Child.shell("command -v \(command)"))?.succeeded ?? false
}
