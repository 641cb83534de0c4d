"""One dictionary update given codes, by plain NumPy: writes Tests/Reference/dictionary_update/*.npy.

Mairal, Bach, Ponce & Sapiro 2009, algorithm 2, one pass: with A = Σ zzᵀ and B = Σ zxᵀ,
u = d_k + (b_k − D a_k)/A_kk, d_k = u / max(‖u‖, 1). Units without use stay. "nonnegative" cuts u at 0.
Run in this folder: python3 dictionary_update.py
"""

import numpy as np

SEED = 20240518
RECORDS, LENGTH, UNITS = 150, 12, 75


def update(atoms, codes, x, nonnegative):
    a, b = codes.T @ codes, codes.T @ x
    atoms = atoms.copy()
    for k in range(UNITS):
        if a[k, k] == 0:
            continue
        u = atoms[k] + (b[k] - a[k] @ atoms) / a[k, k]
        if nonnegative:
            u = np.maximum(u, 0)
        atoms[k] = u / max(np.linalg.norm(u), 1)
    return atoms


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms = (atoms / np.linalg.norm(atoms, axis=1, keepdims=True)).astype("<f4")
    codes = random.normal(size=(RECORDS, UNITS)) * (random.uniform(size=(RECORDS, UNITS)) < 0.3)
    codes[:, 4] = 0
    codes = codes.astype("<f4")
    x = (0.4 * random.normal(size=(RECORDS, LENGTH))).astype("<f4")
    for name, array in (("atoms", atoms), ("codes", codes), ("records", x)):
        np.save(f"dictionary_update/{name}.npy", array)
    for name, nonnegative in (("plain", False), ("nonnegative", True)):
        result = update(atoms.astype(float), codes.astype(float), x.astype(float), nonnegative)
        np.save(f"dictionary_update/{name}.npy", result.astype("<f4"))


main()
