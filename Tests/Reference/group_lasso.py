"""Codes of the group lasso by SPAMS in double precision: writes Tests/Reference/group_lasso/*.npy.

min ½‖x − Dz‖² + λ Σ_g ‖z_g‖₂ over groups of three units that lie side by side, by FISTA until nothing
moves any more; the script checks that its codes are optimal. (With pos=True they are not.)
Run in this folder, with SPAMS 2.6.14 (pip install spams-bin): python3 group_lasso.py
"""

import numpy as np
import spams

SEED = 20261127
RECORDS, LENGTH, UNITS, SIZE = 8, 20, 30, 3
LAMBDA = 0.6


def energy(x, atoms, z):
    norms = np.sqrt((z.reshape(len(z), -1, SIZE) ** 2).sum(2))
    return 0.5 * ((x - z @ atoms) ** 2).sum(1) + LAMBDA * norms.sum(1)


def gap(x, atoms, z):
    """Relative duality gap of each code."""
    residual = x - z @ atoms
    q = residual @ atoms.T
    dual_norm = np.sqrt((q.reshape(len(z), -1, SIZE) ** 2).sum(2)).max(1)
    s = np.minimum(1, LAMBDA / dual_norm)[:, None]
    dual = (s * residual * x).sum(1) - 0.5 * (s * s * residual * residual).sum(1)
    primal = energy(x, atoms, z)
    return (primal - dual) / primal


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms = atoms.astype("<f4")
    x = random.normal(size=(RECORDS, LENGTH)).astype("<f4")
    np.save("group_lasso/atoms.npy", atoms)
    np.save("group_lasso/records.npy", x)
    atoms, x = atoms.astype(float), x.astype(float)
    codes = spams.fistaFlat(
        np.asfortranarray(x.T), np.asfortranarray(atoms.T),
        np.zeros((UNITS, RECORDS), order="F"), loss="square", regul="group-lasso-l2",
        lambda1=LAMBDA, size_group=SIZE, tol=1e-14, max_it=200_000, numThreads=1,
    ).T
    assert gap(x, atoms, codes).max() < 1e-8, gap(x, atoms, codes)
    np.save("group_lasso/codes.npy", np.ascontiguousarray(codes).astype("<f4"))
    np.save("group_lasso/energies.npy", energy(x, atoms, codes))


main()
