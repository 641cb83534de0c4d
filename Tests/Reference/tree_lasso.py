"""Codes of a tree-structured penalty by SPAMS in double precision: writes Tests/Reference/tree_lasso/*.npy.

min ½‖x − Dz‖² + λ Σ_g ‖z_g‖₂, a group for each node of two trees with all below it (pools "tree:1,3,2+1,4",
units level by level), by FISTA until nothing moves any more; the script checks that its codes are optimal.
Run in this folder, with SPAMS 2.6.14 (pip install spams-bin): python3 tree_lasso.py
"""

import numpy as np
import scipy.sparse
import spams

SEED = 20261128
RECORDS, LENGTH = 8, 12
LAMBDA = 0.25
# The parent of each unit, level by level; −1 of roots.
PARENTS = [-1, 0, 0, 0, 1, 1, 2, 2, 3, 3, -1, 10, 10, 10, 10]
UNITS = len(PARENTS)


def subtree(node):
    return [node] + [unit for child in range(UNITS) if PARENTS[child] == node for unit in subtree(child)]


# SPAMS wants variables in the order in which the tree is gone through, and one root: it has no variables of
# its own and no weight.
ORDER = [unit for root in range(UNITS) if PARENTS[root] < 0 for unit in subtree(root)]


def tree():
    parents = np.zeros((UNITS + 1, UNITS + 1), dtype=bool)
    for place, unit in enumerate(ORDER):
        parent = PARENTS[unit]
        parents[place + 1, 0 if parent < 0 else ORDER.index(parent) + 1] = True
    return {
        "eta_g": np.array([0.0] + [1.0] * UNITS),
        "groups": scipy.sparse.csc_matrix(parents, dtype=bool),
        "own_variables": np.array([0] + list(range(UNITS)), dtype=np.int32),
        "N_own_variables": np.array([0] + [1] * UNITS, dtype=np.int32),
    }


def energy(x, atoms, z):
    norms = sum(np.linalg.norm(z[:, subtree(node)], axis=1) for node in range(UNITS))
    return 0.5 * ((x - z @ atoms) ** 2).sum(1) + LAMBDA * norms


def proximal_step(u, threshold):
    """The steps of all groups one after another, leaves first."""
    u = u.copy()
    for node in reversed(range(UNITS)):
        group = subtree(node)
        norm = np.linalg.norm(u[:, group], axis=1, keepdims=True)
        u[:, group] *= np.maximum(0, 1 - threshold / np.maximum(norm, 1e-300))
    return u


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms = atoms.astype("<f4")
    x = random.normal(size=(RECORDS, LENGTH)).astype("<f4")
    np.save("tree_lasso/atoms.npy", atoms)
    np.save("tree_lasso/records.npy", x)
    atoms, x = atoms.astype(float), x.astype(float)
    codes = spams.fistaTree(
        np.asfortranarray(x.T), np.asfortranarray(atoms[ORDER].T),
        np.zeros((UNITS, RECORDS), order="F"), tree(), loss="square", regul="tree-l2",
        lambda1=LAMBDA, tol=1e-14, max_it=200_000, numThreads=1,
    )
    z = np.zeros((RECORDS, UNITS))
    z[:, ORDER] = codes.T
    # Optimal codes are what a proximal step leaves alone.
    step = 1 / np.linalg.eigvalsh(atoms @ atoms.T).max()
    moved = proximal_step(z + step * (x - z @ atoms) @ atoms.T, LAMBDA * step)
    assert np.abs(moved - z).max() < 1e-7, np.abs(moved - z).max()
    assert 0.2 < (z == 0).mean() < 0.8, (z == 0).mean()
    np.save("tree_lasso/codes.npy", z.astype("<f4"))
    np.save("tree_lasso/energies.npy", energy(x, atoms, z))


main()
