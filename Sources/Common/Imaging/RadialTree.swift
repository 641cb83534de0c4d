import LinearAlgebra

/// Trees around a middle: the nodes of a depth on a circle, each in the middle of its share of the turn, which
/// is as large as the leaves below it are many. A single root is in the middle.
struct RadialTree {
  /// nil of roots, [nodes].
  let parents: [Int?]
  /// Nodes of each depth in the order of their turns, roots first.
  let circles: [[Int]]
  /// Turns of each node from the top, clockwise, 0…1, [nodes].
  let turns: [Double]

  /// - Parameter parents: the caller guarantees that no node is below itself.
  init(parents: [Int?]) {
    var children = [[Int]](repeating: [], count: parents.count)
    for (node, parent) in parents.enumerated() {
      if let parent { children[parent].append(node) }
    }
    var circles: [[Int]] = []
    var circle = parents.indices.filter { parents[$0] == nil }
    while !circle.isEmpty {
      circles.append(circle)
      circle = circle.flatMap { children[$0] }
    }
    var leaves = [Int](repeating: 0, count: parents.count)
    for node in circles.reversed().joined() {
      leaves[node] = max(1, children[node].reduce(0) { $0 + leaves[$1] })
    }
    let roots = circles.first ?? []
    let all = roots.reduce(0) { $0 + leaves[$1] }
    // Where the share of each node begins, in leaves.
    var starts = [Int](repeating: 0, count: parents.count)
    func share(_ start: Int, among nodes: [Int]) {
      var start = start
      for node in nodes {
        starts[node] = start
        start += leaves[node]
      }
    }
    share(0, among: roots)
    for node in circles.joined() { share(starts[node], among: children[node]) }
    self.parents = parents
    self.circles = circles
    turns = parents.indices.map { (Double(starts[$0]) + 0.5 * Double(leaves[$0])) / Double(all) }
  }

  /// x to the right and y down, both from −1 to 1.
  static func direction(_ turn: Double) -> SIMD2<Double> {
    func cosine(_ halfTurns: Double) -> Double {
      LinearAlgebra.cosine(ofHalfTurns: halfTurns <= 1 ? halfTurns : 2 - halfTurns)
    }
    return SIMD2(cosine(abs(2 * turn - 0.5)), -cosine(2 * turn))
  }

  /// The least radius of each circle with which boxes in the middle of which nodes are do not overlap.
  /// - Parameter boxes: width and height of each node, the distance that it keeps included.
  func radii(boxes: [SIMD2<Double>]) -> [Double] {
    var (radii, last): ([Double], SIMD2<Double>) = ([], .zero)
    for circle in circles {
      let box = circle.reduce(.zero) { pointwiseMax($0, boxes[$1]) }
      let directions = circle.map { Self.direction(turns[$0]) }
      var radius = 0.0
      // Those farther apart on a circle are at least as far as neighbours: boxes are of one size.
      for (one, other) in zip(directions, directions.dropFirst() + directions.prefix(1))
      where one != other {
        let distance = one - other
        radius = max(radius, 1 / max(abs(distance.x) / box.x, abs(distance.y) / box.y))
      }
      // However they lie to each other, boxes of two circles are apart by half of both along x or y.
      let reach = (box + last) / 2
      if let inner = radii.last { radius = max(radius, inner + (reach * reach).sum().squareRoot()) }
      radii.append(radius)
      last = box
    }
    return radii
  }

  /// Points of the way from the parent of a node to the node between their circles, which neither enters.
  /// - Parameter radii: of the two circles.
  func way(to node: Int, from inner: Double, to outer: Double) -> [SIMD2<Double>] {
    guard let parent = parents[node] else { return [] }
    // From the middle all ways are straight.
    let start = inner > 0 ? turns[parent] : turns[node]
    let steps = start == turns[node] ? 1 : 24
    return (0...steps).map { step in
      let share = Double(step) / Double(steps)
      // It leaves and arrives along the radius.
      let turn = start + (turns[node] - start) * share * share * (3 - 2 * share)
      return Self.direction(turn) * (inner + (outer - inner) * share)
    }
  }
}
