import Foundation
import TestSupport
import Testing

/// Pictures of models whose units see windows of images, and of their codes.
@Suite struct MosaicImageTests {
  /// `conv.bin` of colours, five maps; `signed.bin`, five maps of grey, whose codes have both signs; `local.bin`,
  /// two units a place, `sheet.bin`, `grid.bin` and `torus.bin`, one a place of 8×10.
  static let folder: TemporaryFolder? = {
    let grey = Fixtures.array([60, 10, 12, 1], seed: 8)
    var centred = NPY(shape: grey.shape, grey.floats.map { $0 - 0.5 })
    centred.comment = "# sparsepipe record=3"
    guard let folder = try? TemporaryFolder(),
      (try? folder.write(centred.bytes, to: "centred.npy")) != nil,
      (try? folder.write(
        Fixtures.array([60, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "images.npy")) != nil,
      (try? folder.write(
        Fixtures.array([60, 10, 12, 3], note: "record=3", seed: 6).bytes, to: "color.npy")) != nil,
      (try? folder.write(
        Fixtures.array([1, 10, 12, 3], note: "record=3", seed: 7).bytes, to: "one.npy")) != nil
    else { return nil }
    let outcome = try? Child.shell(
      """
      fit() { command fit autoencoder --epochs 1 --batch 16 --lambda 0.01 -q --kernel 3 "$@"; }
      fit --geometry conv --code 5 -o conv.bin <color.npy &&
      fit --geometry conv --code 5 --nonlinearity tanh -o signed.bin <centred.npy &&
      fit --geometry local --period 2x5 --code 2 -o local.bin <images.npy &&
      fit --geometry local -o sheet.bin <images.npy &&
      fit --geometry local --penalty group --pools grid:8x10:3:1 -o grid.bin <images.npy &&
      fit --geometry local --penalty group --pools torus:8x10:3:1 -o torus.bin <images.npy
      """, options: .init(folder: folder.path))
    return outcome?.succeeded == true ? folder : nil
  }()

  func run(_ line: String) throws -> Child.Outcome {
    let folder = try #require(Self.folder)
    return try Child.shell(line, options: .init(folder: folder.path))
  }

  /// The pixels of a picture.
  func pixels(_ line: String, color: Bool = false) throws -> NPY {
    let outcome = try run("\(line) | patches --size full --no-notes \(color ? "--color" : "")")
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first)
  }

  /// Pixels of a part of a grey picture.
  private func part(_ picture: NPY, _ top: Int, _ left: Int, _ height: Int, _ width: Int) -> [Float]
  {
    (0..<height).flatMap { y in
      (0..<width).map { x in picture.floats[(top + y) * picture.shape[2] + left + x] }
    }
  }

  @Test func kernelsInColour() throws {
    let found = try pixels("mosaic conv.bin --gap 0 --scale 1 --columns 5", color: true)
    #expect(found.shape == [1, 3, 15, 3])
    let values = found.floats
    #expect((0..<45).contains { values[3 * $0] != values[3 * $0 + 1] })
    let pairs = try pixels("mosaic conv.bin --filters pairs --gap 0 --scale 1 --columns 1")
    #expect(pairs.shape == [1, 15, 6, 1])
  }

  /// The units of a place side by side, places as they lie.
  @Test func localUnitsInTheirPlaces() throws {
    let found = try pixels("mosaic local.bin --gap 0 --scale 1")
    #expect(found.shape == [1, 2 * 3, 5 * 2 * 3, 1])
    let column = try pixels("mosaic local.bin --gap 0 --scale 1 --columns 1")
    #expect(column.shape == [1, 10 * 3, 2 * 3, 1])
    for place in 0..<10 {
      #expect(
        part(found, place / 5 * 3, place % 5 * 6, 3, 6) == part(column, place * 3, 0, 3, 6),
        "\(place)")
    }
    #expect(Set(found.floats).count > 10)
    let some = try run("mosaic local.bin --count 4 -o some.png")
    #expect(some.errors.contains("drew the first 4 tiles, --count 4 leaves out 6"))
    let pairs = try pixels("mosaic local.bin --filters pairs --gap 0 --scale 1")
    #expect(pairs.shape == [1, 6, 60, 1])
  }

