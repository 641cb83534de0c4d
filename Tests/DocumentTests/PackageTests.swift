import Testing

/// The package has all that its folders hold.
@Suite struct PackageTests {
  /// A folder that no target names is compiled by nothing, and its tests are missed by nobody.
  @Test func everyFolderOfTestsIsATarget() throws {
    let package = try Documents.text("Package.swift")
    let folders = try Documents.names(in: "Tests").filter { $0.hasSuffix("Tests") }
    #expect(folders.contains("DocumentTests"))
    for folder in folders {
      #expect(
        package.contains("tests(\"\(folder.dropLast(5))\"")
          || package.contains("name: \"\(folder)\""),
        "Tests/\(folder) is no target of Package.swift")
    }
  }

  /// The map of folders leaves out no room of the library and no folder of tests.
  @Test func everyFolderIsOnTheMap() throws {
    let map = try Documents.text("CONTRIBUTING.md")
    for folder in try Documents.names(in: "Sources/Common") {
      #expect(map.contains("  \(folder)/ "), "Sources/Common/\(folder) is not in CONTRIBUTING.md")
    }
    let rooms = try Documents.names(in: "Sources/Common").map { "\($0)Tests" }
    for folder in try Documents.names(in: "Tests").subtracting(rooms) {
      #expect(map.contains("Tests/\(folder)/ "), "Tests/\(folder) is not in CONTRIBUTING.md")
    }
  }
}
