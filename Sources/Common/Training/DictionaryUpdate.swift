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

  /// - Parameters:
  ///   - atoms: D transposed, [K, D].
  ///   - codes: A, [K, K].
  ///   - records: B, [K, D].
  func apply(to atoms: inout Matrix, codes: Matrix, records: Matrix) {
    let centre = Preprocessing(steps: removesMean ? [.center] : [])
    var projected = centre(atoms)
    let largest = (0..<atoms.rows).reduce(0) { max($0, codes[$1, $1]) }
    for unit in 0..<atoms.rows {
      let weight = codes[unit, unit]
      // What is left of a unit that has long not been used says nothing.
      guard weight > 1e-9 * largest else { continue }
      var change = Array(records.row(unit))
      for other in 0..<atoms.rows where codes[unit, other] != 0 {
        addScaled(-codes[unit, other], rowOf: projected, other, to: &change)
      }
      var atom = Array(atoms.row(unit))
      for index in atom.indices { atom[index] += change[index] / weight }
      if isNonnegative {
        for index in atom.indices { atom[index] = max(0, atom[index]) }
      } else if removesMean {
        atom = centre(Matrix(rows: 1, columns: atom.count, elements: atom)).elements
      }
      let norm = dotInDouble(atom, atom).squareRoot()
      if norm > 1 { for index in atom.indices { atom[index] = Float(Double(atom[index]) / norm) } }
      atoms.setRow(unit, to: atom[...])
      projected.setRow(
        unit, to: centre(Matrix(rows: 1, columns: atom.count, elements: atom)).elements[...])
    }
  }
}
