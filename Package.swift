// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A room of the library, `Sources/Common/<name>`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Common/\(name)")
}

/// A program, `Sources/Tools/<name>`: flags in, library call, stream out.
func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: ["ByteIO", "CommandLineSupport", "LinearAlgebra", "TensorStream", argumentParser]
      + dependencies,
    path: "Sources/Tools/\(name)")
}

/// The tests of one room, `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies)
}

let toolTargets = [
  tool("patches", ["Imaging", "ModelFile", "PictureSupport"]),
  tool("encode", ["Inference", "SparseCoding", "ModelFile"]),
  tool("decode", ["Inference", "SparseCoding", "ModelFile"]),
  tool("pool", ["Inference", "SparseCoding", "ModelFile"]),
  tool("classify", ["Inference", "SparseCoding", "ModelFile", "Imaging", "Inspection"]),
  tool(
    "fit", ["Inference", "Training", "TrainingSupport", "SparseCoding", "ModelFile", "Imaging"]),
  tool("mosaic", ["Inference", "PictureSupport", "Imaging", "ModelFile", "SparseCoding"]),
  tool("inspect", ["Imaging", "Inference", "Inspection", "ModelFile"]),
]

/// What `make fuzz` and `make sanitize` compile is instrumented, so they leave the programs out.
let isFuzzing = Context.environment["SPARSEPIPE_FUZZ"] == "1"
let isSanitizing = Context.environment["SPARSEPIPE_SANITIZE"] == "1"

/// libFuzzer's driver.
let fuzzDriver = Target.executableTarget(
  name: "fuzz", dependencies: ["FuzzTargets"], path: "Fuzz/Driver")

/// The tests of programs and of what is said about them.
let programTests: [Target] = [
  .testTarget(name: "ToolTests", dependencies: ["TestSupport", "ByteIO", "TensorStream"]),
  .testTarget(
    name: "FaultTests",
    dependencies: ["TestSupport", "ByteIO", "LinearAlgebra", "ModelFile", "TensorStream"]),
  .testTarget(name: "DocumentTests", dependencies: ["Imaging", "TestSupport"]),
]

let programs = isFuzzing ? [fuzzDriver] : isSanitizing ? [] : toolTargets

let package = Package(
  name: "sparsepipe",
  products: programs.map { .executable(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    room("ByteIO"),
    room("TensorStream", ["ByteIO"]),
    .target(
      name: "CPNG", path: "Sources/Common/CPNG",
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("z")]),
    room("Imaging", ["ByteIO", "TensorStream", "CPNG", "LinearAlgebra"]),
    room("CKernels"),
    room("LinearAlgebra", ["CKernels"]),
    room("SparseCoding", ["LinearAlgebra"]),
    room("CBuiltInModel"),
    room("ModelFile", ["ByteIO", "SparseCoding", "LinearAlgebra", "CBuiltInModel"]),
    room(
      "Inference", ["ByteIO", "LinearAlgebra", "ModelFile", "SparseCoding", "TensorStream"]),
    room("Training", ["ByteIO", "LinearAlgebra", "ModelFile", "SparseCoding", "TensorStream"]),
    room("CArguments"),
    room("CShortage"),
    room(
      "CommandLineSupport",
      [
        "ByteIO", "CArguments", "CShortage", "Inference", "LinearAlgebra", "ModelFile",
        "SparseCoding", "TensorStream", argumentParser,
      ]),
    // What programs that write pictures share; the others do without libpng.
    room("PictureSupport", ["ByteIO", "CommandLineSupport", "Imaging"]),
    // A room of its own: filters start faster without the code of training.
    room(
      "TrainingSupport",
      [
        "ByteIO", "CommandLineSupport", "Inference", "LinearAlgebra", "ModelFile", "SparseCoding",
        "TensorStream", "Training", argumentParser,
      ]),
    // What is said of files and results, as text and as JSON. A room of its own: most filters do
    // without it. To classify it adds 0.1 MB and nothing that shows in its start-up.
    room(
      "Inspection",
      [
        "ByteIO", "CommandLineSupport", "LinearAlgebra", "ModelFile", "SparseCoding",
        "TensorStream",
      ]),
    .target(
      name: "TestSupport",
      dependencies: ["ByteIO", "LinearAlgebra", "SparseCoding", "TensorStream"],
      path: "Tests/TestSupport"),
    tests("ByteIO"),
    tests("TensorStream", ["ByteIO"]),
    tests("Imaging", ["ByteIO", "LinearAlgebra", "TensorStream"]),
    tests("LinearAlgebra"),
    tests("SparseCoding", ["LinearAlgebra"]),
    tests("ModelFile", ["ByteIO", "Inference", "LinearAlgebra", "SparseCoding"]),
    tests("Inference", ["ByteIO", "LinearAlgebra", "SparseCoding", "TensorStream"]),
    tests("Training", ["LinearAlgebra", "ModelFile", "SparseCoding", "TensorStream", "ByteIO"]),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "ByteIO", "CPNG", "CommandLineSupport", "Imaging", "Inference", "Inspection",
        "LinearAlgebra", "ModelFile", "SparseCoding", "TensorStream", "Training",
      ], path: "Fuzz/Targets"),
  ] + programs + (isFuzzing || isSanitizing ? [] : programTests),
  swiftLanguageModes: [.v6]
)
