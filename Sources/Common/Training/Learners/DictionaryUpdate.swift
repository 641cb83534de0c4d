import LinearAlgebra
import SparseCoding

/// The dictionary that suits given codes: one pass of block coordinate descent over the atoms (Mairal
/// et al. 2009, algorithm 2), d_k ← Π(d_k + (b_k − D a_k)/A_kk), with A = Σ zzᵀ, B = Σ zxᵀ and Π onto
/// the unit ball (and the positive orthant).
struct DictionaryUpdate {
  /// Whether a DC unit takes the mean of records and atoms off the error: b_k has mean zero then, and
  /// D is taken without its means.
  var removesMean = false
  var isNonnegative = false

  /// Atoms whose products with all others are taken together; what they change for each other is
  /// added one by one.
  private static let block = 32

  /// - Parameters:
  ///   - atoms: D transposed, [K, D].
  ///   - codes: A, [K, K].
  ///   - records: B, [K, D].
  func apply(to atoms: inout Matrix, codes: Matrix, records: Matrix) {
    let centre = Preprocessing(steps: removesMean ? [.center] : [])
    var projected = centre(atoms)
    let largest = (0..<atoms.rows).reduce(0) { max($0, codes[$1, $1]) }
    for first in stride(from: 0, to: atoms.rows, by: Self.block) {
      let units = first..<min(first + Self.block, atoms.rows)
      // A D of the block, A being symmetric.
      let explained = transposedProduct(codes.rows(units).transposed, projected)
      var moves = Matrix(zeros: units.count, columns: atoms.columns)
      for unit in units {
        let weight = codes[unit, unit]
        // What is left of a unit that has long not been used says nothing.
        guard weight > 1e-9 * largest else { continue }
        var change = Array(records.row(unit))
        addScaled(-1, rowOf: explained, unit - first, to: &change)
        for earlier in first..<unit where codes[unit, earlier] != 0 {
          addScaled(-codes[unit, earlier], rowOf: moves, earlier - first, to: &change)
        }
        let atom = self.atom(Array(atoms.row(unit)), change: change, weight: weight, centre)
        atoms.setRow(unit, to: atom[...])
        let new = centre(Matrix(rows: 1, columns: atom.count, elements: atom)).elements
        moves.setRow(unit - first, to: zip(new, projected.row(unit)).map { $0 - $1 }[...])
        projected.setRow(unit, to: new[...])
      }
    }
  }

  /// Π(d_k + change/A_kk), [D].
  private func atom(
    _ old: [Float], change: [Float], weight: Float, _ centre: Preprocessing
  ) -> [Float] {
    var atom = zip(old, change).map { $0 + $1 / weight }
    if isNonnegative {
      for index in atom.indices { atom[index] = max(0, atom[index]) }
    } else if removesMean {
      atom = centre(Matrix(rows: 1, columns: atom.count, elements: atom)).elements
    }
    let norm = dotInDouble(atom, atom).squareRoot()
    return norm > 1 ? atom.map { Float(Double($0) / norm) } : atom
  }
}
