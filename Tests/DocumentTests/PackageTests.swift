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
}
