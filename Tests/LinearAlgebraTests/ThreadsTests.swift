import LinearAlgebra
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

private struct Failure: Error, Equatable { let index: Int }

@Suite struct ThreadsTests {
  @Test(arguments: [0, 1, 2, 33, 257]) func resultsComeInOrder(n: Int) {
    for count in [1, 2, 3, 8] {
      #expect(Threads(count).map(n) { $0 * $0 } == (0..<n).map { $0 * $0 }, "\(count) threads")
    }
  }

  @Test func sumsDependOnNoThreadCount() {
    let x = sample(1000, 40, density: 0.3, seed: 1)
    let w = PackedMatrix(sample(50, 40, seed: 2))
    let whole = product(x, w)
    for count in [1, 2, 5] {
      let parts = Threads(count).mapTiles(of: x.rows) { product(x.rows($0), w) }
      #expect(parts.flatMap(\.elements) == whole.elements, "\(count) threads")
    }
  }

  @Test func tilesAreFixed() {
    let tiles = Threads(3).mapTiles(of: 250) { $0 }
    #expect(tiles == [0..<112, 112..<224, 224..<250])
    #expect(Threads(2).mapTiles(of: 7, tile: 3) { $0 } == [0..<3, 3..<6, 6..<7])
    #expect(Threads(2).mapTiles(of: 0) { $0 }.isEmpty)
  }

  @Test func theFirstErrorIsThrown() {
    for count in [1, 2, 4, 7] {
      #expect(throws: Failure(index: 13), "\(count) threads") {
        try Threads(count).map(100) { i -> Int in
          if i >= 13 && i % 3 != 0 { throw Failure(index: i) }
          return i
        }
      }
      #expect(throws: Failure(index: 4)) {
        try Threads(count).mapTiles(of: 20, tile: 2) { range -> Int in
          if range.lowerBound >= 4 { throw Failure(index: range.lowerBound) }
          return 0
        }
      }
    }
  }

  @Test func notMoreThreadsThanAsked() {
    let running = Mutex((now: 0, most: 0))
    _ = Threads(2).map(200) { i -> Int in
      running.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      let sum = (0..<1000).reduce(i, &+)
      running.withLock { $0.now -= 1 }
      return sum
    }
    #expect(running.withLock { $0.most } <= 2)
  }

  /// Pieces of work that end at once, with pauses in which workers fall asleep.
  @Test(arguments: [2, 3, 9]) func manySmallPieces(_ count: Int) {
    for round in 0..<3000 {
      #expect(Threads(count).map(count) { $0 + round } == (0..<count).map { $0 + round })
      if round % 200 == 0 { usleep(2000) }
    }
  }

  @Test func withinOneAnotherAndAtOnce() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for caller in 0..<4 {
        group.addTask {
          (0..<200).reduce(0) { sum, round in
            let parts = Threads(3).map(3) { part in
              Threads(2).map(4) { $0 * part }.reduce(caller, +)
            }
            return sum + parts.reduce(round, +)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted()
    }
    #expect(sums == (0..<4).map { caller in 199 * 100 + 200 * (3 * caller + 18) })
  }

  @Test func thereIsAProcessor() {
    #expect(Threads.processors >= 1)
  }
}