  /// With pools or without, one unit a place is a sheet that ends at its edges.
  @Test func localSheets() throws {
    for name in ["sheet", "grid"] {
      let plain = try pixels("mosaic \(name).bin --gap 0 --scale 1")
      #expect(plain.shape == [1, 24, 30, 1])
      #expect(try pixels("mosaic \(name).bin --layout sheet --gap 0 --scale 1") == plain)
      let colors = try pixels("mosaic \(name).bin --orientation --scale 8", color: true)
      #expect(colors.shape == [1, 64, 80, 3])
      expectFailure(
        try run("mosaic \(name).bin --orientation --wrap 1 -o x.png"), from: "mosaic",
        saying: "--wrap has no effect on a grid", name)
    }
    let torus = try pixels("mosaic torus.bin --orientation --scale 8 --wrap 1", color: true)
    #expect(torus.shape == [1, 80, 96, 3])
    expectFailure(
      try run("mosaic local.bin --orientation -o x.png"), from: "mosaic",
      saying: "the model names no pools", "two units a place")
  }

  @Test func codesOfImagesAreMaps() throws {
    let one = try pixels("encode -m conv.bin one.npy | mosaic --gap 0 --scale 1")
    #expect(one.shape == [1, 2 * 8, 3 * 10, 1])
    #expect(
      try pixels("encode -m conv.bin one.npy | mosaic --maps --gap 0 --scale 1") == one)
    // The maps of an image are a row.
    let all = try pixels("encode -m conv.bin color.npy | mosaic --gap 0 --scale 1 --contrast tile")
    #expect(all.shape == [1, 60 * 8, 5 * 10, 1])
    let codes = try #require(NPY.stream(try run("encode -m conv.bin color.npy").output)?.first)
    let map = (0..<80).map { codes.floats[((7 * 80) + $0) * 5 + 3] }
    let largest = try #require(map.max())
    let drawn = part(all, 7 * 8, 3 * 10, 8, 10)
    #expect(largest > 0 && zip(map, drawn).allSatisfy { abs($0 / largest - $1) < 0.01 })
    expectFailure(
      try run("encode -m conv.bin one.npy | mosaic --record 1 -o x.png"), from: "mosaic",
      saying: "[5]", "records of codes")
  }

  /// 0 is mid grey where values of a map are below it.
  @Test func signedMaps() throws {
    let codes = try #require(NPY.stream(try run("encode -m signed.bin centred.npy").output)?.first)
    #expect(codes.floats.contains { $0 < 0 } && codes.floats.contains { $0 > 0 })
    let found = try pixels(
      "encode -m signed.bin centred.npy | mosaic --gap 0 --scale 1 --contrast shared")
    let size = codes.floats.reduce(0) { max($0, abs($1)) }
    for (image, map) in [(0, 0), (11, 4)] {
      let drawn = part(found, image * 8, map * 10, 8, 10)
      let values = (0..<80).map { codes.floats[(image * 80 + $0) * 5 + map] }
      #expect(zip(values, drawn).allSatisfy { abs(0.5 + 0.5 * $0 / size - $1) < 0.01 })
    }
  }

  /// What inspect says of the turns of orientation on a sheet.
  @Test func pinwheels() throws {
    let text = try run("inspect grid.bin").text
    #expect(text.contains("\n  pinwheels, around which orientation turns evenly  "), "\(text)")
    struct Report: Decodable {
      struct Pools: Decodable {
        let pinwheels: Int
        let shuffledPinwheels: [Double]
      }
      let pools: Pools
    }
    let json = Data(try run("inspect --json grid.bin").output)
    let pools = try JSONDecoder().decode(Report.self, from: json).pools
    #expect(pools.pinwheels >= 0 && pools.shuffledPinwheels.count == 2)
    #expect(pools.shuffledPinwheels.allSatisfy { 0..<5 ~= $0 })
  }
}
