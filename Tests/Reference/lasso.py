"""Sparse codes by plain NumPy in double precision: writes Tests/Reference/lasso/*.npy.

min ½‖x − Dz‖² + λ‖z‖₁ (z ≥ 0 for the "nonnegative" ones): FISTA iterates after k steps as Beck &
Teboulle 2009 write them, restarted as O'Donoghue & Candès 2015 do by the gradient, and codes after so many steps that nothing moves any more.
Run in this folder: python3 lasso.py
"""

import numpy as np

SEED = 20240517
RECORDS, LENGTH, UNITS = 7, 20, 30
LAMBDA = 0.15
STEPS = (1, 2, 3, 10, 50)


def shrink(v, threshold, nonnegative):
    if nonnegative:
        return np.maximum(v - threshold, 0)
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def fista(x, atoms, steps, nonnegative):
    """x [N, D], atoms [K, D]; the iterate after each of `steps`."""
    gram = atoms @ atoms.T
    lipschitz = np.linalg.eigvalsh(gram)[-1]
    z = np.zeros((len(x), len(atoms)))
    y, t, found = z, np.ones((len(x), 1)), {}
    for k in range(1, max(steps) + 1):
        following = shrink(y + (x @ atoms.T - y @ gram) / lipschitz, LAMBDA / lipschitz, nonnegative)
        uphill = ((y - following) * (following - z)).sum(1, keepdims=True) > 0
        t = np.where(uphill, 1.0, t)
        t_following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        y = following + (t - 1) / t_following * (following - z)
        z, t = following, t_following
        if k in steps:
            found[k] = z
    return found


def energy(x, atoms, z):
    return 0.5 * ((x - z @ atoms) ** 2).sum(1) + LAMBDA * np.abs(z).sum(1)


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms = atoms.astype("<f4")
    x = random.normal(size=(RECORDS, LENGTH)).astype("<f4")
    np.save("lasso/atoms.npy", atoms)
    np.save("lasso/records.npy", x)
    atoms, x = atoms.astype(float), x.astype(float)
    for nonnegative in (False, True):
        name = "nonnegative" if nonnegative else "plain"
        iterates = fista(x, atoms, STEPS, nonnegative)
        np.save(f"lasso/{name}-fista.npy", np.stack([iterates[k] for k in STEPS]).astype("<f4"))
        codes = fista(x, atoms, (20_000,), nonnegative)[20_000]
        np.save(f"lasso/{name}-codes.npy", codes.astype("<f4"))
        np.save(f"lasso/{name}-energies.npy", energy(x, atoms, codes))


main()
